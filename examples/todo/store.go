package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// errMissing says that something isn't there.
var errMissing = errors.New("not there")

// todos keeps the to-dos of all users.
type todos interface {
	// list returns up to limit to-dos in the order of their ids, from the one after an
	// id on, and the last one's id if there may be more.
	list(ctx context.Context, user, after string, limit int) (items []Todo, next string, err error)
	get(ctx context.Context, user, id string) (Todo, error)
	add(ctx context.Context, user string, t Todo) error
	change(ctx context.Context, user, id string, c Changes) (Todo, error)
	remove(ctx context.Context, user, id string) error
}

// tokens keeps whose tokens are whose, by their digests.
type tokens interface {
	add(ctx context.Context, digest, user string) error
	user(ctx context.Context, digest string) (string, error)
}

// keptTodos returns where to-dos are: in the DynamoDB table TODOS_TABLE, or if that isn't
// set, as on a laptop, in a folder of this machine.
func keptTodos() todos {
	if os.Getenv("TODOS_TABLE") != "" {
		return todoTable{}
	}
	return todoFolder{local("todos")}
}

// keptTokens returns where tokens are, by TOKENS_TABLE.
func keptTokens() tokens {
	if os.Getenv("TOKENS_TABLE") != "" {
		return tokenTable{}
	}
	return tokenFolder{local("tokens")}
}

func local(name string) folder { return folder(filepath.Join(os.TempDir(), "chalice-todo", name)) }
