package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/gateway"
)

func TestConnect(t *testing.T) {
	answers := func(output string, err error) func(context.Context, map[string]any) (string, error) {
		return func(context.Context, map[string]any) (string, error) { return output, err }
	}
	for name, tc := range map[string]struct {
		connect func(context.Context, map[string]any) (string, error)
		want    int
		message string
		logged  string
	}{
		"no function":        {nil, 101, "", ""},
		"accepted":           {accepts, 101, "", ""},
		"another 2xx":        {answers(`{"statusCode":204}`, nil), 101, "", ""},
		"unauthorized":       {answers(`{"statusCode":401,"body":"no"}`, nil), 401, "Unauthorized", "refused"},
		"forbidden":          {answers(`{"statusCode":403}`, nil), 403, "Forbidden", "refused"},
		"a redirection":      {answers(`{"statusCode":302}`, nil), 302, "Found", "refused"},
		"the app's own 500":  {answers(`{"statusCode":500}`, nil), 500, "Internal Server Error", "refused"},
		"no status for HTTP": {answers(`{"statusCode":101}`, nil), 502, "Internal server error", "statusCode is 101"},
		"no response":        {answers(`"hello"`, nil), 502, "Internal server error", "no response"},
		"not even JSON":      {answers(`{`, nil), 502, "Internal server error", "no response"},
		"an error":           {answers("", errors.New("broken")), 502, "Internal server error", "broken"},
		"a function's error": {answers("", &gateway.FunctionError{Type: "E", Message: "m"}), 502, "Internal server error", "E: m"},
		"no answer in time":  {func(ctx context.Context, _ map[string]any) (string, error) { <-ctx.Done(); return "", ctx.Err() }, 504, "Endpoint request timed out", "in time"},
		"an error after that": {func(ctx context.Context, _ map[string]any) (string, error) {
			<-ctx.Done()
			return "", errors.New("killed")
		}, 504, "Endpoint request timed out", "in time"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSockets(t, socketFunctions{connect: tc.connect, message: accepts}, gateway.SocketLimits{Function: 100 * time.Millisecond})
			response, body := upgrade(t, s, nil)
			if response.StatusCode != tc.want {
				t.Fatalf("want status %d, got %d %s", tc.want, response.StatusCode, body)
			}
			if tc.want == 101 {
				return
			}
			var got struct{ Message, ConnectionID, RequestID string }
			if err := json.Unmarshal(body, &got); err != nil || got.Message != tc.message || !socketID.MatchString(got.ConnectionID) || !socketID.MatchString(got.RequestID) {
				t.Errorf("want %q, got %s, %v", tc.message, body, err)
			}
			if line := <-s.logged; !strings.Contains(line, tc.logged) {
				t.Errorf("want %q in the log, got %q", tc.logged, line)
			}
		})
	}
}

