package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

// Todo is something to be done.
type Todo struct {
	ID        string    `json:"id" example:"0199f3a1c2b4-q7x2m5ka"`
	Title     string    `json:"title" example:"Water the plants"`
	Due       string    `json:"due,omitempty" format:"date"`
	Done      bool      `json:"done"`
	CreatedAt time.Time `json:"createdAt"`
}

// Caller is who has sent a request: the authorizer has said.
type Caller struct {
	Request *app.Request
}

func (c Caller) name() string { return c.Request.AuthValue("principalId") }

// TodoPath is the to-do that a route is about.
type TodoPath struct {
	Caller
	ID string `path:"id" pattern:"^[0-9a-z-]{1,40}$"`
}

// Found is a to-do.
type Found struct {
	Body Todo
}

// ListTodos is the part of the list that a client asks for.
type ListTodos struct {
	Caller
	Limit int `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many to-dos the answer has at most."`
	// The answer's "next", to get what comes after it.
	After string `query:"after,omitzero" pattern:"^[0-9a-z-]{1,40}$"`
}

// Page is a part of the list, the oldest first.
type Page struct {
	Items []Todo `json:"items"`
	Next  string `json:"next,omitempty" doc:"Not there on the last page."`
}

// listTodos lists the caller's to-dos.
func listTodos(ctx context.Context, in *ListTodos) (*Page, error) {
	items, next, err := keptTodos().list(ctx, in.name(), in.After, in.Limit)
	return &Page{items, next}, err
}

// NewTodo is a to-do to be.
type NewTodo struct {
	Caller
	Title string `json:"title" minLength:"1" maxLength:"200" example:"Water the plants"`
	Due   string `json:"due,omitempty" format:"date"`
}

// Added is a new to-do.
type Added struct {
	Status   int    `status:"201"`
	Location string `header:"Location"`
	Body     Todo
}

// addTodo adds a to-do to the caller's list.
func addTodo(ctx context.Context, in *NewTodo) (*Added, error) {
	now := time.Now().UTC().Truncate(time.Second)
	todo := Todo{ID: newID(time.Now()), Title: in.Title, Due: in.Due, CreatedAt: now}
	if err := keptTodos().add(ctx, in.name(), todo); err != nil {
		return nil, err
	}
	return &Added{Location: "/todos/" + todo.ID, Body: todo}, nil
}

// newID returns an id that comes after those of before: a list is in the order of ids.
func newID(now time.Time) string {
	return fmt.Sprintf("%012x-%s", now.UnixMilli(), strings.ToLower(rand.Text()[:8]))
}

// getTodo returns one of the caller's to-dos.
func getTodo(ctx context.Context, in *TodoPath) (*Found, error) {
	todo, err := keptTodos().get(ctx, in.name(), in.ID)
	return &Found{todo}, missing(err)
}

// Changes are what is to be different; what isn't there stays.
type Changes struct {
	Title *string `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Due   *string `json:"due,omitempty" format:"date"`
	Done  *bool   `json:"done,omitempty"`
}

// ChangeTodo is a to-do, and what is to be different.
type ChangeTodo struct {
	TodoPath
	Changes
}

// Validate refuses a request that changes nothing.
func (c *ChangeTodo) Validate() error {
	if c.Changes == (Changes{}) {
		return errors.New("there is nothing to change")
	}
	return nil
}

// changeTodo changes one of the caller's to-dos.
func changeTodo(ctx context.Context, in *ChangeTodo) (*Found, error) {
	todo, err := keptTodos().change(ctx, in.name(), in.ID, in.Changes)
	return &Found{todo}, missing(err)
}

// removeTodo removes one of the caller's to-dos.
func removeTodo(ctx context.Context, in *TodoPath) (*struct{}, error) {
	return nil, missing(keptTodos().remove(ctx, in.name(), in.ID))
}

// missing says to a client that what it asked for isn't there.
func missing(err error) error {
	if errors.Is(err, errMissing) {
		return app.NotFound("there is no such to-do")
	}
	return err
}
