package runtimeapi_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// call is a request as a real server of net/http got it.
type call struct {
	Method, Path, Type, Body, Cause string
	Length                          int64
}

// serve answers all requests with one handler, and records them.
func serve(t *testing.T, h http.HandlerFunc) (address string, calls func() []call) {
	t.Helper()
	var mu sync.Mutex
	var all []call
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if agent := r.Header.Get("User-Agent"); !strings.HasPrefix(agent, "test go") {
			t.Errorf("User-Agent: %s", agent)
		}
		mu.Lock()
		all = append(all, call{
			r.Method, r.URL.Path, r.Header.Get("Content-Type"), string(body),
			r.Header.Get("Lambda-Runtime-Function-Xray-Error-Cause"), r.ContentLength,
		})
		mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://"), func() []call {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

func TestNext(t *testing.T) {
	for name, event := range map[string]string{
		"small":   `{"a": 1}`,
		"empty":   ``,
		"chunked": strings.Repeat("0123456789", 3000), // too much for net/http to compute the length
		"large":   strings.Repeat("x", 20<<20),
	} {
		t.Run(name, func(t *testing.T) {
			address, calls := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				h := w.Header()
				h.Set("Lambda-Runtime-Aws-Request-Id", "id")
				h.Set("Lambda-Runtime-Deadline-Ms", "1700000000123")
				h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn")
				h.Set("Lambda-Runtime-Trace-Id", "Root=1")
				h.Set("Lambda-Runtime-Client-Context", "{}")
				h.Set("Lambda-Runtime-Cognito-Identity", `{"a":"ü"}`)
				h.Set("Lambda-Runtime-Aws-Tenant-Id", "tenant")
				io.WriteString(w, event)
			})
			c := runtimeapi.New(address, "test")
			want := &runtimeapi.Invocation{
				ID: "id", FunctionARN: "arn", TraceID: "Root=1", TenantID: "tenant", ClientContext: "{}", CognitoIdentity: `{"a":"ü"}`,
				Deadline: time.UnixMilli(1700000000123), Event: []byte(event),
			}
			for range 2 {
				got, err := c.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b []byte) bool { return string(a) == string(b) })); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			next := call{Method: "GET", Path: "/2018-06-01/runtime/invocation/next"}
			if diff := cmp.Diff([]call{next, next}, calls()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPosts(t *testing.T) {
	address, calls := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"status":"OK"}`)
	})
	c := runtimeapi.New(address, "test")
	frame := runtimeapi.Frame{Path: "p/a.go", Line: 3, Label: "f"}
	f := &runtimeapi.Failure{Type: "T", Message: "<m>\nü", StackTrace: []runtimeapi.Frame{frame, frame}}
	for _, err := range []error{
		c.Respond("id", []byte("answer")),
		c.Respond("id", nil),
		c.Fail("id", f, "/dir"),
		c.Fail("id", &runtimeapi.Failure{Type: "T", Message: strings.Repeat("m", 2<<20)}, "/dir"),
		c.FailInit(&runtimeapi.Failure{Type: "T", Message: "m"}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	const at, frames = "/2018-06-01/runtime/invocation/id/", `[{"path":"p/a.go","line":3,"label":"f"},{"path":"p/a.go","line":3,"label":"f"}]`
	document := `{"errorMessage":"<m>\nü","errorType":"T","stackTrace":` + frames + `}`
	large := `{"errorMessage":"` + strings.Repeat("m", 2<<20) + `","errorType":"T"}`
	want := []call{
		{Method: "POST", Path: at + "response", Type: "application/json", Body: "answer", Length: 6},
		{Method: "POST", Path: at + "response", Type: "application/json"},
		{
			Method: "POST", Path: at + "error", Type: "application/json", Body: document, Length: int64(len(document)),
			Cause: `{"working_directory":"/dir","exceptions":[{"type":"T","message":"<m>\nü","stack":` + frames + `}],"paths":["p/a.go"]}`,
		},
		{Method: "POST", Path: at + "error", Type: "application/json", Body: large, Length: int64(len(large))},
		{Method: "POST", Path: "/2018-06-01/runtime/init/error", Type: "application/json", Body: `{"errorMessage":"m","errorType":"T"}`, Length: 36},
	}
	if diff := cmp.Diff(want, calls()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		io.WriteString(w, "too large")
	})
	c := runtimeapi.New(address, "test")
	_, err := c.Next(t.Context())
	for want, err := range map[string]error{
		"get the next event: the runtime API answered with status 413: too large":                                 err,
		"post to /2018-06-01/runtime/invocation/id/response: the runtime API answered with status 413: too large": c.Respond("id", nil),
		"post to /2018-06-01/runtime/init/error: the runtime API answered with status 413: too large":             c.FailInit(&runtimeapi.Failure{}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("want %s\n got %v", want, err)
		}
	}
}

// raw starts a server that reads a request and answers with given bytes, once
// for each connection.
func raw(t *testing.T, answers ...string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for _, answer := range answers {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				t.Error(err)
			}
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

const deadline = "Lambda-Runtime-Deadline-Ms: 5\r\n"

func TestAnswers(t *testing.T) {
	for name, tc := range map[string]struct{ answer, event, err string }{
		"length":                  {answer: "HTTP/1.1 200 OK\r\n" + deadline + "Content-Length: 2\r\n\r\n{}", event: "{}"},
		"no reason":               {answer: "HTTP/1.1 200\r\n" + deadline + "Content-Length: 2\r\n\r\n{}", event: "{}"},
		"until the end":           {answer: "HTTP/1.0 200 OK\r\n" + deadline + "\r\n{}", event: "{}"},
		"chunks":                  {answer: "HTTP/1.1 200 OK\r\n" + deadline + "Transfer-Encoding: Chunked\r\n\r\n1;x=y\r\n{\r\n0001 \r\n}\r\n0\r\nA: b\r\n\r\n", event: "{}"},
		"after an announcement":   {answer: "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n" + deadline + "Content-Length: 2\r\n\r\n{}", event: "{}"},
		"nothing":                 {answer: "", err: "the connection to the runtime API ended: EOF"},
		"cut in the header":       {answer: "HTTP/1.1 200 OK\r\nA: b", err: "unexpected EOF"},
		"cut in the body":         {answer: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", err: "unexpected EOF"},
		"cut in a chunk":          {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}", err: "unexpected EOF"},
		"cut behind a chunk":      {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", err: "unexpected EOF"},
		"cut in the trailer":      {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", err: "unexpected EOF"},
		"a long chunk":            {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n", err: "the runtime API's answer is not HTTP/1.1"},
		"a chunk without length":  {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n{}", err: "the runtime API's answer is not HTTP/1.1"},
		"a long field":            {answer: "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", 16<<10) + "\r\n\r\n", err: "the runtime API's answer is too long"},
		"fields in capitals":      {answer: "HTTP/1.1 200 OK\nCONTENT-LENGTH:2 \t\n\n{}", event: "{}"},
		"a field without a colon": {answer: "HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n{}", err: "the runtime API's answer is not HTTP/1.1"},
		"a folded field":          {answer: "HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\n\r\n{}", err: "the runtime API's answer is not HTTP/1.1"},
		"two lengths":             {answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\n{}", err: "the runtime API's answer is not HTTP/1.1"},
		"too long":                {answer: "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{}", err: "the runtime API's answer is too long"},
		"too long in chunks":      {answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n7fffffffffffffff\r\n", err: "the runtime API's answer is too long"},
		"a negative length":       {answer: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", err: "the runtime API's answer is not HTTP/1.1"},
		"not HTTP":                {answer: "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", err: "the runtime API's answer is not HTTP/1.1"},
		"HTTP/2":                  {answer: "HTTP/2 200 OK\r\n\r\n", err: "the runtime API's answer is not HTTP/1.1"},
		"no deadline":             {answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", event: "{}"},
		"an error of some length": {answer: "HTTP/1.0 500 Oh\r\n\r\n" + strings.Repeat("x", 1000), err: "the runtime API answered with status 500: " + strings.Repeat("x", 300)},
	} {
		t.Run(name, func(t *testing.T) {
			i, err := runtimeapi.New(raw(t, tc.answer), "test").Next(t.Context())
			switch {
			case tc.err != "":
				if err == nil || err.Error() != "get the next event: "+tc.err {
					t.Errorf("want %s\n got %v", tc.err, err)
				}
			case err != nil:
				t.Error(err)
			case string(i.Event) != tc.event:
				t.Errorf("want %q, got %q", tc.event, i.Event)
			}
		})
	}
}

// TestReconnects: a connection may end after an answer, announced or not.
func TestReconnects(t *testing.T) {
	const event = "HTTP/1.1 200 OK\r\n" + deadline + "Content-Length: 1\r\n"
	c := runtimeapi.New(raw(t, event+"\r\n1", event+"Connection: keep-alive, Close\r\n\r\n2", event+"\r\n3"), "test")
	for want := range 3 {
		i, err := c.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if string(i.Event) != fmt.Sprint(want+1) {
			t.Errorf("event %d: got %s", want+1, i.Event)
		}
	}
	// An invocation can take longer than the server keeps an idle connection.
	c = runtimeapi.New(raw(t, event+"\r\n1", "HTTP/1.1 202 Accepted\r\n\r\n"), "test")
	if _, err := c.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Respond("id", []byte("x")); err != nil {
		t.Error(err)
	}
	// After a part of an answer, the request isn't sent again.
	c = runtimeapi.New(raw(t, event+"\r\n1", "HTTP/1.1 2", "HTTP/1.1 202 Accepted\r\n\r\n"), "test")
	if _, err := c.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Respond("id", []byte("x")); err == nil {
		t.Error("want an error of half an answer")
	}
}

func TestAddresses(t *testing.T) {
	for suffix, path := range map[string]string{"": "", "/": "", "/worker/1": "/worker/1", "/worker/": "/worker"} {
		address, calls := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusAccepted) })
		if err := runtimeapi.New(address+suffix, "test").Respond("id", nil); err != nil {
			t.Error(err)
			continue
		}
		if got, want := calls()[0].Path, path+"/2018-06-01/runtime/invocation/id/response"; got != want {
			t.Errorf("%s: want %s, got %s", suffix, want, got)
		}
	}
	for address, dialed := range map[string]string{
		"192.0.2.1":            "192.0.2.1 port 80",
		"[2001:db8::1]":        "2001:db8::1 port 80",
		"2001:db8::1":          "2001:db8::1 port 80",
		"[2001:db8::1]:9001/x": "2001:db8::1 port 9001",
		"192.0.2.1:http":       "192.0.2.1 port http",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := runtimeapi.New(address, "test").Next(ctx); err == nil || !strings.Contains(err.Error(), "dial "+dialed+": ") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestLocalhost: the name that needs no look-up, and both kinds of addresses.
func TestLocalhost(t *testing.T) {
	for listen, host := range map[string]string{"127.0.0.1:0": "localhost", "[::1]:0": "[::1]"} {
		l, err := net.Listen("tcp", listen)
		if err != nil {
			t.Logf("this machine can't listen at %s: %v", listen, err)
			continue
		}
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
		s.Listener.Close()
		s.Listener = l
		s.Start()
		defer s.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		if err := runtimeapi.New(host+":"+port, "test").Respond("id", nil); err != nil {
			t.Error(err)
		}
	}
}

// TestInterrupted: a client that waits for an event can be told to stop.
func TestInterrupted(t *testing.T) {
	waiting := make(chan struct{})
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		close(waiting)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-waiting
		cancel()
	}()
	c := runtimeapi.New(address, "test")
	if _, err := c.Next(ctx); err == nil {
		t.Error("there was no event")
	}
	if err := c.Respond("id", nil); err != nil {
		t.Errorf("after that: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if _, err := runtimeapi.New(address, "test").Next(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
}
