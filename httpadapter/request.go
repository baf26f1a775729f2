package httpadapter

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// requestKey is the key under which a request's context holds the app's
// request.
type requestKey struct{}

// RequestOf returns the app's request from which the request of a mounted
// handler was made. It has what net/http has no place for: stage variables,
// what an authorizer said, the parameters of a prefix such as
// /tenants/{tenant}. It reports false for any other request.
func RequestOf(r *http.Request) (*app.Request, bool) {
	found, ok := r.Context().Value(requestKey{}).(*app.Request)
	return found, ok
}

// newRequest makes the request that a server of net/http would have made.
func newRequest(ctx context.Context, r *app.Request) (*http.Request, error) {
	data, err := r.Body()
	if err != nil {
		return nil, err
	}
	var body io.ReadCloser = http.NoBody
	if len(data) > 0 {
		body = io.NopCloser(bytes.NewReader(data))
	}
	at := requestURL(r)
	request := &http.Request{
		Method:        r.Method(),
		URL:           at,
		RequestURI:    at.RequestURI(),
		Header:        header(r),
		Body:          body,
		ContentLength: int64(len(data)),
	}
	setOrigin(request, r)
	return request.WithContext(context.WithValue(ctx, requestKey{}, r)), nil
}

// usualHeaders is roughly how many headers a request through API Gateway has.
const usualHeaders = 32

// header returns the headers, without those that a server of net/http removes.
func header(r *app.Request) http.Header {
	found := make(http.Header, usualHeaders)
	// Most headers have a single value: those values share an array.
	single := make([]string, 0, usualHeaders)
	for name, value := range r.AllHeaders() {
		key := http.CanonicalHeaderKey(name)
		if values := found[key]; values != nil || len(single) == cap(single) {
			found[key] = append(values, value)
			continue
		}
		n := len(single)
		single = append(single, value)
		found[key] = single[n : n+1 : n+1] // its capacity is 1, so appending copies it
	}
	found.Del("Transfer-Encoding")
	return found
}

// setOrigin sets the fields that describe the connection, as far as they are
// known. The client's port isn't, so it is 0.
func setOrigin(request *http.Request, r *app.Request) {
	var ip, protocol string
	switch r.Source() {
	case app.HTTPAPI:
		ip, protocol = r.ContextValue("http", "sourceIp"), r.ContextValue("http", "protocol")
	case app.LoadBalancer:
		// A load balancer adds the client that it sees to the addresses in the
		// header.
		chain := request.Header.Get("X-Forwarded-For")
		ip = strings.TrimSpace(chain[strings.LastIndexByte(chain, ',')+1:])
	default:
		ip, protocol = r.ContextValue("identity", "sourceIp"), r.ContextValue("protocol")
	}
	if ip != "" {
		request.RemoteAddr = net.JoinHostPort(ip, "0")
	}
	request.Proto = protocol
	var ok bool
	if request.ProtoMajor, request.ProtoMinor, ok = http.ParseHTTPVersion(protocol); !ok {
		request.Proto, request.ProtoMajor, request.ProtoMinor = "HTTP/1.1", 1, 1
	}
	if request.Host = request.Header.Get("Host"); request.Host == "" {
		request.Host = r.ContextValue("domainName")
	}
	request.Header.Del("Host")
}

// requestURL returns path and query as the requests of a server have them.
func requestURL(r *app.Request) *url.URL {
	u := &url.URL{RawQuery: r.RawQuery()}
	if u.RawQuery == "" {
		u.RawQuery = url.Values(r.QueryParams()).Encode()
	}
	path := withoutBase(r, r.URLPath())
	if r.PathDecoded() {
		u.Path = path
		return u
	}
	setPath(u, path)
	return u
}

// setPath sets a percent-encoded path. Text that isn't a valid encoding stands
// for itself. RawPath is set only if the encoding isn't the usual one.
func setPath(u *url.URL, path string) {
	plain, err := url.PathUnescape(path)
	if err != nil {
		u.Path = path
		return
	}
	if u.Path = plain; u.EscapedPath() == path {
		return
	}
	if u.RawPath = path; u.EscapedPath() != path {
		u.RawPath = "" // the path has bytes that no encoding leaves as they are
	}
}

// withoutBase removes what precedes the route's path: a REST API leaves the
// base path of a domain there.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
func withoutBase(r *app.Request, path string) string {
	if r.Source() == app.RESTAPI {
		route := strings.TrimSuffix(expand(r), "/")
		if base, ok := strings.CutSuffix(strings.TrimSuffix(path, "/"), route); ok {
			path = path[len(base):]
		}
	}
	if path == "" {
		return "/"
	}
	return path
}

// expand returns the path of the request's route with the values of its
// parameters, encoded as they are in the event's path.
func expand(r *app.Request) string {
	parts := strings.Split(r.Path(), "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			parts[i] = r.RawParam(strings.TrimRight(name, "+}"))
		}
	}
	return strings.Join(parts, "/")
}
