package main

import (
	"context"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// table is the DynamoDB table that MEMBERS_TABLE names, with an item for each
// member: its connection, which is the key, and its name. Each call reads the
// variable in its arguments, so that the functions get permissions for that
// table alone.
type table struct{}

// database makes the client when a function first needs it, not when the app is
// described.
var database = sync.OnceValues(func() (*dynamodb.Client, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	return dynamodb.NewFromConfig(cfg), err
})

func (table) add(ctx context.Context, id, name string) error {
	db, err := database()
	if err != nil {
		return err
	}
	_, err = db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(os.Getenv("MEMBERS_TABLE")),
		Item: map[string]types.AttributeValue{
			"connection": &types.AttributeValueMemberS{Value: id},
			"name":       &types.AttributeValueMemberS{Value: name},
		},
	})
	return err
}

func (table) remove(ctx context.Context, id string) error {
	db, err := database()
	if err != nil {
		return err
	}
	_, err = db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(os.Getenv("MEMBERS_TABLE")),
		Key:       map[string]types.AttributeValue{"connection": &types.AttributeValueMemberS{Value: id}},
	})
	return err
}

func (table) all(ctx context.Context) (map[string]string, error) {
	db, err := database()
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName:      aws.String(os.Getenv("MEMBERS_TABLE")),
		ConsistentRead: aws.Bool(true), // includes a member who has just joined
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			id, _ := item["connection"].(*types.AttributeValueMemberS)
			name, _ := item["name"].(*types.AttributeValueMemberS)
			if id != nil && name != nil {
				all[id.Value] = name.Value
			}
		}
	}
	return all, nil
}
