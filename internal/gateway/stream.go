package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/outlet"
)

// streamer is what functions are that send answers piece by piece. InvokeStream
// writes the pieces to w, as Lambda's InvokeWithResponseStream does, and returns
// when the function has answered, or when w takes no more. An answer that the
// function gave as a whole is the output. Its errors are those of Invoke.
type streamer interface {
	InvokeStream(ctx context.Context, function string, event []byte, w io.Writer) (output []byte, err error)
}

// How long a REST API passes on a response, and how long it waits for the next
// piece of it: that is the limit of regional and private endpoints. An
// edge-optimized one waits for 30 seconds alone, and nobody knows here which it
// will be.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
const (
	maxStream = 15 * time.Minute
	maxIdle   = 5 * time.Minute
)

// errIdle is why a front passes on no more of a response.
var errIdle = fmt.Errorf("no piece of the response came for the %v that API Gateway waits", maxIdle)

// streams reports whether the front passes on what the function writes: a REST
// API by the route, a URL for all routes if one streams.
func (g *Gateway) streams(c *call) bool {
	switch g.api.Type {
	case REST:
		return c.route != nil && c.route.Streams
	case FunctionURL:
		return g.api.Model.Streams()
	}
	return false
}

// stream sends the request to the function of the routes, and returns when the
// response has begun.
func (g *Gateway) stream(ctx context.Context, c *call, event []byte) Response {
	ctx, cancel := context.WithTimeoutCause(ctx, g.longest(), errTimeout)
	in, out := io.Pipe()
	go func() {
		defer cancel()
		err := errors.New("the function ended the goroutine that it was called in")
		defer func() { out.CloseWithError(err) }()
		err = g.invokeStream(ctx, event, out)
	}()
	body := g.newStreamBody(c, in)
	prelude, begun, err := readPrelude(body)
	if err == nil {
		var response Response
		if response, err = g.begin(c, prelude); err == nil {
			body.begun = true
			response.Stream = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(bytes.NewReader(begun), body), body}
			return response
		}
		err = &outputError{err}
	}
	body.Close()
	if bad, ok := errors.AsType[*outputError](err); ok {
		return c.failed(fmt.Errorf("what %s returned is no streamed response: %w", app.RESTHandler, bad.error))
	}
	if errors.Is(err, errIdle) || errors.Is(err, errTimeout) {
		return c.timedOut(g.streamFailure(err))
	}
	return c.failed(g.streamFailure(err))
}

// streamFailure returns an error that says why a response isn't whole.
func (g *Gateway) streamFailure(err error) error {
	switch {
	case errors.Is(err, errTimeout):
		return fmt.Errorf("%s took longer than the %v for which %s passes on a response", app.RESTHandler, g.longest(), g.front.waiter)
	case errors.Is(err, errIdle):
		return err
	}
	return g.failure(app.RESTHandler, err)
}

// outputError is the error of an answer in a wrong form.
type outputError struct{ error }

// invokeStream writes the function's answer to w, pieces or a whole.
func (g *Gateway) invokeStream(ctx context.Context, event []byte, w io.Writer) error {
	var output []byte
	var err error
	if s, ok := g.api.Functions.(streamer); ok {
		output, err = s.InvokeStream(ctx, app.RESTHandler, event, w)
	} else {
		output, err = g.api.Functions.Invoke(ctx, app.RESTHandler, event)
	}
	if err == nil && len(output) > 0 {
		_, err = w.Write(output)
	}
	if err != nil && context.Cause(ctx) == errTimeout && !errors.Is(err, errTimeout) {
		err = errTimeout
	}
	return err
}

// patience is how long the front waits for a piece. A URL has no limit of its own,
// nor has anybody who debugs a function.
func (g *Gateway) patience() time.Duration {
	if g.api.Type == REST && g.api.Timeout <= maxStream {
		return maxIdle
	}
	return g.longest()
}

// longest is how long the front passes on a response.
func (g *Gateway) longest() time.Duration { return max(maxStream, g.api.Timeout) }

