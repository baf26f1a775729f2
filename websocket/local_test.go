package websocket_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/websocket"
)

// events are functions that keep the events that they get.
type events chan *app.WebsocketEvent

func (e events) Invoke(_ context.Context, _ string, event []byte) ([]byte, error) {
	parsed, err := app.NewWebsocketEvent(event)
	if err != nil {
		return nil, err
	}
	e <- parsed
	return []byte(`{"statusCode":200}`), nil
}

// TestLocalMode: a client that is configured as for AWS reaches the connections
// of local mode, without an account.
func TestLocalMode(t *testing.T) {
	for name, configure := range map[string]func(c *websocket.Client, e *app.WebsocketEvent){
		"by an event":   func(c *websocket.Client, e *app.WebsocketEvent) { c.Configure(e) },
		"by the API":    func(c *websocket.Client, e *app.WebsocketEvent) { c.ConfigureAPI(e.APIID(), e.Stage()) },
		"by its domain": func(c *websocket.Client, e *app.WebsocketEvent) { c.ConfigureDomain(e.DomainName(), e.Stage()) },
	} {
		t.Run(name, func(t *testing.T) {
			got := make(events, 10)
			model := &app.Model{Functions: []app.FunctionModel{{Kind: app.WSMessageKind}, {Kind: app.WSDisconnectKind}}}
			sockets := gateway.NewSockets(gateway.SocketAPI{Model: func() *app.Model { return model }, Functions: got, Stage: "dev"})
			server := httptest.NewServer(sockets)
			defer server.Close()
			defer sockets.Close()

			env := map[string]string{"AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none")}
			variable, endpoint, _ := strings.Cut(gateway.ManagementVariable(server.Listener.Addr().String(), "dev"), "=")
			env[variable] = endpoint
			env["AWS_SHARED_CREDENTIALS_FILE"] = env["AWS_CONFIG_FILE"]
			setEnv(t, env)

			conn, _, _, err := ws.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			if err := wsutil.WriteClientText(conn, []byte("hello")); err != nil {
				t.Fatal(err)
			}
			e := <-got
			useLocally(t, e, configure)
			if text, err := wsutil.ReadServerText(conn); err != nil || string(text) != "<&>✓" {
				t.Errorf("got %q, %v", text, err)
			}
			if _, err := wsutil.ReadServerText(conn); err == nil {
				t.Error("the connection is still there")
			}
			if end := <-got; end.ConnectionID() != e.ConnectionID() {
				t.Errorf("got the end of %s", end.ConnectionID())
			}
		})
	}
}

// useLocally makes all calls that a client has, until the connection is gone.
func useLocally(t *testing.T, e *app.WebsocketEvent, configure func(c *websocket.Client, e *app.WebsocketEvent)) {
	t.Helper()
	var c websocket.Client
	configure(&c, e)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Send(ctx, e.ConnectionID(), []byte("<&>✓")); err != nil {
		t.Fatal(err)
	}
	info, err := c.Info(ctx, e.ConnectionID())
	if err != nil {
		t.Fatal(err)
	}
	if *info.Identity.SourceIp != "127.0.0.1" || time.Since(*info.ConnectedAt) > time.Minute {
		t.Errorf("got %+v", info)
	}
	if err := c.Close(ctx, e.ConnectionID()); err != nil {
		t.Error(err)
	}
	var gone *websocket.GoneError
	if err := c.Send(ctx, e.ConnectionID(), nil); !errors.As(err, &gone) {
		t.Errorf("want a GoneError, got %v", err)
	}
}
