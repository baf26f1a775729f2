package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/internal/cause"
	"github.com/chalice-go/chalice/internal/gateway"
)

// HTTP sends requests to the app's routes. It is an [http.Handler] as well.
type HTTP struct {
	t       testing.TB
	gateway *gateway.Gateway
}

// Request is an HTTP request. [HTTP.Do] sends it.
type Request struct {
	Method string // empty: GET
	// Path starts with a slash. It can have a query; the option Query adds to
	// that.
	Path   string
	Header http.Header
	Body   []byte
	// Reader is read to its end and sent instead of Body if it isn't nil.
	Reader io.Reader
	// JSON is sent instead of Body and Reader if it isn't nil, with the content
	// type application/json unless Header says otherwise.
	JSON any
	// Context is the request's context, of which its handlers' contexts are made;
	// nil: the test's. When it ends, the client stops waiting for the response.
	Context context.Context
}

// RequestOption changes a request before it is sent.
type RequestOption func(*Request)

// Header adds a header.
func Header(name, value string) RequestOption {
	return func(r *Request) {
		if r.Header == nil {
			r.Header = http.Header{}
		}
		r.Header.Add(name, value)
	}
}

// Cookies sends cookies, for example those of another response.
func Cookies(cookies ...*http.Cookie) RequestOption {
	return func(r *Request) {
		if r.Header == nil {
			r.Header = http.Header{}
		}
		carrier := http.Request{Header: r.Header}
		for _, c := range cookies {
			carrier.AddCookie(c)
		}
	}
}

// Cookie sends a cookie.
func Cookie(name, value string) RequestOption {
	return Cookies(&http.Cookie{Name: name, Value: value})
}

// Context sets the request's context; see [Request].
func Context(ctx context.Context) RequestOption {
	return func(r *Request) { r.Context = ctx }
}

// Query adds a parameter to the URL's query.
func Query(name, value string) RequestOption {
	return func(r *Request) {
		separator := "?"
		if strings.Contains(r.Path, "?") {
			separator = "&"
		}
		r.Path += separator + url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
}

// JSON sends a value as JSON, with the content type application/json unless
// another one is set.
func JSON(value any) RequestOption {
	if value == nil {
		value = json.RawMessage("null")
	}
	return func(r *Request) { r.JSON = value }
}

// Body sends a body as it is. Its content type is a [Header]; without one the
// body counts as JSON.
func Body[T ~string | ~[]byte](data T) RequestOption {
	return func(r *Request) { r.Body = []byte(data) }
}

// BodyFrom sends everything that a reader returns. Otherwise it is like [Body].
func BodyFrom(reader io.Reader) RequestOption {
	return func(r *Request) { r.Reader = reader }
}

// Get sends a GET request for a path, which can have a query.
func (h *HTTP) Get(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodGet, path, opts)
}

// Post sends a POST request.
func (h *HTTP) Post(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodPost, path, opts)
}

// Put sends a PUT request.
func (h *HTTP) Put(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodPut, path, opts)
}

// Patch sends a PATCH request.
func (h *HTTP) Patch(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodPatch, path, opts)
}

// Delete sends a DELETE request.
func (h *HTTP) Delete(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodDelete, path, opts)
}

// Head sends a HEAD request. A route has to list HEAD among its methods.
func (h *HTTP) Head(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodHead, path, opts)
}

// Options sends an OPTIONS request, such as a browser's preflight request.
func (h *HTTP) Options(path string, opts ...RequestOption) *Response {
	return h.send(http.MethodOptions, path, opts)
}

func (h *HTTP) send(method, path string, opts []RequestOption) *Response {
	r := Request{Method: method, Path: path}
	for _, set := range opts {
		set(&r)
	}
	return h.Do(r)
}

// Do sends a request and waits for the response.
func (h *HTTP) Do(request Request) *Response {
	h.t.Helper()
	r, err := request.build()
	if err != nil {
		h.t.Errorf("%s %s: %v", request.Method, request.Path, err)
		return &Response{t: h.t, Header: http.Header{}, Err: err}
	}
	ctx := request.Context
	if ctx == nil {
		ctx = h.t.Context()
	}
	var first firstError
	answer := h.gateway.Handle(r.WithContext(cause.WithReport(ctx, first.set)))
	answer.Collect()
	brokenOff := answer.Err != nil && answer.Status < http.StatusInternalServerError
	response := newResponse(h.t, r.Method+" "+request.Path, answer)
	if err := first.get(); err != nil && (brokenOff || response.Err == nil && response.Status >= http.StatusInternalServerError) {
		response.Err = err
	}
	return response
}

// firstError keeps the first error of an invocation. Several goroutines can use
// it.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := errors.AsType[*cause.Panic](f.err); ok {
		return &PanicError{Value: p.Value, Stack: p.Stack}
	}
	return f.err
}

// ServeHTTP answers a request of net/http, for tools that need a handler.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.gateway.ServeHTTP(w, r) }

// build makes a request of net/http. It accepts paths that clients of net/http
// would refuse.
func (r Request) build() (*http.Request, error) {
	if !strings.HasPrefix(r.Path, "/") {
		return nil, errPath
	}
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	var body io.Reader = bytes.NewReader(r.Body)
	if r.Reader != nil {
		body = r.Reader
	}
	if r.JSON != nil {
		data, err := json.Marshal(r.JSON)
		if err != nil {
			return nil, err
		}
		if body = bytes.NewReader(data); header.Get("Content-Type") == "" {
			header.Set("Content-Type", "application/json")
		}
	}
	method := strings.ToUpper(r.Method)
	if method == "" {
		method = http.MethodGet
	}
	return &http.Request{
		Method: method, URL: parseURL(r.Path), Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(body), ContentLength: -1,
	}, nil
}

// parseURL splits a target into path and query. A percent sign that isn't part
// of an encoding stands for itself.
func parseURL(target string) *url.URL {
	path, query, _ := strings.Cut(target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		return &url.URL{Path: plain, RawPath: path, RawQuery: query}
	}
	return &url.URL{Path: path, RawQuery: query}
}