// readPrelude reads what precedes the body, and some of the body that may have
// come with it.
func readPrelude(in io.Reader) (prelude, begun []byte, err error) {
	buffer := make([]byte, 0, 4<<10)
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := in.Read(buffer[len(buffer):cap(buffer)])
		from := max(len(buffer)-len(outlet.Separator), 0)
		buffer = buffer[:len(buffer)+n]
		end := bytes.Index(buffer[from:], []byte(outlet.Separator))
		switch {
		case end >= 0 && from+end <= outlet.MaxPrelude:
			return buffer[:from+end], buffer[from+end+len(outlet.Separator):], nil
		case end >= 0 || len(buffer) > outlet.MaxPrelude+len(outlet.Separator):
			return nil, nil, &outputError{fmt.Errorf("its status and headers have more than %d bytes", outlet.MaxPrelude)}
		case err == io.EOF:
			return nil, nil, &outputError{fmt.Errorf("it has no status and headers in front of its body, as %d zero bytes end them", len(outlet.Separator))}
		case err != nil:
			return nil, nil, err
		}
	}
}

// begin makes a response of its status and headers.
func (g *Gateway) begin(c *call, prelude []byte) (Response, error) {
	var p struct {
		StatusCode *statusCode `json:"statusCode"`
		Cookies    []string    `json:"cookies"`
	}
	if err := json.Unmarshal(prelude, &p); err != nil {
		return Response{}, err
	}
	if p.StatusCode == nil {
		return Response{}, errors.New("it has no statusCode")
	}
	response, err := g.front.read(g, c, prelude)
	if err != nil {
		return Response{}, err
	}
	response.Body = nil
	if contentType(response.Header) == "" {
		response.Header["Content-Type"] = []string{unknownType}
	}
	if g.api.Type == REST && len(p.Cookies) > 0 { // others have read them
		response.Header[setCookie] = append(response.Header[setCookie], p.Cookies...)
		err = checkHeader(response.Header)
	}
	return response, err
}

// streamBody is what a function writes, for one who reads.
type streamBody struct {
	in    *io.PipeReader
	wait  time.Duration // for a piece
	idle  *time.Timer
	begun bool        // the client has got a part
	fail  func(error) // logs why the response isn't whole
	once  sync.Once
}

func (g *Gateway) newStreamBody(c *call, in *io.PipeReader) *streamBody {
	wait := g.patience()
	return &streamBody{
		in:   in,
		wait: wait,
		idle: time.AfterFunc(wait, func() { in.CloseWithError(errIdle) }),
		fail: func(err error) {
			g.log("%s %s: the response ended in the middle: %v%s", c.method, c.path, g.streamFailure(err), c.registered())
		},
	}
}

// Read reads a piece, and says in the log why there are no more, unless the
// response is whole.
func (b *streamBody) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if err == io.ErrClosedPipe { // by the timer
		err = errIdle
	}
	if err != nil {
		b.idle.Stop()
		if err != io.EOF && b.begun {
			b.once.Do(func() { b.fail(err) })
		}
		return n, err
	}
	b.idle.Reset(b.wait)
	return n, nil
}

// Close lets the function know that nobody takes more.
func (b *streamBody) Close() error {
	b.idle.Stop()
	return b.in.CloseWithError(errGone)
}

// errGone is what a function gets that writes for nobody.
var errGone = errors.New("the client is gone")

// WriteTo writes the response, each piece of a streamed one when it comes. The
// error is that of a stream that ended in the middle: the connection has to end
// then, so that the client sees it.
func (r Response) WriteTo(w http.ResponseWriter) error {
	maps.Copy(w.Header(), r.Header) // not Set, which would change names
	w.WriteHeader(r.Status)
	if r.Stream == nil {
		_, _ = w.Write(r.Body) // if the client is gone, nobody needs the error
		return nil
	}
	defer r.Stream.Close()
	flush := http.NewResponseController(w).Flush
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Stream.Read(buffer)
		if n > 0 {
			if _, gone := w.Write(buffer[:n]); gone != nil {
				return nil
			}
			_ = flush() // whoever can't just gets it later
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Collect reads a streamed response to its end. If it ends in the middle, Err is
// why.
func (r *Response) Collect() {
	if r.Stream == nil {
		return
	}
	defer r.Stream.Close()
	var err error
	r.Body, err = io.ReadAll(r.Stream)
	r.Stream = nil
	if err != nil {
		r.Err = err
	}
}
