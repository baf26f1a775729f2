package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// streaming is a function that sends its answer piece by piece.
type streaming func(ctx context.Context, w io.Writer) ([]byte, error)

func (s streaming) Invoke(context.Context, string, []byte) ([]byte, error) {
	return []byte(`{"statusCode":200,"body":"whole"}`), nil
}

func (s streaming) InvokeStream(ctx context.Context, _ string, _ []byte, w io.Writer) ([]byte, error) {
	return s(ctx, w)
}

const separator = "\x00\x00\x00\x00\x00\x00\x00\x00"

// pieces makes a function that sends these.
func pieces(list ...string) streaming {
	return func(_ context.Context, w io.Writer) ([]byte, error) {
		for _, piece := range list {
			if _, err := io.WriteString(w, piece); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

// streams is a front of one route that streams and one that doesn't.
func streams(t *testing.T, front gateway.Type, f streaming) (g *gateway.Gateway, log *lines) {
	log = &lines{}
	stream := route("/s", "GET", "HEAD")
	stream.Streams = true
	return gateway.New(gateway.API{
		Type: front, Model: &app.Model{Name: "streams", Routes: []app.RouteModel{stream, route("/plain")}}, Functions: f,
		Log: log.add,
	}), log
}

// lines is a log to which a server's goroutines write.
type lines struct {
	mu   sync.Mutex
	text string
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text += line + "\n"
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text
}

func (l *lines) Len() int { return len(l.String()) }

func TestStream(t *testing.T) {
	const prelude = `{"statusCode":201,"headers":{"Content-Type":"text/plain","X-A":"a"},"cookies":["b=c","d=e"]}` + separator
	for _, front := range []gateway.Type{gateway.REST, gateway.FunctionURL} {
		for name, list := range map[string][]string{
			"in one":              {prelude + "body\x00"},
			"in two":              {prelude, "body\x00"},
			"in the middle of it": {prelude[:len(prelude)-3], prelude[len(prelude)-3:] + "bo", "", "dy\x00"},
			"byte by byte":        strings.Split(prelude+"body\x00", ""),
		} {
			g, log := streams(t, front, pieces(list...))
			response := do(g, "GET", "/s", "", nil)
			response.Collect()
			if response.Status != 201 || string(response.Body) != "body\x00" || response.Err != nil || log.Len() > 0 {
				t.Errorf("%v, %s: %+v %s", front, name, response, log)
			}
			want := http.Header{"Content-Type": {"text/plain"}, "X-A": {"a"}, "Set-Cookie": {"b=c", "d=e"}}
			delete(response.Header, "x-amzn-RequestId")
			if diff := cmp.Diff(want, response.Header); diff != "" {
				t.Errorf("%v, %s (-want +got):\n%s", front, name, diff)
			}
		}
		g, _ := streams(t, front, pieces(prelude))
		if response := do(g, "HEAD", "/s", "", nil); response.Stream != nil || response.Status != 201 {
			t.Errorf("%v: HEAD: %+v", front, response)
		}
	}
	// Of a REST API the other routes are as ever.
	g, _ := streams(t, gateway.REST, pieces(prelude))
	if response := do(g, "GET", "/plain", "", nil); string(response.Body) != "whole" || response.Header.Get("Content-Length") != "5" {
		t.Errorf("a route that doesn't stream: %+v", response)
	}
	g, _ = streams(t, gateway.FunctionURL, pieces(prelude+"x"))
	if response := do(g, "GET", "/plain", "", nil); response.Stream == nil {
		t.Errorf("of a URL all routes stream: %+v", response)
	}
}

func TestStreamFailsBeforeItBegins(t *testing.T) {
	for name, test := range map[string]struct {
		f      streaming
		status int
		err    string
	}{
		"an error":           {func(context.Context, io.Writer) ([]byte, error) { return nil, errors.New("oh") }, 502, "api_handler failed: oh"},
		"a whole":            {func(context.Context, io.Writer) ([]byte, error) { return []byte(`{"statusCode":200}`), nil }, 502, "no status and headers"},
		"nothing":            {pieces(), 502, "no status and headers"},
		"no JSON":            {pieces("oh" + separator), 502, "no streamed response"},
		"no status":          {pieces("{}" + separator), 502, "no statusCode"},
		"bad status":         {pieces(`{"statusCode":100}` + separator), 502, "its statusCode is 100"},
		"bad header":         {pieces(`{"statusCode":200,"headers":{"a b":"c"}}` + separator), 502, "can't be the name of a header"},
		"bad cookie":         {pieces(`{"statusCode":200,"cookies":["a\nb"]}` + separator), 502, "control character"},
		"a long head":        {pieces(strings.Repeat("x", 10<<10), strings.Repeat("x", 10<<10)), 502, "more than 16384 bytes"},
		"a long head in one": {pieces(`{"statusCode":200,"headers":{"a":"` + strings.Repeat("x", 16<<10) + `"}}` + separator), 502, "more than 16384 bytes"},
	} {
		for _, front := range []gateway.Type{gateway.REST, gateway.FunctionURL} {
			g, _ := streams(t, front, test.f)
			response := do(g, "GET", "/s", "", nil)
			if response.Status != test.status || response.Err == nil || !strings.Contains(response.Err.Error(), test.err) || response.Stream != nil {
				t.Errorf("%v, %s: %d %v", front, name, response.Status, response.Err)
			}
		}
	}
}

// TestStreamOverHTTP: pieces arrive as they come, and a client sees when there
// should be more.
func TestStreamOverHTTP(t *testing.T) {
	next, gone := make(chan string), make(chan error, 1)
	g, log := streams(t, gateway.REST, func(_ context.Context, w io.Writer) ([]byte, error) {
		io.WriteString(w, `{"statusCode":200}`+separator+"first\n")
		for piece := range next {
			if piece == "fail" {
				return nil, errors.New("oh")
			}
			if _, err := io.WriteString(w, piece); err != nil {
				gone <- err
				return nil, err
			}
		}
		return nil, nil
	})
	server := httptest.NewServer(g)
	defer server.Close()
	get := func() (*http.Response, *bufio.Reader) {
		t.Helper()
		response, err := http.Get(server.URL + "/s")
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(response.Body)
		if line, err := in.ReadString('\n'); line != "first\n" {
			t.Fatal(line, err)
		}
		return response, in
	}
	response, in := get()
	next <- "second\n"
	if line, err := in.ReadString('\n'); line != "second\n" {
		t.Error(line, err)
	}
	next <- "fail"
	if _, err := in.ReadString('\n'); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the response ends with %v", err)
	}
	if !strings.Contains(log.String(), "GET /s: the response ended in the middle: api_handler failed: oh") {
		t.Errorf("the log: %s", log)
	}
	response.Body.Close()
	response, _ = get()
	response.Body.Close()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case next <- strings.Repeat("x", 1<<20):
			continue
		case err := <-gone:
			if err == nil {
				t.Error("a client that is gone isn't an error")
			}
		case <-timeout:
			t.Error("the function wasn't told that the client is gone")
		}
		break
	}
}

