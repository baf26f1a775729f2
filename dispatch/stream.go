package dispatch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/errtext"
	"github.com/chalice-go/chalice/internal/outlet"
	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// streamer is what the function of the routes has if one of them streams.
type streamer interface {
	streams(r *app.Request) bool
	stream(ctx context.Context, r *app.Request, answer reply) ([]byte, error)
	unstreamable(r *app.Request) error
}

// UseStreams has the function of the routes stream.
func (h *rest) UseStreams() { h.streamer = streaming{h} }

// streaming is the function of the routes, as it streams.
type streaming struct{ *rest }

// OpenOutlet returns where the answer goes that is sent piece by piece.
func (i *invocation) OpenOutlet() io.Writer {
	answer := i.client.Stream(i.id)
	i.endStream = func(ctx context.Context, failed *failed) (begun bool) {
		if begun = answer.Begun(); begun {
			i.closeStream(ctx, answer, failed)
		}
		return begun
	}
	return answer
}

// closeStream ends an answer that was sent piece by piece. If it doesn't arrive
// whole, only that invocation has failed.
func (i *invocation) closeStream(ctx context.Context, answer *runtimeapi.Stream, failed *failed) {
	if failed == nil {
		if err := answer.Close(nil); err != nil {
			slog.WarnContext(ctx, "the response may not have arrived whole", "error", err.Error())
		}
		return
	}
	if _, logged := failed.err.(*brokenError); !logged {
		failed.log(ctx)
	}
	i.endAfter(failed.err)
	_ = answer.Close(failed.failure) // the response isn't whole anyway
}

// streams reports whether whoever sent a request takes the answer piece by
// piece. A REST API does for the routes that stream; a function's URL does for
// all routes, if one of them streams.
func (h streaming) streams(r *app.Request) bool {
	if r.Source() == app.RESTAPI {
		route := h.resources[r.Path()].find(r.Method())
		return route != nil && route.Streams
	}
	return r.FromFunctionURL()
}

// stream sends an answer to the outlet of the invocation. An error means that
// the answer didn't arrive whole. Without an outlet it returns the answer in the
// form that a streamed one has.
func (h streaming) stream(ctx context.Context, r *app.Request, answer reply) ([]byte, error) {
	out := outlet.Of(ctx)
	if out == nil {
		var whole bytes.Buffer
		if err := h.streamTo(ctx, &whole, r, &answer); err != nil {
			return nil, err
		}
		return whole.Bytes(), nil
	}
	return nil, h.streamTo(ctx, out, r, &answer)
}

func (h streaming) streamTo(ctx context.Context, out io.Writer, r *app.Request, answer *reply) (err error) {
	p := &pieces{out: out, answer: answer, source: r.Source()}
	defer func() {
		if !p.begun {
			return // a panic is answered
		}
		if v := recover(); v != nil { // of an error's methods: only the text is used again
			err = h.brokenOff(ctx, r, p, &errtext.Panic{Value: fmt.Sprint(v), Stack: debug.Stack()})
		}
	}()
	if _, isStream := answer.Body.(app.StreamBody); isStream {
		err = h.unstreamable(r)
	}
	if err == nil {
		err = p.run(r)
	}
	switch {
	case err == nil:
		return nil
	case p.begun:
		return h.brokenOff(ctx, r, p, err)
	}
	failed := h.failure(ctx, r, err)
	p = &pieces{out: out, answer: &failed, source: r.Source()}
	return p.run(r)
}

// brokenOff logs why a response ended in the middle.
func (h streaming) brokenOff(ctx context.Context, r *app.Request, p *pieces, err error) error {
	if p.lost != nil && errors.Is(err, p.lost) {
		slog.WarnContext(ctx, "the client didn't get the whole response", "route", routeOf(r), "sent", p.sent, "error", err.Error())
		report(ctx, err)
		return &brokenError{err}
	}
	slog.LogAttrs(ctx, slog.LevelError, "the response ended in the middle", append(attributesOf(r, err), slog.Int64("sent", p.sent))...)
	endAfterAnswer(ctx, err)
	report(ctx, err)
	return &brokenError{err}
}

// brokenError is the error of a response that ended in the middle, which is
// logged already.
type brokenError struct{ error }

// Unwrap returns the cause.
func (e *brokenError) Unwrap() error { return e.error }

// pieces is a response on its way. Status and headers go out with the first
// piece of the body. A function's goroutines can use it.
type pieces struct {
	out    io.Writer
	answer *reply
	source app.RequestSource

	mu    sync.Mutex
	begun bool
	done  bool
	sent  int64 // bytes of the body
	lost  error // why the outlet took no more
}

var (
	errStreamDone = errors.New("the response was ended, as the function that app.Stream got has returned")
	errNoStream   = errors.New("app.Stream was given no function that writes the response")
)

// Write sends a piece of the body.
func (p *pieces) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.done:
		return 0, errStreamDone
	case p.lost != nil:
		return 0, p.lost
	case len(data) == 0:
		return 0, nil
	}
	return p.send(data)
}

