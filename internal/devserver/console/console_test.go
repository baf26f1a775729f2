package console_test

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/console"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// serve runs the app of testdata with a console until the test ends, and
// returns the console's address.
func serve(t *testing.T) (base string, s *devserver.Server) {
	t.Helper()
	s = devservertest.Serve(t, devserver.Options{
		ProjectDir: "testdata/app",
		Mounts: func(s *devserver.Server) []devserver.Mount {
			return []devserver.Mount{{Prefix: console.Prefix, Name: "console", Handler: console.Handler(s, console.Options{})}}
		},
	})
	r, err := http.Get(s.URL() + "/items/0") // waits for the build
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return s.URL() + console.Prefix, s
}

// call sends a request to the console's API, and returns the answer and its
// status. With a nil body it is a GET.
func call(t *testing.T, url string, body any) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequest("GET", url, nil)
	if body != nil {
		data, _ := json.Marshal(body)
		request, err = http.NewRequest("POST", url, strings.NewReader(string(data)))
		request.Header.Set("Content-Type", "application/json")
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 0 && data[0] == '[' {
		data = []byte(`{"list":` + string(data) + `}`)
	}
	var result map[string]any
	if err := json.Unmarshal(data, &result); err != nil {
		t.Fatalf("%s: %v in %s", url, err, data)
	}
	return r.StatusCode, result
}

// dig follows member names and indices into a JSON value.
func dig(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

func TestConsole(t *testing.T) {
	base, _ := serve(t)
	t.Run("state", func(t *testing.T) {
		_, got := call(t, base+"api/state", nil)
		for _, tc := range []struct {
			want any
			path []any
		}{
			{"shop", []any{"app"}},
			{"/items/{id}", []any{"routes", 0, "path"}},
			{"*", []any{"routes", 0, "cors"}},
			{"check", []any{"routes", 1, "authorizer"}},
			{"sqs", []any{"functions", 2, "kind"}},
			{"queue jobs", []any{"functions", 2, "triggers", 0}},
			{5.0, []any{"functions", 2, "timeout"}},
		} {
			if diff := cmp.Diff(tc.want, dig(got, tc.path...)); diff != "" {
				t.Errorf("%v: want -, got +\n%s", tc.path, diff)
			}
		}
		source, _ := dig(got, "routes", 0, "source").(string)
		if !strings.HasSuffix(source, "testdata/app/main.go:16") {
			t.Errorf("the first route is registered at %q", source)
		}
	})
	t.Run("values of variables only when asked for", func(t *testing.T) {
		_, state := call(t, base+"api/state", nil)
		if text, _ := json.Marshal(state); strings.Contains(string(text), "s3cret") {
			t.Errorf("the state has the value: %s", text)
		}
		_, got := call(t, base+"api/variables/work", nil)
		text, _ := json.Marshal(got)
		if !strings.Contains(string(text), "s3cret") || !strings.Contains(string(text), `"unset":true`) {
			t.Errorf("got %s", text)
		}
	})
	t.Run("send", func(t *testing.T) {
		status, got := call(t, base+"api/send", map[string]any{
			"method": "POST", "path": "/items/a%2Fb?x=1", "headers": [][2]string{{"X-Test", "yes"}, {"Content-Type", "text/plain"}}, "body": "hello",
		})
		if status != 200 || got["status"] != 200.0 || got["body"] != `{"body":"hello","header":"yes","item":"a/b"}` {
			t.Errorf("got %d %v", status, got)
		}
		id := got["entry"].(string)
		_, entry := call(t, base+"api/entries/"+id, nil)
		if dig(entry, "invocations", 0, "event", "httpMethod") != "POST" || dig(entry, "invocations", 0, "response", "statusCode") != 200.0 {
			t.Errorf("got %v", entry)
		}
		logged := func() string { text, _ := dig(entry, "invocations", 0, "log", 0, "text").(string); return text }
		for end := time.Now().Add(10 * time.Second); !strings.Contains(logged(), "looking") && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
			_, entry = call(t, base+"api/entries/"+id, nil)
		}
		if !strings.Contains(logged(), "looking") {
			t.Errorf("the log line isn't there: %v", entry)
		}
		_, again := call(t, base+"api/entries/"+id+"/again", map[string]any{})
		if again["body"] != got["body"] || again["entry"] == id {
			t.Errorf("sent again, the answer is %v", again)
		}
	})
	t.Run("invoke", func(t *testing.T) {
		_, got := call(t, base+"api/functions/echo", map[string]any{"event": map[string]any{"n": json.Number("12345678901234567")}})
		if text, _ := json.Marshal(got); !strings.Contains(string(text), `"payload":{"n":`) {
			t.Errorf("got %s", text)
		}
		_, got = call(t, base+"api/functions/work", map[string]any{"event": json.RawMessage(`{"Records":[]}`)})
		if message, _ := got["error"].(string); !strings.Contains(message, "no work today") {
			t.Errorf("got %v", got)
		}
		if status, got := call(t, base+"api/functions/nothing", map[string]any{}); status != 404 || !strings.Contains(got["message"].(string), "work") {
			t.Errorf("got %d %v", status, got)
		}
	})
	t.Run("graph", func(t *testing.T) {
		_, got := call(t, base+"api/graph", nil)
		svg, _ := got["svg"].(string)
		if !strings.Contains(svg, "jobs") || strings.Contains(svg, "<style") || strings.Contains(svg, "style=") {
			t.Errorf("got %v", got)
		}
	})
	t.Run("policy", func(t *testing.T) {
		if status, got := call(t, base+"api/policy/echo", nil); status != 200 || dig(got, "grants") == nil {
			t.Errorf("got %d %v", status, got)
		}
	})
}

