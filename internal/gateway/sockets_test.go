package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// socketServer is a websocket API on loopback, with the events that its
// functions got.
type socketServer struct {
	*httptest.Server
	sockets *gateway.Sockets
	events  chan map[string]any
	logged  chan string
}

// socketFunctions answer the events of websockets. The app has no handler for
// those that are nil.
type socketFunctions struct {
	connect, message, disconnect func(ctx context.Context, event map[string]any) (string, error)
}

// accepts is a function that answers every event with status 200.
func accepts(context.Context, map[string]any) (string, error) { return `{"statusCode":200}`, nil }

var allAccept = socketFunctions{accepts, accepts, accepts}

func newSockets(t testing.TB, f socketFunctions, limits gateway.SocketLimits) *socketServer {
	t.Helper()
	s := &socketServer{events: make(chan map[string]any, 100), logged: make(chan string, 100)}
	functions := map[string]func(context.Context, map[string]any) (string, error){}
	model := &app.Model{Name: "sockets"}
	for kind, function := range map[app.FunctionKind]func(context.Context, map[string]any) (string, error){
		app.WSConnectKind: f.connect, app.WSMessageKind: f.message, app.WSDisconnectKind: f.disconnect,
	} {
		if function != nil {
			m := app.FunctionModel{Kind: kind}
			model.Functions = append(model.Functions, m)
			functions[m.FunctionName()] = function
		}
	}
	s.sockets = gateway.NewSockets(gateway.SocketAPI{
		Model: func() *app.Model { return model }, Limits: limits, Log: func(line string) { s.logged <- line },
		Functions: invoker(func(ctx context.Context, name string, data []byte) ([]byte, error) {
			var event map[string]any
			if err := json.Unmarshal(data, &event); err != nil {
				return nil, err
			}
			s.events <- event
			output, err := functions[name](ctx, event)
			return []byte(output), err
		}),
	})
	s.Server = httptest.NewServer(s.sockets)
	t.Cleanup(func() { s.sockets.Close(); s.Close() })
	return s
}

type invoker func(ctx context.Context, function string, event []byte) ([]byte, error)

func (f invoker) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	return f(ctx, function, event)
}

// next returns the next event of a kind.
func (s *socketServer) next(t testing.TB, kind string) (event, context map[string]any) {
	t.Helper()
	for {
		select {
		case event := <-s.events:
			context := event["requestContext"].(map[string]any)
			if context["eventType"] == kind {
				return event, context
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("no %s event came", kind)
		}
	}
}

var socketID = regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)

