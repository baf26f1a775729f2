package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// browsers stand for the clients of connections: they keep what was sent to
// each.
type browsers struct {
	mu   sync.Mutex
	got  map[string][]outgoing
	gone map[string]bool
}

// ServeHTTP accepts messages as API Gateway's management API does.
func (b *browsers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, id, _ := strings.Cut(r.URL.Path, "@connections/")
	data, err := io.ReadAll(r.Body)
	var out outgoing
	if err != nil || json.Unmarshal(data, &out) != nil || r.Method != http.MethodPost {
		http.Error(w, "no message", http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone[id] {
		w.WriteHeader(http.StatusGone)
		return
	}
	b.got[id] = append(b.got[id], out)
}

// taken returns the messages since taken was last called, one line for each.
func (b *browsers) taken() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := map[string]string{}
	for id, all := range b.got {
		var lines []string
		for _, out := range all {
			lines = append(lines, strings.Join(append([]string{out.Kind, out.Name, out.Text}, out.Names...), "|"))
		}
		taken[id] = strings.Join(lines, "\n")
	}
	b.got = map[string][]outgoing{}
	return taken
}

func newBrowsers(t *testing.T) (*browsers, *apptest.Client) {
	t.Helper()
	b := &browsers{got: map[string][]outgoing{}, gone: map[string]bool{}}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", server.URL)
	t.Setenv("AWS_REGION", "us-west-2")
	t.Setenv("TMPDIR", t.TempDir())
	return b, apptest.NewClient(t, newApp())
}

func TestTalk(t *testing.T) {
	b, client := newBrowsers(t)
	invoke := func(function string, event json.RawMessage) string {
		t.Helper()
		result, err := client.Lambda.Invoke(function, event)
		if err != nil {
			t.Fatal(err)
		}
		return string(result.Payload)
	}
	says := func(id, text string) {
		t.Helper()
		invoke("websocket_message", client.Events.WebsocketMessage(id, text))
	}
	for _, step := range []struct {
		name string
		do   func()
		want map[string]string
	}{
		{"a connection alone is no member", func() { invoke("websocket_connect", client.Events.WebsocketConnect("a")) }, map[string]string{}},
		{"nor is one without a name", func() { says("a", `{"text":"hi"}`) }, map[string]string{"a": "error||please tell your name, in up to 40 characters"}},
		{"Ada joins", func() { says("a", `{"name":" Ada "}`) }, map[string]string{"a": "joined|Ada||Ada"}},
		{"Bob joins", func() { says("b", `{"name":"<b>Bob"}`) }, map[string]string{"a": "joined|<b>Bob||<b>Bob|Ada", "b": "joined|<b>Bob||<b>Bob|Ada"}},
		{"Ada says something", func() { says("a", `{"text":"hello ✓"}`) }, map[string]string{"a": "said|Ada|hello ✓", "b": "said|Ada|hello ✓"}},
		{"and nothing", func() { says("a", `{"text":" "}`) }, map[string]string{"a": "error||please say something, in up to 2,000 characters"}},
		{"and what is no JSON", func() { says("a", `{`) }, map[string]string{"a": "error||that was no JSON"}},
		{"Bob vanishes", func() { b.gone["b"] = true; says("a", `{"text":"Bob?"}`) }, map[string]string{"a": "said|Ada|Bob?"}},
		{"which is no news later", func() { invoke("websocket_disconnect", client.Events.WebsocketDisconnect("b")) }, map[string]string{}},
		{"Eve comes", func() { says("e", `{"name":"Eve"}`) }, map[string]string{"a": "joined|Eve||Ada|Eve", "e": "joined|Eve||Ada|Eve"}},
		{"and goes", func() { invoke("websocket_disconnect", client.Events.WebsocketDisconnect("e")) }, map[string]string{"a": "left|Eve||Ada"}},
	} {
		step.do()
		got := b.taken()
		if len(got) != len(step.want) {
			t.Errorf("%s: got %v, want %v", step.name, got, step.want)
		}
		for id, want := range step.want {
			if got[id] != want {
				t.Errorf("%s: %s got %q, want %q", step.name, id, got[id], want)
			}
		}
	}
}

func TestFullRoom(t *testing.T) {
	_, client := newBrowsers(t)
	e, err := app.NewWebsocketEvent(client.Events.WebsocketConnect("one more"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxMembers {
		if err := room(e).add(t.Context(), strconv.Itoa(i), "n"); err != nil {
			t.Fatal(err)
		}
	}
	result, err := client.Lambda.Invoke("websocket_connect", client.Events.WebsocketConnect("one more"))
	if err != nil || !strings.Contains(string(result.Payload), `"statusCode":503`) {
		t.Errorf("got %s, %v", result.Payload, err)
	}
}

func TestPage(t *testing.T) {
	_, client := newBrowsers(t)
	t.Setenv("WEBSOCKET_URL", `wss://abc.example/"><script>`)
	got := client.HTTP.Get("/")
	if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") ||
		!strings.Contains(got.Text(), `data-address="wss://abc.example/&#34;&gt;&lt;script&gt;"`) {
		t.Errorf("got %d %v %.300s", got.Status, got.Header, got.Text())
	}
}
