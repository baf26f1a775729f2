package main

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestStores: what is kept in a folder and what is kept in tables is kept alike.
func TestStores(t *testing.T) {
	for name, make := range map[string]func(*testing.T) (todos, tokens){
		"folders": func(t *testing.T) (todos, tokens) {
			return todoFolder{folder(t.TempDir())}, tokenFolder{folder(t.TempDir())}
		},
		"tables": newTables,
	} {
		t.Run(name, func(t *testing.T) {
			todos, tokens := make(t)
			testTodos(t, todos)
			testTokens(t, tokens)
		})
	}
}

func testTodos(t *testing.T, kept todos) {
	t.Helper()
	ctx, created := t.Context(), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	all := []Todo{
		{ID: "1", Title: "one", Due: "2026-12-01", CreatedAt: created},
		{ID: "2", Title: "two", Done: true, CreatedAt: created},
		{ID: "3", Title: "three ✓", CreatedAt: created},
	}
	for _, todo := range []Todo{all[1], all[0], all[2]} {
		if err := kept.add(ctx, "ada", todo); err != nil {
			t.Fatal(err)
		}
	}
	check := func(after string, limit int, want []Todo, wantNext string) {
		t.Helper()
		got, next, err := kept.list(ctx, "ada", after, limit)
		if err != nil {
			t.Error(err)
		}
		equal(t, want, got)
		equal(t, wantNext, next)
	}
	check("", 2, all[:2], "2")
	check("2", 2, all[2:], "")

	title, due, done := "uno", "2026-12-02", true
	got, err := kept.change(ctx, "ada", "1", Changes{Title: &title, Due: &due, Done: &done})
	equal(t, nil, err)
	all[0].Title, all[0].Due, all[0].Done = title, due, done
	equal(t, all[0], got)
	if got, err = kept.get(ctx, "ada", "1"); err != nil {
		t.Error(err)
	}
	equal(t, all[0], got)

	equal(t, nil, kept.remove(ctx, "ada", "1"))
	check("", 10, all[1:], "")
	_, notFound := kept.get(ctx, "bob", "2")
	_, notChanged := kept.change(ctx, "bob", "2", Changes{Done: &done})
	for _, err := range []error{notFound, notChanged, kept.remove(ctx, "ada", "1")} {
		if !errors.Is(err, errMissing) {
			t.Errorf("got %v of what isn't there", err)
		}
	}
}

func testTokens(t *testing.T, kept tokens) {
	t.Helper()
	ctx := t.Context()
	equal(t, nil, kept.add(ctx, digest("a"), "ada"))
	user, err := kept.user(ctx, digest("a"))
	equal(t, nil, err)
	equal(t, "ada", user)
	if user, err := kept.user(ctx, digest("b")); !errors.Is(err, errMissing) {
		t.Errorf("got %q, %v of a token that nobody has", user, err)
	}
}

// newTables makes the tables in the AWS for tests, if that is running: see
// CONTRIBUTING.md.
func newTables(t *testing.T) (todos, tokens) {
	t.Helper()
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		t.Skip("needs an AWS for tests: run it under tools/endpoint")
	}
	for variable, keys := range map[string][]string{"TODOS_TABLE": {"user", "id"}, "TOKENS_TABLE": {"digest"}} {
		t.Setenv(variable, "test-"+variable)
		newTable(t, "test-"+variable, keys)
	}
	return todoTable{}, tokenTable{}
}

func newTable(t *testing.T, name string, keys []string) {
	t.Helper()
	db, err := database()
	if err != nil {
		t.Fatal(err)
	}
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	for i, key := range keys {
		kind := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String(key), KeyType: kind})
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(key), AttributeType: types.ScalarAttributeTypeS})
	}
	if _, err := db.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}
