package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// table is the table with the users' profiles.
type table struct {
	name   string
	client func() (*dynamodb.Client, error)
}

// The names of the table's keys.
const partitionKey, sortKey = "PK", "SK"

func key(username string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		partitionKey: &types.AttributeValueMemberS{Value: "User#" + username},
		sortKey:      &types.AttributeValueMemberS{Value: "Profile#" + username},
	}
}

func (t *table) put(ctx context.Context, username string, profile map[string]string) error {
	client, err := t.client()
	if err != nil {
		return err
	}
	item := key(username)
	for name, value := range profile {
		if name != partitionKey && name != sortKey {
			item[name] = &types.AttributeValueMemberS{Value: value}
		}
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: item})
	return err
}

// get returns the profile of a user, nil if there is no such user.
func (t *table) get(ctx context.Context, username string) (map[string]string, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	out, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key(username)})
	if err != nil || out.Item == nil {
		return nil, err
	}
	profile := map[string]string{}
	for name, value := range out.Item {
		if text, ok := value.(*types.AttributeValueMemberS); ok && name != partitionKey && name != sortKey {
			profile[name] = text.Value
		}
	}
	return profile, nil
}