// TestStreamWaits: an idle response, and one that takes too long, end.
func TestStreamWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, log := streams(t, gateway.REST, func(ctx context.Context, w io.Writer) ([]byte, error) {
			io.WriteString(w, `{"statusCode":200}`+separator+"a")
			time.Sleep(6 * time.Minute)
			_, err := io.WriteString(w, "b")
			return nil, err
		})
		response := do(g, "GET", "/s", "", nil)
		response.Collect()
		if string(response.Body) != "a" || response.Err == nil || !strings.Contains(log.String(), "no piece of the response came for the 5m0s") {
			t.Errorf("%+v %s", response, log)
		}
		time.Sleep(2 * time.Minute)
		g, _ = streams(t, gateway.REST, func(ctx context.Context, w io.Writer) ([]byte, error) {
			time.Sleep(6 * time.Minute)
			return nil, nil
		})
		if response := do(g, "GET", "/s", "", nil); response.Status != 504 {
			t.Errorf("before it began: %+v", response)
		}
		time.Sleep(2 * time.Minute)
		g, _ = streams(t, gateway.REST, func(ctx context.Context, w io.Writer) ([]byte, error) {
			io.WriteString(w, `{"statusCode":200}`+separator)
			for {
				select {
				case <-ctx.Done():
					return nil, context.Cause(ctx)
				case <-time.After(time.Minute):
					io.WriteString(w, "x")
				}
			}
		})
		response = do(g, "GET", "/s", "", nil)
		response.Collect()
		if n := len(response.Body); n < 14 || n > 15 || response.Err == nil {
			t.Errorf("in 15 minutes came %d pieces, then %v", n, response.Err)
		}
	})
}

