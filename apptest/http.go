package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

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
	// Path starts with a slash. It can have a query, which the function Query
	// adds to.
	Path   string
	Header http.Header
	Body   []byte
	// JSON is sent instead of Body if it isn't nil, with the content type
	// application/json unless Header says otherwise.
	JSON any
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
// there is another one.
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

// Options sends an OPTIONS request, as a browser does that asks about CORS.
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

// Do sends a request.
func (h *HTTP) Do(request Request) *Response {
	r, err := request.build()
	if err != nil {
		h.t.Errorf("%s %s: %v", request.Method, request.Path, err)
		return &Response{t: h.t, Header: http.Header{}, Err: err}
	}
	answer := h.gateway.Handle(r.WithContext(h.t.Context()))
	return newResponse(h.t, r.Method+" "+request.Path, answer)
}

// ServeHTTP answers a request of net/http, for tools that want a handler.
func (h *HTTP) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.gateway.ServeHTTP(w, r) }

// build makes a request of net/http. It takes paths that clients of that
// package would refuse to send.
func (r Request) build() (*http.Request, error) {
	if !strings.HasPrefix(r.Path, "/") {
		return nil, errPath
	}
	header, body := r.Header.Clone(), r.Body
	if header == nil {
		header = http.Header{}
	}
	if r.JSON != nil {
		data, err := json.Marshal(r.JSON)
		if err != nil {
			return nil, err
		}
		if body = data; header.Get("Content-Type") == "" {
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
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// parseURL takes a path and its query apart. A percent sign that encodes
// nothing stands for itself.
func parseURL(target string) *url.URL {
	path, query, _ := strings.Cut(target, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		return &url.URL{Path: plain, RawPath: path, RawQuery: query}
	}
	return &url.URL{Path: path, RawQuery: query}
}
