package websocket_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/websocket"
)

// sockets is the client of a whole program.
var sockets websocket.Client

// echo sends a message back to where it came from.
func echo(ctx context.Context, e *app.WebsocketEvent) (any, error) {
	sockets.Configure(e)
	err := sockets.Send(ctx, e.ConnectionID(), []byte(e.Body()))
	if gone, ok := errors.AsType[*websocket.GoneError](err); ok {
		return nil, forget(gone.ConnectionID)
	}
	return nil, err
}

func forget(string) error { return nil }

func ExampleClient() {
	a := app.New("echo")
	a.OnWSMessage(echo)
	_, err := a.Registry()
	fmt.Println(err)
	// Output: <nil>
}