// TestStreamMemory: 50 MB aren't kept.
func TestStreamMemory(t *testing.T) {
	piece := make([]byte, 64<<10)
	g, _ := streams(t, gateway.REST, func(_ context.Context, w io.Writer) ([]byte, error) {
		io.WriteString(w, `{"statusCode":200}`+separator)
		for range 800 {
			if _, err := w.Write(piece); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	server := httptest.NewServer(g)
	defer server.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	response, err := http.Get(server.URL + "/s")
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; err != nil || n != 800*64<<10 || used > 4<<20 {
		t.Errorf("%d bytes, %v, with %d bytes of memory", n, err, used)
	}
}

// TestStreamSamples: events for routes that stream are like others.
func TestStreamSamples(t *testing.T) {
	stream := route("/s")
	stream.Streams = true
	model := &app.Model{Name: "streams", Routes: []app.RouteModel{stream}}
	for _, front := range []gateway.Type{gateway.REST, gateway.FunctionURL} {
		events := gateway.Samples(front, model, "api", httptest.NewRequest("GET", "/s", nil))
		if len(events[app.RESTHandler]) == 0 {
			t.Errorf("%v: there is no event", front)
		}
	}
}

// FuzzStream: whatever a function sends, in whatever pieces, the client gets a
// response of HTTP, and the body as it was sent.
func FuzzStream(f *testing.F) {
	f.Add([]byte(`{"statusCode":200}`+separator+"body"), uint8(7))
	f.Add([]byte(`{"statusCode":204,"cookies":["a"],"multiValueHeaders":{"A":["b","c"]}}`+separator), uint8(1))
	f.Add([]byte(`{"statusCode":"304","headers":{"Content-Length":"7"}}`+separator+separator), uint8(3))
	f.Add([]byte(separator), uint8(8))
	f.Fuzz(func(t *testing.T, data []byte, size uint8) {
		for _, front := range []gateway.Type{gateway.REST, gateway.FunctionURL} {
			g, _ := streams(t, front, func(_ context.Context, w io.Writer) ([]byte, error) {
				for rest := data; len(rest) > 0; {
					n := min(len(rest), int(size)+1)
					if _, err := w.Write(rest[:n]); err != nil {
						return nil, err
					}
					rest = rest[n:]
				}
				return nil, nil
			})
			response := do(g, "GET", "/s", "", nil)
			begun := response.Stream != nil
			response.Collect()
			_, body, found := strings.Cut(string(data), separator)
			if begun && (!found || string(response.Body) != body || response.Err != nil) {
				t.Errorf("%v: got %q, %v", front, response.Body, response.Err)
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, httptest.NewRequest("GET", "/s", nil))
			if w.Code != response.Status {
				t.Errorf("%v: status %d, then %d", front, response.Status, w.Code)
			}
		}
	})
}
