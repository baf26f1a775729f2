package websocket_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/websocket"
)

// oracleCase is a case of the oracle's dispatch/websocket.json, with the fields
// that cases with calls of the websocket API need.
type oracleCase struct {
	oracleStep
	Name       string
	Model      json.RawMessage
	Behaviours map[string]behaviour
	Env        map[string]string
	WSGone     []string `json:"ws_gone"`
	Then       []oracleStep
}

type oracleStep struct {
	Function string
	Event    json.RawMessage
	Expected struct {
		Output any
		Error  *oracleError
		WS     *struct {
			Endpoint string
			Calls    []oracleCall
		}
	}
}

type oracleError struct{ Type, Message string }

// oracleCall is a call as the reference made it; data is the message of a send.
type oracleCall struct {
	Op           string
	ConnectionID string `json:"connection_id"`
	Data         string
}

// behaviour is what a handler does.
type behaviour struct {
	Return any
	WS     []struct {
		Op, Message  string
		ConnectionID string `json:"connection_id"`
	}
	CatchDisconnected bool `json:"catch_disconnected"`
}

// TestOracleWebsocket invokes the apps of the cases that call the websocket
// API, and compares their answers and the calls that the service gets.
func TestOracleWebsocket(t *testing.T) {
	found := 0
	for _, c := range oracleCases(t) {
		if !c.callsAPI() {
			continue // package dispatch runs this case
		}
		found++
		t.Run(c.Name, c.run)
	}
	if found == 0 {
		t.Error("the oracle has no cases that call the websocket API")
	}
}

func oracleCases(t *testing.T) (cases []*oracleCase) {
	t.Helper()
	dir := cmp.Or(os.Getenv("CHALICE_ORACLE"), filepath.Join("..", "shared", "oracle"))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir) // it starts at the module's root
	}
	data, err := os.ReadFile(filepath.Join(dir, "dispatch", "websocket.json"))
	if os.IsNotExist(err) && os.Getenv("CHALICE_ORACLE") == "" {
		t.Skip("no oracle beside the project; set CHALICE_ORACLE to its folder")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c *oracleCase) callsAPI() bool {
	for _, b := range c.Behaviours {
		if b.WS != nil {
			return true
		}
	}
	return false
}

// run invokes the case's app for each of its events.
func (c *oracleCase) run(t *testing.T) {
	setEnv(t, map[string]string{"AWS_DEFAULT_REGION": "us-west-2"})
	for name, value := range c.Env {
		t.Setenv(name, value)
	}
	s := newService(t)
	s.gone = c.WSGone
	a := c.app(t, websocket.New(s.config("")))
	for i, step := range append([]oracleStep{c.oracleStep}, c.Then...) {
		output, err := step.invoke(t, a)
		want := step.Expected
		if diff := gocmp.Diff(want.Error, asOracle(err)); diff != "" {
			t.Errorf("invocation %d: error (-want +got):\n%s", i+1, diff)
		}
		if diff := gocmp.Diff(want.Output, output); diff != "" {
			t.Errorf("invocation %d: output (-want +got):\n%s", i+1, diff)
		}
		var calls []call
		if want.WS != nil {
			for _, made := range want.WS.Calls {
				calls = append(calls, made.onTheWire(want.WS.Endpoint))
			}
		}
		got := s.taken()
		for i := range got {
			got[i].Region, got[i].Escaped = "", ""
		}
		if diff := gocmp.Diff(calls, got); diff != "" {
			t.Errorf("invocation %d: calls (-want +got):\n%s", i+1, diff)
		}
	}
}

// onTheWire returns a call as the service receives it.
func (o oracleCall) onTheWire(endpoint string) call {
	method := map[string]string{"send": "POST", "close": "DELETE", "info": "GET"}[o.Op]
	return call{Method: method, Endpoint: endpoint, Connection: o.ConnectionID, Body: o.Data}
}

// asOracle names an error as the reference does.
func asOracle(err error) *oracleError {
	var gone *websocket.GoneError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &gone):
		return &oracleError{"WebsocketDisconnectedError", gone.ConnectionID}
	}
	return &oracleError{"Exception", err.Error()}
}

var lambdaNames = map[app.FunctionKind]string{
	app.WSConnectKind: app.WebsocketConnect, app.WSMessageKind: app.WebsocketMessage, app.WSDisconnectKind: app.WebsocketDisconnect,
}

// app registers the case's handlers, which share a client.
func (c *oracleCase) app(t *testing.T, client *websocket.Client) *app.App {
	t.Helper()
	model, err := app.ParseModel(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(model.Name)
	register := map[app.FunctionKind]func(app.WebsocketHandler, ...app.WebsocketOption){
		app.WSConnectKind: a.OnWSConnect, app.WSMessageKind: a.OnWSMessage, app.WSDisconnectKind: a.OnWSDisconnect,
	}
	for _, f := range model.Functions {
		b := c.Behaviours[f.Name]
		register[f.Kind](func(ctx context.Context, e *app.WebsocketEvent) (any, error) {
			client.Configure(e)
			return b.do(ctx, e, client)
		}, app.Name(f.Name))
	}
	return a
}

// do does what the behaviour describes.
func (b behaviour) do(ctx context.Context, e *app.WebsocketEvent, client *websocket.Client) (any, error) {
	for _, op := range b.WS {
		id := cmp.Or(op.ConnectionID, e.ConnectionID())
		var err error
		switch op.Op {
		case "send":
			err = client.Send(ctx, id, []byte(op.Message))
		case "close":
			err = client.Close(ctx, id)
		case "info":
			info, err := client.Info(ctx, id)
			if err != nil {
				return nil, err
			}
			last := info.LastActiveAt.Format(time.RFC3339)
			return map[string]any{"statusCode": 200, "info": map[string]any{"LastActiveAt": last}}, nil
		}
		var gone *websocket.GoneError
		if errors.As(err, &gone) && b.CatchDisconnected {
			return map[string]any{"statusCode": 200, "disconnected": gone.ConnectionID}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return b.Return, nil
}

func (s oracleStep) invoke(t *testing.T, a *app.App) (output any, err error) {
	t.Helper()
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, f := range registry.Functions() {
		if f.Name == s.Function {
			name = lambdaNames[f.Kind]
		}
	}
	h, err := dispatch.NewHandler(a, name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), s.Event)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(out, &output); err != nil {
		t.Fatalf("the output is no JSON: %v\n%s", err, out)
	}
	return output, nil
}
