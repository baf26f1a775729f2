package devserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

// text keeps what is written, for several goroutines.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

const fronted = `package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("fronted")
	a.Route("/users/{id}", user)
	dispatch.Start(a)
}

func user(ctx context.Context, r *app.Request) (any, error) {
	return map[string]any{"id": r.Param("id"), "url": r.URLPath(), "stage": r.ContextValue("stage"), "account": r.ContextValue("accountId"), "key": r.ContextValue("routeKey")}, nil
}
`

// TestFronts: the start says which front it is and where, and requests are
// answered as that does. The front changes with the configuration.
func TestFronts(t *testing.T) {
	cases := []struct {
		configuration string
		place         string // @ stands for the server's URL
		path          string
		want          map[string]any
		unknown       string // the answer to an unknown path
	}{
		{`{"version": "2.0", "app_name": "fronted", "api_type": "http"}`, "HTTP API   @/\n", "/users/a%2Bb", map[string]any{
			"id": "a+b", "url": "/users/a+b", "stage": "$default", "account": "123456789012", "key": "GET /users/{id}",
		}, `{"message":"Not Found"}`},
		{`{"version": "2.0", "app_name": "fronted", "api_type": "http", "api_gateway_stage": "beta"}`, "HTTP API   @/ (and @/beta/)\n", "/beta/users/7", map[string]any{
			"id": "7", "url": "/users/7", "stage": "beta", "account": "123456789012", "key": "GET /users/{id}",
		}, `{"message":"Not Found"}`},
		{`{"version": "2.0", "app_name": "fronted", "api_type": "function_url"}`, "function URL @/\n", "/users/a%2Fb", map[string]any{
			"id": "a/b", "url": "/users/a%2Fb", "stage": "$default", "account": "anonymous", "key": "$default",
		}, `{"Code":"NotFoundError","Message":"Not found: /nowhere"}`},
		{`{"version": "2.0", "app_name": "fronted"}`, "REST API   @/ (and @/api/)\n", "/api/users/7", map[string]any{
			"id": "7", "url": "/users/7", "stage": "api", "account": "123456789012", "key": "",
		}, `{"message": "Missing Authentication Token"}`},
	}
	dir := project(t, map[string]string{"main.go": fronted, ".chalice/config.json": cases[0].configuration})
	var out, status text
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- devserver.Serve(ctx, devserver.Options{ProjectDir: dir, AutoReload: true}, devserver.Printer{Out: &out, Status: &status})
	}()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	url := ""
	for i, tc := range cases {
		if i > 0 {
			write(t, dir, ".chalice/config.json", tc.configuration)
		}
		deadline := time.Now().Add(2 * time.Minute)
		for {
			said := status.String()
			if found := regexp.MustCompile(`http://[0-9.:]+`).FindString(said); found != "" {
				url = found
			}
			if url != "" && strings.Contains(said, strings.ReplaceAll(tc.place, "@", url)) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("no place %q in\n%s", tc.place, said)
			}
			time.Sleep(10 * time.Millisecond)
		}
		code, body := get(t, url+tc.path)
		var got map[string]any
		if err := json.Unmarshal([]byte(body), &got); err != nil || code != 200 {
			t.Fatalf("%s: %d %s", tc.configuration, code, body)
		}
		for name, want := range tc.want {
			if got[name] != want {
				t.Errorf("%s: %s is %v, want %v", tc.configuration, name, got[name], want)
			}
		}
		if _, body := get(t, url+"/nowhere"); body != tc.unknown {
			t.Errorf("%s: an unknown path: %s", tc.configuration, body)
		}
	}
}
