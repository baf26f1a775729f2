package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// database makes the client when a function first needs it, not when the app is
// described.
var database = sync.OnceValues(func() (*dynamodb.Client, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	return dynamodb.NewFromConfig(cfg), err
})

// item is what a table has: attributes by their names.
type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// textOf returns an attribute that is a text; "" if there is none.
func textOf(i item, name string) string {
	if value, ok := i[name].(*types.AttributeValueMemberS); ok {
		return value.Value
	}
	return ""
}

// todoTable is the table that TODOS_TABLE names, whose keys are the user and the id. Each
// call reads the variable in its arguments, so that the functions get permissions for
// that table alone.
type todoTable struct{}

func todoKey(user, id string) item { return item{"user": text(user), "id": text(id)} }

func (todoTable) list(ctx context.Context, user, after string, limit int) ([]Todo, string, error) {
	db, err := database()
	if err != nil {
		return nil, "", err
	}
	var start item
	if after != "" {
		start = todoKey(user, after)
	}
	out, err := db.Query(ctx, &dynamodb.QueryInput{
		TableName:                 aws.String(os.Getenv("TODOS_TABLE")),
		KeyConditionExpression:    aws.String("#user = :user"),
		ExpressionAttributeNames:  map[string]string{"#user": "user"},
		ExpressionAttributeValues: item{":user": text(user)},
		ExclusiveStartKey:         start,
		Limit:                     aws.Int32(int32(limit)),
	})
	if err != nil {
		return nil, "", fmt.Errorf("list to-dos: %w", err)
	}
	todos := []Todo{}
	for _, item := range out.Items {
		todo, err := todoOf(item)
		if err != nil {
			return nil, "", err
		}
		todos = append(todos, todo)
	}
	return todos, textOf(out.LastEvaluatedKey, "id"), nil
}

func (todoTable) get(ctx context.Context, user, id string) (Todo, error) {
	db, err := database()
	if err != nil {
		return Todo{}, err
	}
	out, err := db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(os.Getenv("TODOS_TABLE")),
		Key:       todoKey(user, id),
	})
	if err != nil {
		return Todo{}, fmt.Errorf("get to-do %s: %w", id, err)
	}
	if out.Item == nil {
		return Todo{}, errMissing
	}
	return todoOf(out.Item)
}

func (todoTable) add(ctx context.Context, user string, t Todo) error {
	db, err := database()
	if err != nil {
		return err
	}
	row := todoKey(user, t.ID)
	row["title"] = text(t.Title)
	row["done"] = &types.AttributeValueMemberBOOL{Value: t.Done}
	row["createdAt"] = text(t.CreatedAt.Format(time.RFC3339))
	if t.Due != "" {
		row["due"] = text(t.Due)
	}
	_, err = db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(os.Getenv("TODOS_TABLE")),
		Item:      row,
	})
	if err != nil {
		return fmt.Errorf("add to-do %s: %w", t.ID, err)
	}
	return nil
}

func (todoTable) change(ctx context.Context, user, id string, c Changes) (Todo, error) {
	db, err := database()
	if err != nil {
		return Todo{}, err
	}
	update, names, values := updateOf(c)
	out, err := db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 aws.String(os.Getenv("TODOS_TABLE")),
		Key:                       todoKey(user, id),
		ConditionExpression:       aws.String("attribute_exists(id)"),
		UpdateExpression:          aws.String(update),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: values,
		ReturnValues:              types.ReturnValueAllNew,
	})
	if err != nil {
		return Todo{}, fmt.Errorf("change to-do %s: %w", id, conditional(err))
	}
	return todoOf(out.Attributes)
}

// updateOf returns the expression for changes, and what its names and values stand for.
func updateOf(c Changes) (update string, names map[string]string, values item) {
	names, values = map[string]string{}, item{}
	var sets []string
	set := func(name string, value types.AttributeValue) {
		names["#"+name], values[":"+name] = name, value
		sets = append(sets, "#"+name+" = :"+name)
	}
	if c.Title != nil {
		set("title", text(*c.Title))
	}
	if c.Due != nil {
		set("due", text(*c.Due))
	}
	if c.Done != nil {
		set("done", &types.AttributeValueMemberBOOL{Value: *c.Done})
	}
	return "SET " + strings.Join(sets, ", "), names, values
}

func (todoTable) remove(ctx context.Context, user, id string) error {
	db, err := database()
	if err != nil {
		return err
	}
	_, err = db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:           aws.String(os.Getenv("TODOS_TABLE")),
		Key:                 todoKey(user, id),
		ConditionExpression: aws.String("attribute_exists(id)"),
	})
	if err != nil {
		return fmt.Errorf("remove to-do %s: %w", id, conditional(err))
	}
	return nil
}

// conditional returns errMissing where the condition that something is there was not met.
func conditional(err error) error {
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return errMissing
	}
	return err
}

func todoOf(i item) (Todo, error) {
	created, err := time.Parse(time.RFC3339, textOf(i, "createdAt"))
	if err != nil {
		return Todo{}, fmt.Errorf("read to-do %s: %w", textOf(i, "id"), err)
	}
	done, _ := i["done"].(*types.AttributeValueMemberBOOL)
	return Todo{
		ID:        textOf(i, "id"),
		Title:     textOf(i, "title"),
		Due:       textOf(i, "due"),
		Done:      done != nil && done.Value,
		CreatedAt: created,
	}, nil
}

// tokenTable is the table that TOKENS_TABLE names, whose key is a token's digest.
type tokenTable struct{}

func (tokenTable) add(ctx context.Context, digest, user string) error {
	db, err := database()
	if err != nil {
		return err
	}
	_, err = db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(os.Getenv("TOKENS_TABLE")),
		Item:      item{"digest": text(digest), "user": text(user)},
	})
	if err != nil {
		return fmt.Errorf("add a token of %s: %w", user, err)
	}
	return nil
}

func (tokenTable) user(ctx context.Context, digest string) (string, error) {
	db, err := database()
	if err != nil {
		return "", err
	}
	out, err := db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(os.Getenv("TOKENS_TABLE")),
		Key:       item{"digest": text(digest)},
	})
	if err != nil {
		return "", fmt.Errorf("look a token up: %w", err)
	}
	if out.Item == nil {
		return "", errMissing
	}
	return textOf(out.Item, "user"), nil
}
