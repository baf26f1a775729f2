package dispatch_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/internal/cause"
	"github.com/chalice-go/chalice/internal/outlet"
)

// sent is a streamed response, taken apart.
type sent struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Cookies           []string            `json:"cookies"`
	Body              string              `json:"-"`
}

// takeApart reads a streamed response.
func takeApart(t *testing.T, data string) sent {
	t.Helper()
	prelude, body, ok := strings.Cut(data, outlet.Separator)
	if !ok {
		t.Fatalf("no separator: %.300q", data)
	}
	s := sent{Body: body}
	d := json.NewDecoder(strings.NewReader(prelude))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v: %s", err, prelude)
	}
	return s
}

// pieces is an outlet that records each piece, and takes no more than limit of
// them if that isn't 0.
type pieces struct {
	list  []string
	limit int
}

var errOutlet = errors.New("the connection is gone")

func (p *pieces) Write(data []byte) (int, error) {
	if p.limit > 0 && len(p.list) == p.limit {
		return 0, errOutlet
	}
	p.list = append(p.list, string(data))
	return len(data), nil
}

// stream invokes the routes with an outlet. reported is what a caller in the same
// process is told.
func stream(t *testing.T, a *app.App, event string, p *pieces) (out []byte, reported, err error) {
	t.Helper()
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	ctx := cause.WithReport(outlet.With(t.Context(), p), func(err error) { reported = err })
	out, err = h.Invoke(ctx, []byte(event))
	return out, reported, err
}

// streamed invokes the routes for a response that arrives whole.
func streamed(t *testing.T, a *app.App, event string) sent {
	t.Helper()
	p := &pieces{}
	out, _, err := stream(t, a, event, p)
	if err != nil || out != nil {
		t.Fatalf("%v, and as a whole: %s", err, out)
	}
	return takeApart(t, strings.Join(p.list, ""))
}

// writes makes a handler that streams these texts.
func writes(texts ...string) app.RouteHandler {
	return func(context.Context, *app.Request) (any, error) {
		return app.Stream("text/plain", func(w io.Writer) error {
			for _, text := range texts {
				if _, err := io.WriteString(w, text); err != nil {
					return err
				}
			}
			return nil
		}), nil
	}
}

func streamApp(handler app.RouteHandler, options ...app.RouteOption) *app.App {
	a := app.New("streams")
	a.Route("/s", handler, append(options, app.Streams())...)
	a.Route("/plain", returns(map[string]string{"a": "b"}, nil))
	a.Route("/wrong", writes("a"))
	return a
}

