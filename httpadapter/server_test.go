package httpadapter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/httpadapter"
)

// These tests compare mounted handlers with net/http's own server: a client
// sends the same requests to both, to the mounted handler through the gateway.

// servers serves a handler both ways.
func servers(t *testing.T, handler http.Handler) (direct, mounted *httptest.Server) {
	t.Helper()
	a := app.New("mounted", app.BinaryTypes("*/*")) // as an app for browsers needs it
	httpadapter.Mount(a, "/", handler)
	direct = httptest.NewServer(handler)
	mounted = httptest.NewServer(apptest.NewClient(t, a).HTTP)
	t.Cleanup(direct.Close)
	t.Cleanup(mounted.Close)
	return direct, mounted
}

// quiet drops what is logged during a test.
func quiet(t *testing.T) {
	t.Helper()
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(old) })
}

// seen is what a handler sees of a request.
type seen struct {
	Method, Path, RawPath, RequestURI string
	Query                             url.Values
	Header                            http.Header
	Host, Proto                       string
	Body                              []byte
	ContentLength                     int64
	PathValue                         string
}

// added are headers that the gateway adds.
var added = []string{"X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}

// mirror answers with what it sees of its request.
func mirror(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	for _, name := range added {
		r.Header.Del(name)
	}
	uri, _, _ := strings.Cut(r.RequestURI, "?") // the gateway sorts queries
	json.NewEncoder(w).Encode(seen{
		r.Method, r.URL.Path, r.URL.RawPath, uri, r.URL.Query(), r.Header,
		r.Host, r.Proto, body, r.ContentLength, r.PathValue("rest"),
	})
}

func TestRequestsAsServer(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", mirror)
	mux.HandleFunc("POST /values/{rest...}", mirror)
	direct, mounted := servers(t, mux)
	for name, tc := range map[string]struct {
		method, target string
		header         http.Header
		body           string
	}{
		"root":                {target: "/"},
		"a path":              {target: "/a/b"},
		"a trailing slash":    {target: "/a/b/"},
		"an encoded slash":    {target: "/a%2Fb/c"},
		"encodings":           {target: "/a%20b/%C3%A9/100%25/%5B%5D"},
		"unusual encodings":   {target: "/%61/!'()*/a+b;c=d@:$&,"},
		"a query":             {target: "/q?b=2&a=1&b=3&empty=&none&%C3%A9=%26+%2B"},
		"a query alone":       {target: "/?x=y"},
		"headers":             {target: "/h", header: http.Header{"X-One": {"1"}, "X-Two": {"1", "2"}, "Cookie": {"a=1; b=2"}, "Authorization": {"Bearer x"}}},
		"text":                {method: "POST", target: "/p", body: "a text: é", header: http.Header{"Content-Type": {"text/plain"}}},
		"a form":              {method: "POST", target: "/p?x=1", body: "a=1&b=%20", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}},
		"bytes":               {method: "PUT", target: "/p", body: "\x00\xff\xfe", header: http.Header{"Content-Type": {"application/octet-stream"}}},
		"bytes without type":  {method: "PATCH", target: "/p", body: "\xff"},
		"no body":             {method: "POST", target: "/p"},
		"DELETE":              {method: "DELETE", target: "/d"},
		"OPTIONS":             {method: "OPTIONS", target: "/o"},
		"a rest with slashes": {method: "POST", target: "/values/a/b%2Fc/d/"},
	} {
		t.Run(name, func(t *testing.T) {
			var got [2]seen
			for i, s := range []*httptest.Server{direct, mounted} {
				response := send(t, s, tc.method, tc.target, tc.header, tc.body)
				if err := json.Unmarshal(response.body, &got[i]); err != nil {
					t.Fatalf("%v\n%s", err, response.body)
				}
			}
			if diff := cmp.Diff(got[0], got[1]); diff != "" {
				t.Errorf("the request (-server +mounted):\n%s", diff)
			}
		})
	}
}

// response is what a client sees of a response.
type response struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request without changing it, and doesn't follow redirects.
func send(t *testing.T, s *httptest.Server, method, target string, header http.Header, body string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "api.example.com"
	request.Header.Set("Accept", "*/*")
	maps.Copy(request.Header, header)
	client := s.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Header.Del("Date")
	return response{answer.StatusCode, answer.Header, data}
}

var picture = []byte("\x89PNG\x0D\x0A\x1A\x0A\x00\x00\xff")