// upgrade asks for a websocket with a request that change may spoil.
func upgrade(t *testing.T, s *socketServer, change func(*http.Request)) (*http.Response, []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	r := httptest.NewRequest("GET", s.URL, nil)
	r.Header = http.Header{
		"Connection": {"keep-alive, Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	if change != nil {
		change(r)
	}
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		return response, nil
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

func TestHandshakes(t *testing.T) {
	set := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = values }
	}
	for name, tc := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"as it should be": {nil, 101},
		"any case": {func(r *http.Request) {
			r.Header["Upgrade"] = []string{"WebSocket"}
			r.Header["Connection"] = []string{"upgrade"}
		}, 101},
		"any origin":          {set("Origin", "https://elsewhere.example"), 101},
		"any host":            {func(r *http.Request) { r.Host = "elsewhere.example" }, 101},
		"extensions":          {set("Sec-Websocket-Extensions", "permessage-deflate; client_max_window_bits"), 101},
		"the stage":           {func(r *http.Request) { r.URL.Path = "/api" }, 101},
		"another path":        {func(r *http.Request) { r.URL.Path = "/users/7" }, 403},
		"another stage":       {func(r *http.Request) { r.URL.Path = "/prod/" }, 403},
		"POST":                {func(r *http.Request) { r.Method = "POST" }, 400},
		"a body":              {func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), 1 }, 400},
		"not upgraded":        {set("Connection", "keep-alive"), 400},
		"no key":              {set("Sec-Websocket-Key"), 400},
		"a short key":         {set("Sec-Websocket-Key", "c2hvcnQ="), 400},
		"a key of no base64":  {set("Sec-Websocket-Key", "!!!!!!!!!!!!!!!!!!!!!!=="), 400},
		"two keys":            {set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="), 400},
		"no version":          {set("Sec-Websocket-Version"), 400},
		"an old version":      {set("Sec-Websocket-Version", "8"), 426},
		"a version of no use": {set("Sec-Websocket-Version", "013"), 426},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			response, body := upgrade(t, s, tc.change)
			if response.StatusCode != tc.want {
				t.Errorf("want status %d, got %d %s", tc.want, response.StatusCode, body)
			}
			if tc.want == 101 {
				if accept := response.Header.Get("Sec-Websocket-Accept"); accept != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" { // of RFC 6455
					t.Errorf("Sec-WebSocket-Accept is %q", accept)
				}
				return
			}
			if tc.want == 426 && response.Header.Get("Sec-Websocket-Version") != "13" {
				t.Errorf("the client doesn't learn the version: %v", response.Header)
			}
			select {
			case e := <-s.events:
				t.Errorf("a bad request reached a function: %v", e)
			default:
			}
		})
	}
}

// TestSubprotocol: the client gets the subprotocol that the function of
// $connect chooses, and no other header.
func TestSubprotocol(t *testing.T) {
	for name, output := range map[string]string{
		"a header":       `{"statusCode":200,"headers":{"sec-websocket-protocol":"b","X-Other":"x"}}`,
		"many headers":   `{"statusCode":200,"multiValueHeaders":{"Sec-WebSocket-Protocol":["b"]}}`,
		"with a message": `{"statusCode":200,"headers":{"SEC-WEBSOCKET-PROTOCOL":"b"},"body":"hello"}`,
	} {
		t.Run(name, func(t *testing.T) {
			connect := func(context.Context, map[string]any) (string, error) { return output, nil }
			s := newSockets(t, socketFunctions{connect: connect}, gateway.SocketLimits{})
			response, _ := upgrade(t, s, func(r *http.Request) { r.Header["Sec-Websocket-Protocol"] = []string{"a, b"} })
			if got := response.Header["Sec-Websocket-Protocol"]; !cmp.Equal(got, []string{"b"}) || response.Header.Get("X-Other") != "" {
				t.Errorf("status %d, headers %v", response.StatusCode, response.Header)
			}
		})
	}
}

// TestServes: which requests are for the websocket API, and which are left to
// the REST API.
func TestServes(t *testing.T) {
	with, without := newSockets(t, allAccept, gateway.SocketLimits{}), newSockets(t, socketFunctions{}, gateway.SocketLimits{})
	request := func(path, upgrade string) *http.Request {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Upgrade", upgrade)
		return r
	}
	for name, tc := range map[string]struct {
		s    *socketServer
		r    *http.Request
		want bool
	}{
		"an upgrade":                    {with, request("/", "websocket"), true},
		"an upgrade to something else":  {with, request("/", "h2c"), false},
		"one of several":                {with, request("/x", "h2c, WebSocket"), true},
		"without handlers":              {without, request("/", "websocket"), false},
		"a connection":                  {without, request("/@connections/a", ""), true},
		"a connection of the stage":     {with, request("/api/@connections/a=", ""), true},
		"a connection of another stage": {with, request("/dev/@connections/a", ""), false},
		"an @ in other words":           {with, request("/%40connections/a%3D", ""), true},
		"no connection":                 {with, request("/@connections", ""), false},
		"below":                         {with, request("/users/@connections/a", ""), false},
		"a page":                        {with, request("/", ""), false},
	} {
		if got := tc.s.sockets.Serves(tc.r); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