// TestStreamPieces: each piece goes out when it is written, the first with status
// and headers.
func TestStreamPieces(t *testing.T) {
	p := &pieces{}
	if out, _, err := stream(t, streamApp(writes("", "a", "", "b")), get("/s", ""), p); err != nil || out != nil {
		t.Fatalf("%s %v", out, err)
	}
	want := []string{`{"statusCode":200,"headers":{"Content-Type":"text/plain"}}` + outlet.Separator + "a", "b"}
	if diff := cmp.Diff(want, p.list); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStreamResponses(t *testing.T) {
	big := strings.Repeat("x", 7<<20)
	with := func(change func(*app.Response)) app.RouteHandler {
		return func(context.Context, *app.Request) (any, error) {
			r := app.Stream("", func(w io.Writer) error { _, err := io.WriteString(w, "body"); return err })
			change(r)
			return r, nil
		}
	}
	fails := func(err error) app.RouteHandler {
		return func(context.Context, *app.Request) (any, error) {
			return app.Stream("text/plain", func(io.Writer) error { return err }), nil
		}
	}
	jsonHeaders := map[string]string{"Content-Type": "application/json"}
	octets := map[string]string{"Content-Type": "application/octet-stream"}
	const internal = `{"Code":"InternalServerError","Message":"An internal server error occurred."}`
	for name, test := range map[string]struct {
		handler app.RouteHandler
		options []app.RouteOption
		event   string
		want    sent
	}{
		"headers and cookies": {
			handler: with(func(r *app.Response) {
				r.StatusCode = 201
				r.Headers["X-A"] = "a"
				r.MultiValueHeaders = map[string][]string{"X-B": {"b", "c"}, "Set-Cookie": {"d=e", "f=g"}}
			}),
			want: sent{
				StatusCode: 201, Headers: map[string]string{"Content-Type": "application/octet-stream", "X-A": "a"},
				MultiValueHeaders: map[string][]string{"X-B": {"b", "c"}}, Cookies: []string{"d=e", "f=g"}, Body: "body",
			},
		},
		"the same for a URL": {
			event: functionURL("GET", "/s", ""),
			handler: with(func(r *app.Response) {
				r.MultiValueHeaders = map[string][]string{"X-B": {"b", "c"}, "Set-Cookie": {"d=e", "f=g"}}
			}),
			want: sent{
				StatusCode: 200, Headers: map[string]string{"Content-Type": "application/octet-stream", "X-B": "b, c"},
				Cookies: []string{"d=e", "f=g"}, Body: "body",
			},
		},
		"CORS": {
			handler: writes("a"), options: []app.RouteOption{app.CORS(app.CORSConfig{AllowOrigin: "https://a.test"})},
			want: sent{StatusCode: 200, Headers: map[string]string{
				"Content-Type": "text/plain", "Access-Control-Allow-Origin": "https://a.test",
				"Access-Control-Allow-Headers": "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
			}, Body: "a"},
		},
		"HEAD": {
			handler: writes("a"), options: []app.RouteOption{app.Methods("HEAD")}, event: strings.Replace(get("/s", ""), "GET", "HEAD", 1),
			want: sent{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}},
		},
		"204":               {handler: with(func(r *app.Response) { r.StatusCode = 204 }), want: sent{StatusCode: 204, Headers: octets}},
		"nothing written":   {handler: writes(), want: sent{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}}},
		"an ordinary value": {handler: returns([]int{1}, nil), want: sent{StatusCode: 200, Headers: jsonHeaders, Body: "[1]"}},
		"bytes":             {handler: returns(app.Response{Body: []byte("\xff\x00")}, nil), want: sent{StatusCode: 200, Headers: jsonHeaders, Body: "\xff\x00"}},
		"larger than Lambda takes otherwise": {
			handler: returns(big, nil), want: sent{StatusCode: 200, Headers: jsonHeaders, Body: big},
		},
		"a binary type that the client didn't ask for": {
			handler: returns(app.Response{Body: []byte("\xff"), Headers: map[string]string{"Content-Type": "image/png"}}, nil),
			want:    sent{StatusCode: 200, Headers: map[string]string{"Content-Type": "image/png"}, Body: "\xff"},
		},
		"an error of the handler": {
			handler: returns(nil, app.NotFound("gone")),
			want:    sent{StatusCode: 404, Headers: jsonHeaders, Body: `{"Code":"NotFoundError","Message":"gone"}`},
		},
		"an error before the first byte": {
			handler: fails(app.NotFound("gone")),
			want:    sent{StatusCode: 404, Headers: jsonHeaders, Body: `{"Code":"NotFoundError","Message":"gone"}`},
		},
		"one that the client must not see": {
			handler: fails(errors.New("secret")),
			want:    sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"a panic before the first byte": {
			handler: with(func(r *app.Response) { r.Body = app.StreamBody(func(io.Writer) error { panic("secret") }) }),
			want:    sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"no function": {
			handler: returns(app.Stream("text/plain", nil), nil),
			want:    sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"too many headers": {
			handler: with(func(r *app.Response) { r.Headers["X"] = strings.Repeat("x", 20000) }),
			want:    sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"a status that there is not": {
			handler: with(func(r *app.Response) { r.StatusCode = 99 }),
			want:    sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"another method": {
			handler: writes("a"), event: functionURL("POST", "/s", ""),
			want: sent{StatusCode: 405, Headers: map[string]string{"Allow": "GET", "Content-Type": "application/json"}, Body: `{"Code":"MethodNotAllowedError","Message":"Unsupported method: POST"}`},
		},
		"a URL's other route": {
			handler: writes("a"), event: functionURL("GET", "/plain", ""),
			want: sent{StatusCode: 200, Headers: jsonHeaders, Body: `{"a":"b"}`},
		},
		"a URL's preflight": {
			handler: writes("a"), options: []app.RouteOption{app.CORS(app.CORSConfig{AllowHeaders: []string{"X-A"}})}, event: functionURL("OPTIONS", "/s", ""),
			want: sent{StatusCode: app.PreflightStatus, Headers: map[string]string{
				"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,OPTIONS", "Content-Type": "application/json",
				"Access-Control-Allow-Headers": "Authorization,Content-Type,X-A,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
			}},
		},
		"a URL's route that doesn't stream": {
			handler: writes("a"), event: functionURL("GET", "/wrong", ""),
			want: sent{StatusCode: 500, Headers: jsonHeaders, Body: internal},
		},
		"a URL's unknown path": {
			handler: writes("a"), event: functionURL("GET", "/none", ""),
			want: sent{StatusCode: 404, Headers: jsonHeaders, Body: `{"Code":"NotFoundError","Message":"Not found: /none"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			event := test.event
			if event == "" {
				event = get("/s", "")
			}
			if diff := cmp.Diff(test.want, streamed(t, streamApp(test.handler, test.options...), event)); diff != "" {
				t.Errorf("(-want +got):\n%.2000s", diff)
			}
		})
	}
}

// TestStreamAsWhole: routes that don't stream, and sources that can't.
func TestStreamAsWhole(t *testing.T) {
	loadBalancer := `{"httpMethod":"GET","path":"/s","requestContext":{"elb":{}}}`
	for name, test := range map[string]struct{ event, log string }{
		"a route without the option": {get("/wrong", ""), "app.Stream is for routes that have the option app.Streams(), and GET /wrong hasn't"},
		"a load balancer":            {loadBalancer, "a load balancer can't stream"},
		"an HTTP API":                {httpAPI("GET", "/s", ""), `an HTTP API can't stream: set \"api_type\" to \"rest\" or \"function_url\"`},
		"payload format 1.0":         {formatOne("GET", "/s", "$default", ""), "an HTTP API can't stream"},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			p := &pieces{}
			out, reported, err := stream(t, streamApp(writes("a")), test.event, p)
			if err != nil || len(p.list) > 0 || !bytes.Contains(out, []byte(`"statusCode":500`)) {
				t.Errorf("%v, %q, %s", err, p.list, out)
			}
			if !strings.Contains(log.String(), test.log) || reported == nil {
				t.Errorf("the log: %s", log)
			}
		})
	}
	p := &pieces{}
	if out, _, err := stream(t, streamApp(returns("text", nil)), loadBalancer, p); err != nil || len(p.list) > 0 || !bytes.Contains(out, []byte(`"body":"text"`)) {
		t.Errorf("an ordinary result behind a load balancer: %v, %q, %s", err, p.list, out)
	}
	out, _, err := stream(t, streamApp(writes("a")), get("/plain", ""), p)
	if err != nil || len(p.list) > 0 || !strings.Contains(string(out), `"body":"{\"a\":\"b\"}"`) {
		t.Errorf("another route of a REST API: %v, %q, %s", err, p.list, out)
	}
	// Without an outlet the answer has the same form.
	h, err := dispatch.NewHandler(streamApp(writes("a", "b")), app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = h.Invoke(t.Context(), []byte(get("/s", ""))); err != nil || takeApart(t, string(out)).Body != "ab" {
		t.Errorf("without an outlet: %v %s", err, out)
	}
}

// TestStreamBreaksOff: what has begun can't become an error's response anymore.
func TestStreamBreaksOff(t *testing.T) {
	begins := func(then func(io.Writer) error) *app.App {
		return streamApp(func(context.Context, *app.Request) (any, error) {
			return app.Stream("text/plain", func(w io.Writer) error {
				if _, err := io.WriteString(w, "begun"); err != nil {
					return err
				}
				return then(w)
			}), nil
		})
	}
	for name, test := range map[string]struct {
		then  func(io.Writer) error
		limit int
		log   string
		want  string // the error
	}{
		"an error":         {then: func(io.Writer) error { return app.NotFound("gone") }, log: `"level":"ERROR","msg":"the response ended in the middle","route":"GET /s","error":"gone"`, want: "gone"},
		"a panic":          {then: func(io.Writer) error { panic("oh") }, log: `"type":"panic"`, want: "oh"},
		"an evil error":    {then: func(io.Writer) error { return (*badError)(nil) }, log: "the response ended in the middle", want: ""},
		"the outlet":       {limit: 1, then: func(w io.Writer) error { _, err := io.WriteString(w, "x"); return fmt.Errorf("wrapped: %w", err) }, log: `"level":"WARN","msg":"the client didn't get the whole response"`, want: "wrapped: the connection is gone"},
		"unseen":           {limit: 1, then: func(w io.Writer) error { io.WriteString(w, "x"); return nil }, log: `"level":"WARN"`, want: "the connection is gone"},
		"another error":    {limit: 1, then: func(w io.Writer) error { io.WriteString(w, "x"); return errors.New("other") }, log: `"level":"ERROR"`, want: "other"},
		"the outlet again": {limit: 1, then: func(w io.Writer) error { io.WriteString(w, "x"); _, err := io.WriteString(w, "y"); return err }, log: `"level":"WARN"`, want: "the connection is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			p := &pieces{limit: test.limit}
			out, reported, err := stream(t, begins(test.then), get("/s", ""), p)
			if err == nil || out != nil || reported == nil || test.want != "" && err.Error() != test.want {
				t.Errorf("%s, %v, reported %v", out, err, reported)
			}
			if got := takeApart(t, strings.Join(p.list, "")); got.Body != "begun" || got.StatusCode != 200 {
				t.Errorf("%+v", got)
			}
			if !strings.Contains(log.String(), test.log) {
				t.Errorf("the log: %s", log)
			}
		})
	}
}

// TestStreamWriterEnds: a goroutine that is left behind can't write into what
// comes next.
func TestStreamWriterEnds(t *testing.T) {
	var left io.Writer
	a := streamApp(func(context.Context, *app.Request) (any, error) {
		return app.Stream("text/plain", func(w io.Writer) error {
			left = w
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() { io.WriteString(w, "x") })
			}
			all.Wait()
			return nil
		}), nil
	})
	if got := streamed(t, a, get("/s", "")); got.Body != "xxxxxxxx" {
		t.Errorf("got %q", got.Body)
	}
	if n, err := io.WriteString(left, "late"); n != 0 || err == nil {
		t.Errorf("%d %v", n, err)
	}
}

// TestStreamMiddleware: middleware sees a response whose body wasn't written yet.
func TestStreamMiddleware(t *testing.T) {
	run := false
	a := streamApp(func(context.Context, *app.Request) (any, error) {
		return app.Stream("text/plain", func(w io.Writer) error { run = true; _, err := io.WriteString(w, "body"); return err }), nil
	})
	a.UseFor(app.HTTP, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			answer, err := next(ctx, event)
			r, ok := answer.(*app.Response)
			if err != nil || !ok || run {
				t.Errorf("%v %T, run: %t", err, answer, run)
				return answer, err
			}
			r.Headers["X-Seen"] = "yes"
			if body, ok := r.Body.(app.StreamBody); ok {
				r.Body = app.StreamBody(func(w io.Writer) error {
					if _, err := io.WriteString(w, "<"); err != nil {
						return err
					}
					return body(w)
				})
			}
			return r, nil
		}
	}, dispatch.Middleware(func(h lambda.Handler) lambda.Handler {
		return wrapper(func(ctx context.Context, event []byte) ([]byte, error) {
			out, err := h.Invoke(ctx, event)
			return bytes.Replace(out, []byte(`"headers":{`), []byte(`"headers":{"X-Wrapped":"yes",`), 1), err
		})
	}))
	got := streamed(t, a, get("/s", ""))
	want := sent{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain", "X-Seen": "yes", "X-Wrapped": "yes"}, Body: "<body"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type wrapper func(context.Context, []byte) ([]byte, error)

func (w wrapper) Invoke(ctx context.Context, event []byte) ([]byte, error) { return w(ctx, event) }

func init() {
	programs["streams"] = func() *app.App {
		a := app.New("streams")
		a.Route("/ticks", func(ctx context.Context, r *app.Request) (any, error) {
			return app.Stream("text/plain", func(w io.Writer) error {
				fmt.Fprint(w, "one")
				line, err := bufio.NewReader(os.Stdin).ReadString('\n') // until somebody has seen that
				fmt.Fprint(w, line)
				return err
			}), nil
		}, app.Streams())
		a.Route("/large", func(ctx context.Context, r *app.Request) (any, error) {
			return app.Stream("application/octet-stream", func(w io.Writer) error {
				piece := make([]byte, 64<<10)
				for range 800 {
					if _, err := w.Write(piece); err != nil {
						return err
					}
				}
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				_, err := fmt.Fprintf(w, "%d", m.TotalAlloc)
				return err
			}), nil
		}, app.Streams())
		a.Route("/fails", func(ctx context.Context, r *app.Request) (any, error) {
			return app.Stream("text/plain", func(w io.Writer) error {
				fmt.Fprint(w, "begun")
				return app.NotFound("gone")
			}), nil
		}, app.Streams())
		a.Route("/panics", func(ctx context.Context, r *app.Request) (any, error) {
			return app.Stream("text/plain", func(w io.Writer) error {
				fmt.Fprint(w, "begun")
				panic(io.ErrShortWrite)
			}), nil
		}, app.Streams())
		a.Route("/plain", returns("plain", nil))
		a.Route("/two", writes("first", "second"), app.Streams())
		return a
	}
	programs["aws-lambda-go's streams"] = func() *app.App {
		lambda.Start(func(context.Context, json.RawMessage) (*events.LambdaFunctionURLStreamingResponse, error) {
			return &events.LambdaFunctionURLStreamingResponse{Body: io.MultiReader(strings.NewReader("first"), strings.NewReader("second"))}, nil
		})
		return nil
	}
}

// posted is an answer as Lambda gets it.
type posted struct {
	Path, Type, Mode, ErrorType, Error, Body string
}

// streamService is Lambda's side: it hands out events, and reads answers.
type streamService struct {
	events  chan string // closed: no more
	posts   chan posted
	first   chan string // what came of an answer at first
	refuse  bool        // after the first piece
	waiting chan struct{}
}

func (s *streamService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		event, more := <-s.events
		if !more {
			<-s.waiting
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "id")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		_, _ = io.WriteString(w, event)
		return
	}
	p := posted{
		Path: strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/invocation/"),
		Type: r.Header.Get("Content-Type"), Mode: r.Header.Get("Lambda-Runtime-Function-Response-Mode"),
	}
	buffer := make([]byte, 4096)
	n, _ := r.Body.Read(buffer)
	select {
	case s.first <- string(buffer[:n]):
	default:
	}
	if s.refuse {
		panic(http.ErrAbortHandler)
	}
	rest, _ := io.ReadAll(r.Body)
	document, _ := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
	p.Body, p.ErrorType, p.Error = string(buffer[:n])+string(rest), r.Trailer.Get("Lambda-Runtime-Function-Error-Type"), string(document)
	s.posts <- p
	w.WriteHeader(http.StatusAccepted)
}

// startStreams runs a program that streams. It returns what writes to its
// standard input, and what ends it and returns its log.
func startStreams(t testing.TB, name string, s *streamService, environment ...string) (in io.Writer, end func() string) {
	t.Helper()
	s.events, s.posts, s.first, s.waiting = make(chan string, 20), make(chan posted, 20), make(chan string, 1), make(chan struct{})
	server := httptest.NewServer(s)
	c := program(name, append(environment, "_HANDLER=api_handler", "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	end = func() string {
		once.Do(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
			close(s.waiting)
			close(s.events)
			server.CloseClientConnections()
			server.Close()
		})
		return out.String()
	}
	t.Cleanup(func() { end() })
	return in, end
}

func receive[T any](t testing.TB, from chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
	}
	return v
}

