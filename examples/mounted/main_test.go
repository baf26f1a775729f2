package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

// requests are those of both tests: the router answers them alike wherever it is.
var requests = map[string]struct {
	method, path, body, contentType string
	status                          int
	want                            string
}{
	"all notes":        {"GET", "/api/notes/", "", "", 200, `[{"id":"1","text":"Routers can stay as they are."},{"id":"2","text":"So can their middleware."}]`},
	"a note":           {"GET", "/api/notes/2", "", "", 200, `{"id":"2","text":"So can their middleware."}`},
	"no note":          {"GET", "/api/notes/7", "", "", 404, "there is no such note"},
	"a new one":        {"POST", "/api/notes/echo", `{"id":"3","text":"✓"}`, "application/json", 201, `{"id":"3","text":"✓"}`},
	"no JSON":          {"POST", "/api/notes/echo", "?", "application/json", 400, "this is no note"},
	"another type":     {"POST", "/api/notes/echo", "<a/>", "text/xml", 415, ""},
	"another method":   {"DELETE", "/api/notes/2", "", "", 405, ""},
	"nothing is there": {"GET", "/api/else", "", "", 404, "404 page not found"},
}

// TestApp has the router answer in the app.
func TestApp(t *testing.T) {
	client := apptest.NewClient(t, newApp())
	for name, tc := range requests {
		t.Run(name, func(t *testing.T) {
			got := client.HTTP.Do(apptest.Request{
				Method: tc.method, Path: tc.path, Body: []byte(tc.body),
				Header: http.Header{"Content-Type": {tc.contentType}},
			})
			if got.Status != tc.status || strings.TrimSpace(got.Text()) != tc.want {
				t.Errorf("got %d %q, want %d %q", got.Status, got.Text(), tc.status, tc.want)
			}
			if header := got.Header.Get("X-Content-Type-Options"); header != "nosniff" {
				t.Errorf("the middleware's header is %q", header)
			}
		})
	}
	if got := client.HTTP.Get("/"); got.Text() != `{"notes":"/api/notes"}` {
		t.Errorf("got %d %s of the app's own route", got.Status, got.Text())
	}
}

// TestServer has it answer as a server.
func TestServer(t *testing.T) {
	server := httptest.NewServer(newRouter())
	defer server.Close()
	for name, tc := range requests {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest(tc.method, server.URL+tc.path, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tc.contentType)
			got, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			body, err := io.ReadAll(got.Body)
			if err != nil || got.StatusCode != tc.status || strings.TrimSpace(string(body)) != tc.want {
				t.Errorf("got %d %q %v, want %d %q", got.StatusCode, body, err, tc.status, tc.want)
			}
		})
	}
}
