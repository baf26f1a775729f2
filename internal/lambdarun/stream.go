package lambdarun

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/outlet"
)

// errTooLarge is why no more of a streamed answer is taken.
var errTooLarge = errors.New("the response is larger than Lambda takes")

// streamed is an answer on its way from the program.
type streamed struct {
	request *http.Request
	done    chan error // nil when all of it was read; otherwise why no more is
}

// isStreamed reports whether an answer comes piece by piece. aws-lambda-go says so
// by the type alone.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
func isStreamed(r *http.Request) bool {
	return r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming" ||
		r.Header.Get("Content-Type") == "application/vnd.awslambda.http-integration-response"
}

// stream hands an answer over to whoever waits for it, and answers the program
// when it was read.
func (a *runtimeAPI) stream(w http.ResponseWriter, r *http.Request) {
	inv := a.take(r.PathValue("id"))
	if inv == nil {
		reply(w, http.StatusBadRequest, "InvalidRequestID", "this event isn't waiting for an answer")
		return
	}
	s := &streamed{r, make(chan error, 1)}
	inv.stream <- s
	err := <-s.done
	switch {
	case err == nil:
		accepted(w)
	case errors.Is(err, errTooLarge):
		cutOff(w, http.StatusRequestEntityTooLarge, "Function.ResponseSizeTooLarge", err)
	default:
		cutOff(w, http.StatusBadRequest, "Runtime.ResponseNotTaken", err)
	}
}

// cutOff answers a program that hasn't sent everything, and closes the
// connection, so that it can't go on. The server itself would read more first.
func cutOff(w http.ResponseWriter, status int, kind string, err error) {
	conn, _, hijackErr := http.NewResponseController(w).Hijack()
	if hijackErr != nil {
		panic(http.ErrAbortHandler)
	}
	body, _ := json.Marshal(InvokeError{Type: kind, Message: err.Error()})
	conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), body)
	conn.Close()
}

// pass passes a streamed answer on, to the invocation's outlet if it has one. If
// the invocation has to end first, pass ends the program.
func (s *sandbox) pass(ctx context.Context, inv *invocation, answer *streamed) (Result, error) {
	ended := make(chan struct{})
	aborted := make(chan error, 1)
	go func() {
		aborted <- s.watch(ctx, inv, ended)
	}()
	var whole bytes.Buffer
	out, limit := inv.out, int64(outlet.MaxAnswer)
	if out == nil {
		out, limit = &whole, maxPayload
	}
	readErr, writeErr := copyUpTo(out, answer.request.Body, limit)
	close(ended)
	if err := <-aborted; err != nil {
		answer.done <- err
		return Result{Streamed: true}, err
	}
	result := Result{Streamed: inv.out != nil, Payload: whole.Bytes()}
	switch {
	case readErr == errTooLarge:
		result.Error = tooLarge(limit)
	case readErr != nil:
		if err := s.brokenOff(); err != nil {
			answer.done <- err
			return result, err
		}
		result.Error = &InvokeError{Type: "Runtime.TruncatedResponse", Message: "the program ended its response without the end that HTTP has: " + readErr.Error()}
	case writeErr != nil:
		result.Lost = writeErr
		answer.done <- writeErr
		return result, nil
	default:
		result.Error = trailedError(answer.request.Trailer)
	}
	answer.done <- readErr
	return result, nil
}

// watch kills the program if an invocation has to end before its answer has, and
// returns why.
func (s *sandbox) watch(ctx context.Context, inv *invocation, ended <-chan struct{}) error {
	limit := time.NewTimer(time.Until(inv.deadline))
	defer limit.Stop()
	var err error
	select {
	case <-ended:
		return nil
	case <-limit.C:
		err = &TimeoutError{During: "an invocation", Limit: s.command.Timeout}
	case <-s.stop:
		err = ErrClosed
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	child.Kill(s.process)
	return err
}

// brokenOff returns an error if the program has ended, which shows a little later
// than that its connection has.
func (s *sandbox) brokenOff() error {
	select {
	case <-s.exited:
		return s.ended("in the middle of its answer")
	case <-time.After(time.Second):
		return nil
	}
}

// copyUpTo copies, and tells the error of reading from that of writing.
func copyUpTo(w io.Writer, r io.Reader, limit int64) (readErr, writeErr error) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := r.Read(buffer)
		if limit -= int64(n); limit < 0 {
			return errTooLarge, nil
		}
		if n > 0 {
			if _, writeErr := w.Write(buffer[:n]); writeErr != nil {
				return nil, writeErr
			}
		}
		if err == io.EOF {
			return nil, nil
		}
		if err != nil {
			return err, nil
		}
	}
}

// trailedError returns the error in the trailers of a streamed answer, nil if
// there is none.
func trailedError(trailer http.Header) *InvokeError {
	kind := trailer.Get("Lambda-Runtime-Function-Error-Type")
	if kind == "" {
		return nil
	}
	body, err := base64.StdEncoding.DecodeString(trailer.Get("Lambda-Runtime-Function-Error-Body"))
	if err != nil {
		body = nil
	}
	e := &InvokeError{}
	if json.Unmarshal(body, e) != nil || e.Type == "" {
		e.Type = kind
	}
	e.Document = body
	return e
}

// tooLarge is the error of an answer that is larger than Lambda takes.
func tooLarge(limit int64) *InvokeError {
	e := &InvokeError{
		Type:    "Function.ResponseSizeTooLarge",
		Message: fmt.Sprintf("the response is larger than the %d bytes that Lambda takes", limit),
	}
	e.Document, _ = json.Marshal(e)
	return e
}