// TestStreamInLambda: the protocol, from event to event.
func TestStreamInLambda(t *testing.T) {
	s := &streamService{}
	in, end := startStreams(t, "streams", s)
	const mode, kind = "streaming", "application/vnd.awslambda.http-integration-response"
	s.events <- get("/ticks", "")
	if first := receive(t, s.first); takeApart(t, first).Body != "one" {
		t.Errorf("at first came %q", first)
	}
	fmt.Fprintln(in, "two")
	want := posted{Path: "id/response", Type: kind, Mode: mode, Body: `{"statusCode":200,"headers":{"Content-Type":"text/plain"}}` + outlet.Separator + "onetwo\n"}
	if diff := cmp.Diff(want, receive(t, s.posts)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.events <- get("/plain", "")
	if p := receive(t, s.posts); p.Mode != "" || p.Type != "application/json" || !strings.Contains(p.Body, `"body":"plain"`) {
		t.Errorf("a route that doesn't stream: %+v", p)
	}
	s.events <- get("/fails", "")
	if p := receive(t, s.posts); takeApart(t, p.Body).Body != "begun" || p.ErrorType != "NotFoundError" || p.Error != `{"errorMessage":"gone","errorType":"NotFoundError"}` {
		t.Errorf("an error in the middle: %+v", p)
	}
	s.events <- get("/panics", "")
	if p := receive(t, s.posts); takeApart(t, p.Body).Body != "begun" || p.ErrorType != "errorString" || p.Error != `{"errorMessage":"short write","errorType":"errorString"}` {
		t.Errorf("a panic in the middle: %+v", p)
	}
	s.events <- `{}`
	if p := receive(t, s.posts); p.Path != "id/error" || p.Mode != "" {
		t.Errorf("an event that can't be read: %+v", p)
	}
	s.events <- get("/large", "")
	body := takeApart(t, receive(t, s.posts).Body).Body
	if len(body) < 50<<20 {
		t.Errorf("%d bytes", len(body))
	}
	var used int
	if _, err := fmt.Sscan(body[800*64<<10:], &used); err != nil || used > 8<<20 {
		t.Errorf("for 50 MB it took %d bytes of memory (%v)", used, err)
	}
	s.events <- get("/plain", "")
	receive(t, s.posts)
	log := end()
	if n := strings.Count(log, `"the response ended in the middle"`); n != 2 || strings.Contains(log, "the process ends") {
		t.Errorf("%d responses ended in the middle:\n%s", n, log)
	}
}

// TestStreamLost: if the connection is gone, the function gets an error, and the
// process goes on.
func TestStreamLost(t *testing.T) {
	s := &streamService{refuse: true}
	_, end := startStreams(t, "streams", s)
	s.events <- get("/large", "")
	receive(t, s.first)
	s.events <- get("/large", "")
	receive(t, s.first)
	deadline := time.Now().Add(20 * time.Second)
	for len(s.events) > 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	s.events <- get("/large", "")
	receive(t, s.first)
	if log := end(); strings.Count(log, "the client didn't get the whole response") < 2 || strings.Contains(log, "the process ends") {
		t.Errorf("the log:\n%s", log)
	}
}

// TestStreamsAtATime: with several events at a time each has its own connection.
func TestStreamsAtATime(t *testing.T) {
	s := &streamService{}
	startStreams(t, "streams", s, "AWS_LAMBDA_MAX_CONCURRENCY=4")
	for range 4 {
		s.events <- get("/large", "")
		s.events <- get("/fails", "")
	}
	fails := 0
	for range 8 {
		p := receive(t, s.posts)
		if body := takeApart(t, p.Body).Body; p.ErrorType != "" {
			fails++
		} else if len(body) < 50<<20 || strings.Trim(body[:800*64<<10], "\x00") != "" {
			t.Errorf("a response of %d bytes is mixed up", len(body))
		}
	}
	if fails != 4 {
		t.Errorf("%d failed", fails)
	}
}

// firstByte takes the first byte.
type firstByte struct{ at time.Time }

func (f *firstByte) Write(p []byte) (int, error) {
	if f.at.IsZero() {
		f.at = time.Now()
	}
	return len(p), nil
}

// BenchmarkStreamFirstByte is from the event to the first byte of a response.
func BenchmarkStreamFirstByte(b *testing.B) {
	h, err := dispatch.NewHandler(streamApp(writes("first", "second")), app.RESTHandler)
	if err != nil {
		b.Fatal(err)
	}
	event := []byte(get("/s", ""))
	var took time.Duration
	b.ReportAllocs()
	for b.Loop() {
		f := &firstByte{}
		begin := time.Now()
		if _, err := h.Invoke(outlet.With(b.Context(), f), event); err != nil {
			b.Fatal(err)
		}
		took += f.at.Sub(begin)
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/first-byte")
}

// BenchmarkStreamFirstByteInLambda is the same by way of the runtime API, beside
// aws-lambda-go.
func BenchmarkStreamFirstByteInLambda(b *testing.B) {
	for _, name := range []string{"streams", "aws-lambda-go's streams"} {
		b.Run(name, func(b *testing.B) {
			s := &streamService{}
			startStreams(b, name, s)
			event := get("/two", "")
			var took time.Duration
			for b.Loop() {
				begin := time.Now()
				s.events <- event
				receive(b, s.first)
				took += time.Since(begin)
				receive(b, s.posts)
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/first-byte")
		})
	}
}