// send sends data, behind status and headers if these weren't sent.
func (p *pieces) send(data []byte) (n int, err error) {
	if p.begun {
		n, err = p.out.Write(data)
	} else {
		prelude := appendPrelude(nil, p.answer, p.source)
		if len(prelude) > outlet.MaxPrelude {
			return 0, fmt.Errorf("the headers of the response have %d bytes, and of a streamed one AWS reads no more than %d", len(prelude), outlet.MaxPrelude)
		}
		p.begun = true
		if len(data) > maxPooled { // isn't copied
			if _, err = p.out.Write(prelude); err == nil {
				n, err = p.out.Write(data)
			}
		} else {
			n, err = p.out.Write(append(prelude, data...))
			n = max(n-len(prelude), 0)
		}
	}
	p.sent += int64(n)
	p.lost = err
	return n, err
}

// run sends the whole response. A panic of the function that writes it is an
// error.
func (p *pieces) run(r *app.Request) error {
	write, err := p.writer(r)
	if err != nil {
		return err
	}
	err = errGoexit
	defer func() {
		if err == errGoexit {
			_ = p.end(err) // the goroutine ends, and the process with it
		}
	}()
	_, err = guard(func() (any, error) { return nil, write(p) })
	if err == nil {
		return p.end(nil)
	}
	_ = p.end(err) // the error says more
	return err
}

// errGoexit stands for the result of a function that didn't return.
var errGoexit = errors.New("the goroutine ended")

// end lets nobody write anymore. A response without a body is sent now, unless
// it failed.
func (p *pieces) end(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = true
	if err != nil {
		return nil
	}
	if !p.begun {
		_, err = p.send(nil)
		return err
	}
	return p.lost // which the function may not have returned
}

// writer returns what writes the body.
func (p *pieces) writer(r *app.Request) (app.StreamBody, error) {
	if err := checkStatus(p.answer); err != nil {
		return nil, err
	}
	write, isStream := p.answer.Body.(app.StreamBody)
	if isStream && write == nil {
		return nil, errNoStream
	}
	if !isStream {
		b, err := content(nil, p.answer.Body)
		if err != nil {
			return nil, err
		}
		write = b.write
	}
	if s := status(p.answer); r.Method() == "HEAD" || s == 204 || s == 304 {
		write = func(io.Writer) error { return nil } // it has no body
	}
	return write, nil
}

// write writes the body as it is.
func (b body) write(w io.Writer) error {
	var err error
	if b.isData {
		_, err = w.Write(b.data)
	} else {
		_, err = io.WriteString(w, b.text)
	}
	return err
}

// appendPrelude writes what precedes the body of a streamed response. A REST API
// takes headers as lists as well; for a function's URL values are joined.
func appendPrelude(dst []byte, answer *reply, source app.RequestSource) []byte {
	names, values := fields(answer)
	if !hasContentType(names) {
		names = append(names, "Content-Type")
		values["Content-Type"] = []string{typeOfBody(answer)}
	}
	dst = append(dst, `{"statusCode":`...)
	dst = strconv.AppendInt(dst, int64(status(answer)), 10)
	dst = append(dst, `,"headers":{`...)
	start := len(dst)
	var cookies, lists []string
	for _, name := range names {
		switch {
		case isCookie(name):
			cookies = append(cookies, values[name]...)
		case source == app.RESTAPI && len(values[name]) != 1:
			lists = append(lists, name)
		default:
			dst = appendText(appendName(dst, start, name), strings.Join(values[name], ", "))
		}
	}
	dst = append(dst, '}')
	if len(lists) > 0 {
		dst = append(dst, `,"multiValueHeaders":{`...)
		start = len(dst)
		for _, name := range lists {
			dst = appendTexts(appendName(dst, start, name), values[name])
		}
		dst = append(dst, '}')
	}
	if len(cookies) > 0 {
		dst = appendTexts(append(dst, `,"cookies":`...), cookies)
	}
	return append(append(dst, '}'), outlet.Separator...)
}

// typeOfBody is the content type of a response that has none.
func typeOfBody(answer *reply) string {
	if _, isStream := answer.Body.(app.StreamBody); isStream {
		return "application/octet-stream"
	}
	return jsonType
}

// wholeStream returns the error of a body that is a stream, in an answer that is
// sent as a whole.
func (h *rest) wholeStream(r *app.Request) error {
	if h.streamer == nil {
		return notStreaming(r)
	}
	return h.streamer.unstreamable(r)
}

// notStreaming is the error of a stream of a route that doesn't stream.
func notStreaming(r *app.Request) error {
	return fmt.Errorf("app.Stream is for routes that have the option app.Streams(), and %s hasn't: add it where the route is registered", routeOf(r))
}

// unstreamable returns why a body that is a stream can't be sent as one, nil if it
// can.
func (h streaming) unstreamable(r *app.Request) error {
	route := h.resources[r.Path()].find(r.Method())
	switch {
	case route == nil || !route.Streams:
		return notStreaming(r)
	case h.streams(r):
		return nil
	case r.Source() == app.LoadBalancer:
		return errors.New("a load balancer can't stream: it takes responses of up to 1 MB as a whole; use a REST API or a function's URL for the route")
	}
	return errors.New(`an HTTP API can't stream: set "api_type" to "rest" or "function_url", or return the body as a whole`)
}
