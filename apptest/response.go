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
	// Err is why a response has a status of 500 or above, since the response
	// doesn't tell: the error that a route's handler returned, a [*PanicError], or
	// an error of the gateway's, for instance that a function's output isn't a
	// response. Of a streamed response that ended in the middle, Err says why, and
	// Body is what came before.
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

// Text returns the body as text.
func (r *Response) Text() string { return string(r.Body) }

// Cookies returns the cookies that the response sets. The option [Cookies]
// sends them with another request.
func (r *Response) Cookies() []*http.Cookie {
	return (&http.Response{Header: r.Header}).Cookies()
}

// Cookie returns a cookie that the response sets, nil if it doesn't.
func (r *Response) Cookie(name string) *http.Cookie {
	for _, c := range r.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// JSON decodes the body as [json.Unmarshal] does. An error fails the test.
func (r *Response) JSON(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		r.t.Errorf("%s: the body of the response (status %d) as %T: %v\n%s", r.request, r.Status, v, err, excerpt(r.Body))
	}
}

// excerpt returns the part of a body that a message shows.
func excerpt(body []byte) string {
	const limit = 500
	if len(body) > limit {
		return fmt.Sprintf("%s... (%d bytes)", body[:limit], len(body))
	}
	return string(body)
}
