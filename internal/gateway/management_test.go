package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/chalice-go/chalice/internal/gateway"
)

// managed is an answer of the management API.
type managed struct {
	StatusCode int
	Header     http.Header
	Body       string
}

func (s *socketServer) manage(t *testing.T, method, path, body string) managed {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return managed{response.StatusCode, response.Header, string(data)}
}

func TestManagement(t *testing.T) {
	s := newSockets(t, allAccept, gateway.SocketLimits{})
	c := s.dial(t)
	_, context := s.next(t, "CONNECT")
	id := context["connectionId"].(string)
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		kind               string
	}{
		"nobody to send to":     {"POST", "/@connections/L0SM9cOFvHcCIhw=", "x", 410, "GoneException"},
		"nobody to ask for":     {"GET", "/@connections/L0SM9cOFvHcCIhw=", "", 410, "GoneException"},
		"nobody to send away":   {"DELETE", "/@connections/L0SM9cOFvHcCIhw=", "", 410, "GoneException"},
		"a strange id":          {"GET", "/@connections/a%2Fb%20c@%C3%A9", "", 410, "GoneException"},
		"an empty id":           {"GET", "/@connections/", "", 410, "GoneException"},
		"an id that goes on":    {"GET", "/@connections/" + id + "/x", "", 410, "GoneException"},
		"a large message":       {"POST", "/@connections/" + id, strings.Repeat("x", 128<<10+1), 413, "PayloadTooLargeException"},
		"a method of no use":    {"PUT", "/@connections/" + id, "x", 403, "MissingAuthenticationTokenException"},
		"another method":        {"HEAD", "/@connections/" + id, "", 403, "MissingAuthenticationTokenException"},
		"a message":             {"POST", "/@connections/" + id, "x", 200, ""},
		"a message, with stage": {"POST", "/api/@connections/" + id, "x", 200, ""},
		"a message, escaped":    {"POST", "/%40connections/" + strings.TrimSuffix(id, "=") + "%3D", "x", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.manage(t, tc.method, tc.path, tc.body)
			if got.StatusCode != tc.status || got.Header.Get("X-Amzn-Errortype") != tc.kind || got.Header.Get("X-Amzn-Requestid") == "" {
				t.Errorf("want %d %q, got %+v", tc.status, tc.kind, got)
			}
			if tc.kind != "" && tc.method != "HEAD" && !json.Valid([]byte(got.Body)) {
				t.Errorf("no JSON: %s", got.Body)
			}
			if tc.status == 200 {
				if text := c.hear(); text != "x" {
					t.Errorf("got %q", text)
				}
			}
		})
	}
}

func TestConnectionInfo(t *testing.T) {
	s := newSockets(t, allAccept, gateway.SocketLimits{})
	conn, _, _, err := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"User-Agent": {"tester/1"}}}.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, context := s.next(t, "CONNECT")
	path := "/api/@connections/" + context["connectionId"].(string)
	time.Sleep(20 * time.Millisecond)
	if got := s.manage(t, "POST", path, "x"); got.StatusCode != 200 {
		t.Fatalf("%+v", got)
	}
	var info struct {
		ConnectedAt, LastActiveAt time.Time
		Identity                  struct{ SourceIP, UserAgent string }
	}
	if err := json.Unmarshal([]byte(s.manage(t, "GET", path, "").Body), &info); err != nil {
		t.Fatal(err)
	}
	if at := int64(context["connectedAt"].(float64)); info.ConnectedAt.UnixMilli() != at {
		t.Errorf("connected at %v, and the app was told %v", info.ConnectedAt, time.UnixMilli(at))
	}
	if !info.LastActiveAt.After(info.ConnectedAt) || time.Since(info.LastActiveAt) > time.Minute {
		t.Errorf("connected at %v, active at %v", info.ConnectedAt, info.LastActiveAt)
	}
	if info.Identity.SourceIP != "127.0.0.1" || info.Identity.UserAgent != "tester/1" {
		t.Errorf("identity %+v", info.Identity)
	}
}

// TestSentMessages: in which frames a client gets what was sent to it.
func TestSentMessages(t *testing.T) {
	large := strings.Repeat("x", 32<<10-1) + "é" + strings.Repeat("y", 96<<10-1)
	for name, tc := range map[string]struct {
		message string
		kind    ws.OpCode
		frames  int
	}{
		"nothing":                {"", ws.OpText, 1},
		"a text":                 {"<&>✓", ws.OpText, 1},
		"as large as a frame":    {large[:32<<10], ws.OpBinary, 1}, // ends within a character
		"larger than a frame":    {large[:32<<10+1], ws.OpText, 2},
		"as large as it may be":  {large, ws.OpText, 4},
		"bytes that are no text": {"\x00\xff", ws.OpBinary, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			c := s.dial(t)
			_, context := s.next(t, "CONNECT")
			if got := s.manage(t, "POST", "/@connections/"+context["connectionId"].(string), tc.message); got.StatusCode != 200 || got.Body != "" {
				t.Fatalf("%+v", got)
			}
			kind, message := tc.kind, ""
			for i := range tc.frames {
				f := c.read()
				if f.Header.OpCode != kind || f.Header.Fin != (i == tc.frames-1) || f.Header.Masked || f.Header.Length > 32<<10 {
					t.Errorf("frame %d is %+v", i, f.Header)
				}
				kind, message = ws.OpContinuation, message+string(f.Payload)
			}
			if message != tc.message {
				t.Errorf("got %d bytes, want %d", len(message), len(tc.message))
			}
		})
	}
}

