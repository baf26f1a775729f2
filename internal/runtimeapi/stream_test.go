package runtimeapi_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// streamed is a streamed answer as a real server of net/http got it.
type streamed struct {
	Path, Type, Mode string
	Chunked          bool
	Body             string
	ErrorType, Error string // the trailers
}

// stream serves streamed answers, and sends what it got when one has ended.
func stream(t *testing.T) (address string, got chan streamed) {
	t.Helper()
	got = make(chan streamed, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		document, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
		if err != nil {
			t.Error(err)
		}
		got <- streamed{
			r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Lambda-Runtime-Function-Response-Mode"),
			len(r.TransferEncoding) == 1 && r.TransferEncoding[0] == "chunked", string(body),
			r.Trailer.Get("Lambda-Runtime-Function-Error-Type"), string(document),
		}
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"status":"OK"}`)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://"), got
}

func TestStream(t *testing.T) {
	address, got := stream(t)
	c := runtimeapi.New(address, "test")
	frames := make([]runtimeapi.Frame, 100)
	for name, test := range map[string]struct {
		pieces []string
		fail   *runtimeapi.Failure
		want   streamed
	}{
		"pieces": {pieces: []string{"a", "", "b\r\n0\r\n\r\n"}, want: streamed{Body: "ab\r\n0\r\n\r\n"}},
		"large":  {pieces: []string{strings.Repeat("x", 200<<10), "y", strings.Repeat("z", 100<<10)}, want: streamed{Body: strings.Repeat("x", 200<<10) + "y" + strings.Repeat("z", 100<<10)}},
		"failure": {
			pieces: []string{"a"}, fail: &runtimeapi.Failure{Type: "T\r\nX: y", Message: "<m>\nü"},
			want: streamed{Body: "a", ErrorType: "T  X: y", Error: `{"errorMessage":"<m>\nü","errorType":"T\r\nX: y"}`},
		},
		"stack": {
			pieces: []string{"a"}, fail: &runtimeapi.Failure{Type: "T", Message: "m", StackTrace: frames},
			want: streamed{Body: "a", ErrorType: "T", Error: `{"errorMessage":"m","errorType":"T"}`},
		},
		"long": {
			pieces: []string{"a"}, fail: &runtimeapi.Failure{Type: strings.Repeat("T", 1<<20), Message: strings.Repeat("m", 1<<20), StackTrace: frames},
			want: streamed{Body: "a", ErrorType: strings.Repeat("T", 256), Error: `{"errorMessage":"` + strings.Repeat("m", 1024) + `","errorType":"` + strings.Repeat("T", 256) + `"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.Stream("id")
			if s.Begun() {
				t.Error("it has begun before anything was written")
			}
			for _, piece := range test.pieces {
				if n, err := io.WriteString(s, piece); err != nil || n != len(piece) {
					t.Fatal(n, err)
				}
			}
			if !s.Begun() {
				t.Error("it hasn't begun")
			}
			if err := s.Close(test.fail); err != nil {
				t.Error(err)
			}
			if _, err := s.Write([]byte("late")); err == nil {
				t.Error("an answer that was ended took more")
			}
			test.want.Path, test.want.Type, test.want.Mode, test.want.Chunked =
				"/2018-06-01/runtime/invocation/id/response", "application/vnd.awslambda.http-integration-response", "streaming", true
			if diff := cmp.Diff(test.want, <-got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestStreamIdle: a connection that was idle may have been closed, and what is
// streamed can't be sent again.
func TestStreamIdle(t *testing.T) {
	const idle = 300 * time.Millisecond
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	s.Config.IdleTimeout = idle
	s.Start()
	defer s.Close()
	c := runtimeapi.New(strings.TrimPrefix(s.URL, "http://"), "test")
	for range 2 {
		if _, err := c.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1200 * time.Millisecond) // beyond the second in which a connection is trusted
		answer := c.Stream("id")
		if _, err := answer.Write([]byte("a")); err != nil {
			t.Fatal(err)
		}
		if err := answer.Close(nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStreamRefused: the other side answers before it has read everything.
func TestStreamRefused(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			io.WriteString(w, "too much")
		}
	}))
	defer s.Close()
	c := runtimeapi.New(strings.TrimPrefix(s.URL, "http://"), "test")
	answer := c.Stream("id")
	var err error
	piece := make([]byte, 100<<10)
	for i := 0; i < 1000 && err == nil; i++ {
		_, err = answer.Write(piece)
	}
	if err == nil {
		t.Fatal("100 MB were taken")
	}
	if _, again := answer.Write(piece); again != err {
		t.Errorf("then %v", again)
	}
	if closed := answer.Close(nil); closed != err {
		t.Errorf("the end: %v", closed)
	}
	// The refusal can get lost with the connection, but not on this one.
	answer = c.Stream("id")
	if _, err := answer.Write([]byte("a")); err != nil {
		t.Fatal(err)
	}
	var status *runtimeapi.StatusError
	if err := answer.Close(nil); !errors.As(err, &status) || status.Status != 413 {
		t.Errorf("the end of a short one: %v", err)
	}
	if _, err := c.Next(t.Context()); err != nil {
		t.Errorf("the next event: %v", err)
	}
}

// TestStreamBackPressure: who doesn't read makes Write wait, in constant memory.
func TestStreamBackPressure(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := runtimeapi.New(l.Addr().String(), "test")
	answer := c.Stream("id")
	var mu sync.Mutex
	written := 0
	done := make(chan error, 1)
	go func() {
		piece := make([]byte, 1<<20)
		for range 64 {
			if _, err := answer.Write(piece); err != nil {
				done <- err
				return
			}
			mu.Lock()
			written++
			mu.Unlock()
		}
		done <- answer.Close(nil)
	}()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		t.Fatalf("64 MB went to somebody who doesn't read: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	mu.Lock()
	if written > 32 {
		t.Errorf("%d MB went to somebody who doesn't read", written)
	}
	mu.Unlock()
	conn.Close()
	if err := <-done; err == nil {
		t.Error("there is no error when the other side is gone")
	}
}

// TestStreamFailureDocument: what is in the trailer is JSON however it was cut.
func TestStreamFailureDocument(t *testing.T) {
	address, got := stream(t)
	c := runtimeapi.New(address, "test")
	for n := range 8 {
		s := c.Stream("id")
		fmt.Fprint(s, "a")
		if err := s.Close(&runtimeapi.Failure{Type: "T", Message: strings.Repeat("ü\x00", 2000+n)}); err != nil {
			t.Fatal(err)
		}
		var f runtimeapi.Failure
		if err := json.Unmarshal([]byte((<-got).Error), &f); err != nil || !strings.HasPrefix(f.Message, "ü") {
			t.Errorf("%v %q", err, f.Message)
		}
	}
}

func BenchmarkStream(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer s.Close()
	c := runtimeapi.New(strings.TrimPrefix(s.URL, "http://"), "test")
	piece := make([]byte, 16<<10)
	b.SetBytes(int64(len(piece)))
	b.ReportAllocs()
	answer := c.Stream("id")
	for b.Loop() {
		if _, err := answer.Write(piece); err != nil {
			b.Fatal(err)
		}
	}
	if err := answer.Close(nil); err != nil {
		b.Fatal(err)
	}
}
