package apptest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/chalice-go/chalice/internal/gateway"
)

var errPath = errors.New("the path has to start with a slash")

// Response is the response to a request, as a client gets it.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Err is what failed if the gateway answered because a function could not:
	// the error that the function returned, say, or why its output is no
	// response. A client would see status 502 or the like, and no reason.
	Err error

	t       testing.TB
	request string
}

func newResponse(t testing.TB, request string, answer gateway.Response) *Response {
	r := &Response{Status: answer.Status, Header: http.Header{}, Body: answer.Body, Err: answer.Err, t: t, request: request}
	for name, values := range answer.Header {
		key := http.CanonicalHeaderKey(name)
		r.Header[key] = append(r.Header[key], values...)
	}
	return r
}

// Text gives the body as text.
func (r *Response) Text() string { return string(r.Body) }

// JSON decodes the body as [json.Unmarshal] does. If it can't, the test fails.
func (r *Response) JSON(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		r.t.Errorf("%s: the body of the response (status %d) as %T: %v\n%s", r.request, r.Status, v, err, excerpt(r.Body))
	}
}

// excerpt is what a message shows of a body.
func excerpt(body []byte) string {
	const limit = 500
	if len(body) > limit {
		return fmt.Sprintf("%s... (%d bytes)", body[:limit], len(body))
	}
	return string(body)
}