// TestNotYetThere: for API Gateway a connection doesn't exist before $connect
// has answered.
func TestNotYetThere(t *testing.T) {
	var s *socketServer
	connect := func(_ context.Context, event map[string]any) (string, error) {
		id := event["requestContext"].(map[string]any)["connectionId"].(string)
		if got := s.manage(t, "POST", "/@connections/"+id, "x"); got.StatusCode != 410 {
			t.Errorf("%+v", got)
		}
		return `{"statusCode":200}`, nil
	}
	s = newSockets(t, socketFunctions{connect: connect}, gateway.SocketLimits{})
	s.dial(t)
}

// TestGone: for the management API a connection is gone before the app's
// function is invoked for its end.
func TestGone(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s *socketServer, c *socketClient, path string){
		"sent away": func(t *testing.T, s *socketServer, c *socketClient, path string) {
			if got := s.manage(t, "DELETE", path, ""); got.StatusCode != 204 || got.Body != "" {
				t.Errorf("%+v", got)
			}
			if status := c.closed(); status != ws.StatusNormalClosure {
				t.Errorf("the client is told %d", status)
			}
		},
		"left":     func(_ *testing.T, _ *socketServer, c *socketClient, _ string) { c.write(ws.NewCloseFrame(nil)) },
		"vanished": func(_ *testing.T, _ *socketServer, c *socketClient, _ string) { c.conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSockets(t, allAccept, gateway.SocketLimits{})
			c := s.dial(t)
			_, context := s.next(t, "CONNECT")
			path := "/@connections/" + context["connectionId"].(string)
			end(t, s, c, path)
			s.next(t, "DISCONNECT")
			for _, method := range []string{"POST", "GET", "DELETE"} {
				if got := s.manage(t, method, path, "x"); got.StatusCode != 410 {
					t.Errorf("%s: %+v", method, got)
				}
			}
		})
	}
}

func TestManagementVariable(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:8000": "http://127.0.0.1:8000/dev",
		"localhost:8000": "http://localhost:8000/dev",
		"[::1]:8000":     "http://[::1]:8000/dev",
		"0.0.0.0:8000":   "http://127.0.0.1:8000/dev",
		":8000":          "http://127.0.0.1:8000/dev",
		"[::]:8000":      "http://[::1]:8000/dev",
	} {
		if got := gateway.ManagementVariable(address, "dev"); got != "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI="+want {
			t.Errorf("%s: got %s", address, got)
		}
	}
}

func TestGuard(t *testing.T) {
	guarded := gateway.Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), "dev.example.com")
	for name, tc := range map[string]struct {
		host   string
		header http.Header
		want   int
	}{
		"a program":              {"127.0.0.1:8000", nil, 200},
		"localhost":              {"localhost:8000", nil, 200},
		"in capitals":            {"LocalHost", nil, 200},
		"with a dot":             {"localhost.:8000", nil, 200},
		"below localhost":        {"app.localhost:8000", nil, 200},
		"IPv6":                   {"[::1]:8000", nil, 200},
		"IPv6 without a port":    {"[::1]", nil, 200},
		"another address":        {"192.168.1.7:8000", nil, 200},
		"the configured name":    {"dev.example.com:8000", nil, 200},
		"the page itself":        {"localhost:8000", http.Header{"Origin": {"http://localhost:8000"}, "Sec-Fetch-Site": {"same-origin"}}, 200},
		"typed by the user":      {"localhost:8000", http.Header{"Sec-Fetch-Site": {"none"}}, 200},
		"rebound":                {"evil.example:8000", nil, 403},
		"looks like localhost":   {"localhost.evil.example", nil, 403},
		"ends like localhost":    {"notlocalhost:8000", nil, 403},
		"no host":                {"", nil, 403},
		"an address in a name":   {"127.0.0.1.nip.io:8000", nil, 403},
		"another site":           {"localhost:8000", http.Header{"Origin": {"https://evil.example"}}, 403},
		"another port":           {"localhost:8000", http.Header{"Origin": {"http://localhost:3000"}}, 403},
		"a sandboxed page":       {"localhost:8000", http.Header{"Origin": {"null"}}, 403},
		"two origins":            {"localhost:8000", http.Header{"Origin": {"http://localhost:8000", "https://evil.example"}}, 403},
		"an image of a page":     {"localhost:8000", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"a neighbour's image":    {"localhost:8000", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		"rebound, same origin":   {"evil.example:8000", http.Header{"Origin": {"http://evil.example:8000"}}, 403},
		"another, same in words": {"localhost:8000", http.Header{"Origin": {"http://127.0.0.1:8000"}}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Host = tc.host
			if tc.header != nil {
				r.Header = tc.header
			}
			w := httptest.NewRecorder()
			guarded.ServeHTTP(w, r)
			if w.Code != tc.want {
				t.Errorf("want %d, got %d %s", tc.want, w.Code, w.Body)
			}
		})
	}
}