// TestOpenAPI: local mode has the document of any app, and the app's own route has it as
// well, each with a server that is right where it is.
func TestOpenAPI(t *testing.T) {
	base, s := serve(t)
	for url, server := range map[string]string{base + "openapi.json": "/", s.URL() + "/docs/openapi.json": "..", s.URL() + "/api/docs/openapi.json": ".."} {
		status, document := call(t, url, nil)
		if status != 200 || dig(document, "info", "title") != "shop" || dig(document, "servers", 0, "url") != server {
			t.Errorf("%s: %d %v", url, status, document)
		}
		if said, _ := dig(document, "paths", "/items/{id}", "get", "description").(string); !strings.Contains(said, "which item was asked for") {
			t.Errorf("%s: the comment of a handler isn't there: %q", url, said)
		}
	}
	r, err := http.Get(base + "docs/") // a browser goes to the page
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.Request.URL.Path != console.Docs || r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s: %d %v", r.Request.URL, r.StatusCode, r.Header)
	}
}

func TestConsoleRefuses(t *testing.T) {
	base, _ := serve(t)
	for name, tc := range map[string]struct {
		path, body, contentType string
		header                  http.Header
		want                    int
	}{
		"another host":                  {"api/state", "", "", http.Header{"Host": {"evil.example"}}, 403},
		"another host for the document": {"openapi.json", "", "", http.Header{"Host": {"evil.example"}}, 403},
		"another origin":                {"api/functions/echo", "{}", "application/json", http.Header{"Origin": {"https://evil.example"}}, 403},
		"a form":                        {"api/functions/echo", "{}", "text/plain", nil, 415},
		"no JSON":                       {"api/send", "{", "application/json", nil, 400},
		"a path without /":              {"api/send", `{"method":"GET","path":"x"}`, "application/json", nil, 400},
		"a broken path":                 {"api/send", `{"method":"GET","path":"/%zz"}`, "application/json", nil, 400},
		"a method":                      {"api/send", `{"method":"G T","path":"/"}`, "application/json", nil, 400},
		"an unknown entry":              {"api/entries/99999", "", "", nil, 404},
		"the wrong method":              {"api/send", "", "", nil, 404},
	} {
		t.Run(name, func(t *testing.T) {
			method := "GET"
			if tc.body != "" {
				method = "POST"
			}
			r, err := http.NewRequest(method, base+tc.path, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			maps.Copy(r.Header, tc.header)
			r.Host = tc.header.Get("Host")
			r.Header.Set("Content-Type", tc.contentType)
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != tc.want && !(tc.want == 404 && response.StatusCode == 405) {
				body, _ := io.ReadAll(response.Body)
				t.Errorf("got %d %s, want %d", response.StatusCode, body, tc.want)
			}
		})
	}
}

// TestPageLoadsNothingElse: each file has the headers that keep other sites
// out, and no file names an address.
func TestPageLoadsNothingElse(t *testing.T) {
	base, _ := serve(t)
	for _, name := range []string{"", "console.css", "console.js", "dom.js", "live.js", "try.js", "log.js", "app.js", "graph.js", "icon.svg", "graph.css", "answer.js", "docs", "docs.css", "docs.js", "prose.js", "request.js", "schema.js"} {
		r, err := http.Get(base + name)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: status %d, header %v", name, r.StatusCode, r.Header)
		}
		text := strings.NewReplacer("http://www.w3.org/2000/svg", "", `uri: "https://example.com/"`, "").Replace(string(body))
		for _, bad := range []string{"http://", "https://", "innerHTML", "style=\"", "onclick="} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
	}
}

func TestEventsAreTold(t *testing.T) {
	base, s := serve(t)
	r, err := http.Get(base + "api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	names := make(chan string, 100)
	go func() {
		in := bufio.NewScanner(r.Body)
		for in.Scan() {
			if name, ok := strings.CutPrefix(in.Text(), "event: "); ok {
				names <- name
			}
		}
		close(names)
	}()
	wait := func(want string) {
		t.Helper()
		limit := time.After(20 * time.Second)
		for {
			select {
			case got := <-names:
				if got == want {
					return
				}
			case <-limit:
				t.Fatalf("no event %q came", want)
			}
		}
	}
	wait("hello")
	answer, err := http.Get(s.URL() + "/items/1")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	wait("begun")
	wait("ended")
	s.Journal().Print(devserver.Line{Text: "something"})
	wait("line")
}