// handlers do what handlers of net/http do with responses.
var handlers = map[string]http.HandlerFunc{
	"/nothing": func(http.ResponseWriter, *http.Request) {},
	"/text":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "plain text") },
	"/html":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<!DOCTYPE html><p>é</p>") },
	"/json": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		io.WriteString(w, `{"a":1}`)
	},
	"/picture": func(w http.ResponseWriter, _ *http.Request) { w.Write(picture) },
	"/error": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		http.Error(w, "no <such> thing", http.StatusNotFound)
	},
	"/absolute":     http.RedirectHandler("/elsewhere?a=1", http.StatusFound).ServeHTTP,
	"/dir/relative": http.RedirectHandler("../up", http.StatusSeeOther).ServeHTTP,
	"/outside":      http.RedirectHandler("https://example.com/", http.StatusPermanentRedirect).ServeHTTP,
	"/created":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) },
	"/twice": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "first")
		w.WriteHeader(http.StatusTeapot)
	},
	"/late": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Early", "yes")
		w.WriteHeader(http.StatusOK)
		w.Header().Set("X-Early", "changed")
		w.Header().Set("X-Late", "too late")
	},
	"/cookies": func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1", Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2", MaxAge: -1})
		w.Header().Add("Vary", "Accept")
		w.Header().Add("Vary", "Origin")
		io.WriteString(w, "{}")
	},
	"/no-content": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if _, err := io.WriteString(w, "x"); !errors.Is(err, http.ErrBodyNotAllowed) {
			panic(err)
		}
	},
	"/not-modified": func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.txt", time.Unix(1e9, 0), strings.NewReader("content"))
	},
	"/range": func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.txt", time.Unix(1e9, 0), strings.NewReader("content"))
	},
	"/flushed": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "one ")
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
		w.(http.Flusher).Flush()
		w.Header().Set("X-Late", "too late")
		io.WriteString(w, "two")
	},
	"/hint": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
	},
	"/no-type": func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "typeless")
	},
	"/encoded": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "rot13")
		io.WriteString(w, "grkg")
	},
	"/broken-line": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Text", " one\r\nSet-Cookie: a=b ")
		w.Header()["Bad Name"] = []string{"x"}
		w.Header().Set(http.TrailerPrefix+"X-Sum", "x")
	},
	"/length": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "6")
		io.WriteString(w, "length")
	},
	"/copied": func(w http.ResponseWriter, _ *http.Request) { io.Copy(w, bytes.NewReader(picture)) },
}

// served returns a handler with all of handlers, and a file server.
func served() http.Handler {
	mux := http.NewServeMux()
	for path, h := range handlers {
		mux.Handle(path, h)
	}
	mux.Handle("/files/", http.FileServerFS(fstest.MapFS{
		"files/index.html": {Data: []byte("<p>index"), ModTime: time.Unix(1e9, 0)},
		"files/a.css":      {Data: []byte("a {}"), ModTime: time.Unix(1e9, 0)},
		"files/b.png":      {Data: picture, ModTime: time.Unix(1e9, 0)},
	}))
	return mux
}

func TestResponsesAsServer(t *testing.T) {
	quiet(t)
	direct, mounted := servers(t, served())
	targets := []string{"/unknown", "/files", "/files/", "/files/index.html", "/files/a.css", "/files/b.png", "/files/none", "/files/../text"}
	for path := range handlers {
		targets = append(targets, path)
	}
	slices.Sort(targets)
	for _, target := range targets {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			t.Run(method+target, func(t *testing.T) {
				header := http.Header{}
				switch target {
				case "/not-modified":
					header.Set("If-Modified-Since", time.Unix(1e9, 0).UTC().Format(http.TimeFormat))
				case "/range":
					header.Set("Range", "bytes=2-3")
				}
				want := send(t, direct, method, target, header, "")
				got := send(t, mounted, method, target, header, "")
				if want.status != got.status {
					t.Errorf("status: the server has %d, mounted it is %d", want.status, got.status)
				}
				if method == "HEAD" && got.header.Get("Content-Length") == "0" {
					want.header.Del("Content-Length") // the handler wrote nothing whose length would be known
				}
				if diff := cmp.Diff(want.header, withoutGateways(got.header, want.header)); diff != "" {
					t.Errorf("header (-server +mounted):\n%s", diff)
				}
				if !bytes.Equal(want.body, got.body) {
					t.Errorf("body: the server has %q, mounted it is %q", want.body, got.body)
				}
			})
		}
	}
}

// withoutGateways removes from a mounted handler's response what the gateway
// adds and a server doesn't: headers of its own, a content type for every
// response, and the length if the server flushed, or didn't count a body that
// it won't send.
func withoutGateways(mounted, server http.Header) http.Header {
	left := http.Header{}
	for name, values := range mounted {
		_, both := server[name]
		switch {
		case both:
		case strings.HasPrefix(name, "X-Amz"), name == "Content-Length":
			continue
		case name == "Content-Type" && values[0] == "application/json":
			continue
		}
		left[name] = values
	}
	return left
}
