package main

import (
	"maps"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestMembers(t *testing.T) {
	for name, make := range map[string]func(*testing.T) members{
		"a folder": func(t *testing.T) members { return folder(t.TempDir() + "/of/members") },
		"a table":  newTable,
	} {
		t.Run(name, func(t *testing.T) {
			m, ctx := make(t), t.Context()
			check := func(err error, want map[string]string) {
				t.Helper()
				all, allErr := m.all(ctx)
				if err != nil || allErr != nil || !maps.Equal(all, want) {
					t.Errorf("got %v, want %v; %v, %v", all, want, err, allErr)
				}
			}
			check(nil, map[string]string{})
			check(m.add(ctx, "L0SM9cOFvHcCIhw=", "Ada"), map[string]string{"L0SM9cOFvHcCIhw=": "Ada"})
			check(m.add(ctx, "../x", "✓"), map[string]string{"L0SM9cOFvHcCIhw=": "Ada", "../x": "✓"})
			check(m.remove(ctx, "L0SM9cOFvHcCIhw="), map[string]string{"../x": "✓"})
			check(m.remove(ctx, "L0SM9cOFvHcCIhw="), map[string]string{"../x": "✓"})
			check(m.remove(ctx, "../x"), map[string]string{})
		})
	}
}

// newTable makes a table in the AWS for tests, if that is running: see
// CONTRIBUTING.md.
func newTable(t *testing.T) members {
	t.Helper()
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		t.Skip("needs an AWS for tests: run it under tools/endpoint")
	}
	t.Setenv("MEMBERS_TABLE", "members")
	db, err := database()
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String("members"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("connection"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("connection"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return table{}
}