func TestSocketEvents(t *testing.T) {
	s := newSockets(t, allAccept, gateway.SocketLimits{})
	header := ws.HandshakeHeaderHTTP{"User-Agent": {"tester/1"}, "X-Many": {"one", "two"}, "Sec-WebSocket-Protocol": {"a, b"}}
	host := strings.TrimPrefix(s.URL, "http://")
	dialer := ws.Dialer{Header: header}
	conn, _, _, err := dialer.Dial(t.Context(), "ws://"+host+"/api/?q=a%20b&q=c")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &socketClient{t, conn, bufio.NewReader(conn)}
	c.say(`{"a":"<&>✓"}`)
	c.write(ws.NewCloseFrame(ws.NewCloseFrameBody(3001, "done")))
	c.closed()

	port := host[strings.LastIndex(host, ":")+1:]
	headers := map[string]any{
		"Host": host, "Sec-Websocket-Version": "13", "User-Agent": "tester/1", "X-Many": "two", "Sec-Websocket-Protocol": "a, b",
		"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": port, "X-Forwarded-Proto": "http",
	}
	many := map[string]any{"X-Many": []any{"one", "two"}}
	for name, value := range headers {
		if many[name] == nil {
			many[name] = []any{value}
		}
	}
	context := func(route, kind string, more map[string]any) map[string]any {
		all := map[string]any{
			"routeKey": route, "eventType": kind, "messageDirection": "IN", "stage": "api", "domainName": host, "apiId": "ymy8tbxw7b",
			"identity": map[string]any{"sourceIp": "127.0.0.1", "userAgent": "tester/1"},
		}
		maps.Copy(all, more)
		return all
	}
	want := []map[string]any{
		{
			"headers": headers, "multiValueHeaders": many, "isBase64Encoded": false,
			"queryStringParameters":           map[string]any{"q": "c"},
			"multiValueQueryStringParameters": map[string]any{"q": []any{"a b", "c"}},
			"requestContext":                  context("$connect", "CONNECT", nil),
		},
		{"body": `{"a":"<&>✓"}`, "isBase64Encoded": false, "requestContext": context("$default", "MESSAGE", nil)},
		{
			"headers":           map[string]any{"Host": host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""},
			"multiValueHeaders": map[string]any{"Host": []any{host}, "x-api-key": []any{""}, "X-Forwarded-For": []any{""}, "x-restapi": []any{""}},
			"isBase64Encoded":   false,
			"requestContext":    context("$disconnect", "DISCONNECT", map[string]any{"disconnectStatusCode": 3001.0, "disconnectReason": "done"}),
		},
	}
	connection := ""
	for _, want := range want {
		kind := want["requestContext"].(map[string]any)["eventType"].(string)
		got, context := s.next(t, kind)
		if connection == "" {
			connection = context["connectionId"].(string)
		}
		if context["connectionId"] != connection || context["requestId"] != context["extendedRequestId"] {
			t.Errorf("%s: ids %v", kind, context)
		}
		checkVolatile(t, context, kind == "MESSAGE")
		if kind == "CONNECT" {
			delete(got["headers"].(map[string]any), "Sec-Websocket-Key")
			delete(got["multiValueHeaders"].(map[string]any), "Sec-Websocket-Key")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

// checkVolatile checks and removes the values that are different in each event.
func checkVolatile(t *testing.T, context map[string]any, message bool) {
	t.Helper()
	ids := []string{"connectionId", "requestId", "extendedRequestId"}
	if message {
		ids = append(ids, "messageId")
	}
	for _, name := range ids {
		if id, _ := context[name].(string); !socketID.MatchString(id) {
			t.Errorf("%s is %v", name, context[name])
		}
		delete(context, name)
	}
	for _, name := range []string{"connectedAt", "requestTimeEpoch"} {
		at, _ := context[name].(float64)
		if age := time.Since(time.UnixMilli(int64(at))); age < -time.Second || age > time.Minute {
			t.Errorf("%s is %v", name, context[name])
		}
		delete(context, name)
	}
	at, _ := context["requestTime"].(string)
	if _, err := time.Parse("02/Jan/2006:15:04:05 -0700", at); err != nil {
		t.Error(err)
	}
	delete(context, "requestTime")
}

// TestMessages: the functions of a connection's messages run in order, their
// results aren't used, and the client is told when one fails.
func TestMessages(t *testing.T) {
	message := func(ctx context.Context, event map[string]any) (string, error) {
		switch event["body"] {
		case "fail":
			return "", errors.New("broken")
		case "hang":
			<-ctx.Done()
			return "", ctx.Err()
		}
		return `{"statusCode":200,"body":"nobody wants to know"}`, nil
	}
	s := newSockets(t, socketFunctions{accepts, message, accepts}, gateway.SocketLimits{Function: 200 * time.Millisecond})
	c := s.dial(t)
	sent := []string{"", "fail", "one", "hang", "two ✓", strings.Repeat("x", 32<<10), "fail"}
	for _, text := range sent {
		c.say(text)
	}
	for _, want := range []string{"Internal server error", "Endpoint request timed out", "Internal server error"} {
		notice := c.hear()
		if ok, _ := regexp.MatchString(`^{"message": "`+want+`", "connectionId":"[^"]{15}=", "requestId":"[^"]{15}="}$`, notice); !ok {
			t.Errorf("want %s, got %s", want, notice)
		}
	}
	for _, want := range sent {
		event, _ := s.next(t, "MESSAGE")
		if event["body"] != want {
			t.Errorf("want message %.20q, got %.20q", want, event["body"])
		}
	}
	if line := <-s.logged; line != "websocket_message failed: broken" {
		t.Errorf("log: %s", line)
	}
}

func TestNoFunctionForMessages(t *testing.T) {
	s := newSockets(t, socketFunctions{connect: accepts}, gateway.SocketLimits{})
	c := s.dial(t)
	c.say("hello")
	if got := c.hear(); !strings.HasPrefix(got, `{"message": "Forbidden", "connectionId":"`) {
		t.Error(got)
	}
	if line := <-s.logged; !strings.Contains(line, "OnWSMessage") {
		t.Errorf("log: %s", line)
	}
}

// TestFragments sends a message of 128 KB in frames of 32 KB, with a ping
// between them and a character that is split between two frames.
func TestFragments(t *testing.T) {
	s := newSockets(t, allAccept, gateway.SocketLimits{})
	c := s.dial(t)
	text := strings.Repeat("x", 32<<10-1) + "é" + strings.Repeat("y", 96<<10-1)
	part := func(i int) []byte { return []byte(text[i*(32<<10) : (i+1)*(32<<10)]) }
	c.write(
		ws.NewFrame(ws.OpText, false, part(0)), ws.NewFrame(ws.OpContinuation, false, part(1)),
		ws.NewPingFrame([]byte("between")),
		ws.NewFrame(ws.OpContinuation, false, part(2)), ws.NewFrame(ws.OpContinuation, true, part(3)),
	)
	if f := c.read(); f.Header.OpCode != ws.OpPong || string(f.Payload) != "between" {
		t.Errorf("want the pong, got %+v", f)
	}
	if event, _ := s.next(t, "MESSAGE"); event["body"] != text {
		t.Errorf("got %d bytes, want %d", len(event["body"].(string)), len(text))
	}
}

// TestOtherConnectionsGoOn: a slow function of one connection doesn't delay
// others, nor the answers to its own pings.
func TestOtherConnectionsGoOn(t *testing.T) {
	release := make(chan struct{})
	message := func(_ context.Context, event map[string]any) (string, error) {
		if event["body"] == "slow" {
			<-release
		}
		return `{"statusCode":200}`, nil
	}
	s := newSockets(t, socketFunctions{message: message}, gateway.SocketLimits{})
	var once sync.Once
	defer once.Do(func() { close(release) })
	slow, quick := s.dial(t), s.dial(t)
	slow.say("slow")
	s.next(t, "MESSAGE")
	quick.say("quick")
	if event, _ := s.next(t, "MESSAGE"); event["body"] != "quick" {
		t.Errorf("got %v", event["body"])
	}
	slow.write(ws.NewPingFrame(nil))
	if f := slow.read(); f.Header.OpCode != ws.OpPong {
		t.Errorf("want a pong, got %+v", f)
	}
	once.Do(func() { close(release) })
}

// TestModelChanges: connections outlive a change of the app.
func TestModelChanges(t *testing.T) {
	models := make(chan *app.Model, 1)
	models <- &app.Model{Functions: []app.FunctionModel{{Kind: app.WSConnectKind}}}
	got := make(chan string, 1)
	sockets := gateway.NewSockets(gateway.SocketAPI{
		Model: func() *app.Model { m := <-models; models <- m; return m },
		Functions: invoker(func(_ context.Context, name string, _ []byte) ([]byte, error) {
			got <- name
			return []byte(`{"statusCode":200}`), nil
		}),
	})
	s := &socketServer{Server: httptest.NewServer(sockets)}
	t.Cleanup(func() { sockets.Close(); s.Close() })
	c := s.dial(t)
	if name := <-got; name != app.WebsocketConnect {
		t.Errorf("got an event for %s", name)
	}
	<-models
	models <- &app.Model{Functions: []app.FunctionModel{{Kind: app.WSMessageKind}}}
	c.say("hello")
	if name := <-got; name != app.WebsocketMessage {
		t.Errorf("got an event for %s", name)
	}
}

// TestCloseSockets: Close ends everything, also functions that hang, and
// nothing is left.
func TestCloseSockets(t *testing.T) {
	before := runtime.NumGoroutine()
	hang := func(ctx context.Context, event map[string]any) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}
	s := newSockets(t, socketFunctions{message: hang, disconnect: accepts}, gateway.SocketLimits{})
	var clients []*socketClient
	for i := range 20 {
		c := s.dial(t)
		if i%2 == 0 {
			for n := range 30 { // more than may wait for their function
				c.say(fmt.Sprint(n))
			}
		}
		clients = append(clients, c)
	}
	start := time.Now()
	s.sockets.Close()
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("closing took %v", took)
	}
	for _, c := range clients {
		if status := c.closed(); status != ws.StatusGoingAway {
			t.Errorf("a client was told %d", status)
		}
	}
	if response, _ := upgrade(t, s, nil); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a closed API answers with status %d", response.StatusCode)
	}
	s.Close()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if now := runtime.NumGoroutine(); now > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines before, %d after:\n%s", before, now, stacks[:runtime.Stack(stacks, true)])
	}
}

// TestAnothersClient talks with a client library that isn't part of this test.
func TestAnothersClient(t *testing.T) {
	s := newSockets(t, allAccept, gateway.SocketLimits{})
	conn, _, _, err := ws.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := wsutil.WriteClientText(conn, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	_, context := s.next(t, "MESSAGE")
	response, err := http.Post(s.URL+"/@connections/"+context["connectionId"].(string), "", strings.NewReader("you too"))
	if err != nil || response.StatusCode != 200 {
		t.Fatal(response, err)
	}
	response.Body.Close()
	if text, err := wsutil.ReadServerText(conn); err != nil || string(text) != "you too" {
		t.Errorf("got %q, %v", text, err)
	}
}
