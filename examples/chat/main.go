// Command chat is a chat room: the app serves the page, and everybody who has
// it open gets everything that is said. README.md says how to run it.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"html"
	"log/slog"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/websocket"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("chat")
	a.Route("/", page)
	a.OnWSConnect(connect)
	a.OnWSMessage(message)
	a.OnWSDisconnect(disconnect)
	return a
}

// Limits of the room, and of a message.
const (
	maxMembers = 100
	maxName    = 40   // characters
	maxText    = 2000 // characters
)

// sockets sends to the browsers: through API Gateway, or through local mode.
var sockets websocket.Client

//go:embed page.html
var pageHTML string

// page serves the page. In AWS the websocket API has an address of its own;
// locally it has that of the page.
func page(context.Context, *app.Request) (any, error) {
	body := strings.Replace(pageHTML, "{{address}}", html.EscapeString(os.Getenv("WEBSOCKET_URL")), 1)
	return &app.Response{Body: body, Headers: map[string]string{"Content-Type": "text/html; charset=utf-8"}}, nil
}

// connect refuses a connection if the room is full. A connection becomes a
// member when it says its name: until connect has answered, nothing can be sent
// to it.
func connect(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	members, err := room(e).all(ctx)
	if err != nil {
		return nil, err
	}
	if len(members) >= maxMembers {
		return &app.Response{StatusCode: 503, Body: "the room is full"}, nil
	}
	return nil, nil
}

// incoming is what a browser sends: its name at first, and then texts.
type incoming struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// outgoing is what browsers get. Kind is joined, said, left or error.
type outgoing struct {
	Kind  string   `json:"kind"`
	Name  string   `json:"name,omitempty"`
	Text  string   `json:"text,omitempty"`
	Names []string `json:"names,omitempty"` // of all members
}

func message(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	sockets.Configure(e)
	members, err := room(e).all(ctx)
	if err != nil {
		return nil, err
	}
	var in incoming
	if err := e.JSON(&in); err != nil {
		return nil, complain(ctx, e, "that was no JSON")
	}
	name, known := members[e.ConnectionID()]
	switch in.Name, in.Text = strings.TrimSpace(in.Name), strings.TrimSpace(in.Text); {
	case !known && (in.Name == "" || utf8.RuneCountInString(in.Name) > maxName):
		return nil, complain(ctx, e, "please tell your name, in up to 40 characters")
	case !known:
		return nil, join(ctx, e, members, in.Name)
	case in.Text == "" || utf8.RuneCountInString(in.Text) > maxText:
		return nil, complain(ctx, e, "please say something, in up to 2,000 characters")
	}
	return nil, tell(ctx, e, members, outgoing{Kind: "said", Name: name, Text: in.Text})
}

func join(ctx context.Context, e *app.WebsocketEvent, members map[string]string, name string) error {
	if err := room(e).add(ctx, e.ConnectionID(), name); err != nil {
		return err
	}
	members[e.ConnectionID()] = name
	return tell(ctx, e, members, outgoing{Kind: "joined", Name: name})
}

func disconnect(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	sockets.Configure(e)
	return nil, leave(ctx, e, e.ConnectionID())
}

// leave removes a member, and tells the others.
func leave(ctx context.Context, e *app.WebsocketEvent, id string) error {
	members, err := room(e).all(ctx)
	if err != nil {
		return err
	}
	name, known := members[id]
	if !known {
		return nil
	}
	if err := room(e).remove(ctx, id); err != nil {
		return err
	}
	delete(members, id)
	return tell(ctx, e, members, outgoing{Kind: "left", Name: name})
}

func complain(ctx context.Context, e *app.WebsocketEvent, text string) error {
	return send(ctx, e.ConnectionID(), outgoing{Kind: "error", Text: text})
}

// tell sends to all members at the same time. Members whose connection is gone
// leave.
func tell(ctx context.Context, e *app.WebsocketEvent, members map[string]string, out outgoing) error {
	if out.Kind != "said" {
		out.Names = names(members)
	}
	var wait sync.WaitGroup
	for id := range members {
		wait.Go(func() {
			err := send(ctx, id, out)
			if _, ok := errors.AsType[*websocket.GoneError](err); ok {
				err = room(e).remove(ctx, id)
			}
			if err != nil { // the others are told nevertheless
				slog.ErrorContext(ctx, "not sent", "connection", id, "error", err)
			}
		})
	}
	wait.Wait()
	return nil
}

func send(ctx context.Context, id string, out outgoing) error {
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return sockets.Send(ctx, id, data)
}
