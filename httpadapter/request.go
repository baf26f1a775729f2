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

// requestKey is where a request's context keeps what the request was made of.
type requestKey struct{}

// RequestOf returns the app's request that a request of a mounted handler was
// made of, for what net/http has no place for: stage variables, what an
// authorizer said, the parameters of a prefix such as /tenants/{tenant}. It
// reports false for any other request.
func RequestOf(r *http.Request) (*app.Request, bool) {
	found, ok := r.Context().Value(requestKey{}).(*app.Request)
	return found, ok
}

// newRequest makes the request that a server would have made.
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

// usualHeaders is about how many headers browsers and API Gateway send.
const usualHeaders = 32

// header returns the headers, but for those that a server takes out of them.
func header(r *app.Request) http.Header {
	found := make(http.Header, usualHeaders)
	// Most headers have one value: those share an array.
	single := make([]string, 0, usualHeaders)
	for name, value := range r.AllHeaders() {
		key := http.CanonicalHeaderKey(name)
		if values := found[key]; values != nil || len(single) == cap(single) {
			found[key] = append(values, value)
			continue
		}
		n := len(single)
		single = append(single, value)
		found[key] = single[n : n+1 : n+1] // to which nothing can be appended in place
	}
	found.Del("Transfer-Encoding")
	return found
}

// setOrigin sets what tells of the connection, as far as it is known. The
// client's port is not, so it is 0.
func setOrigin(request *http.Request, r *app.Request) {
	var ip, protocol string
	switch r.Source() {
	case app.HTTPAPI:
		ip, protocol = r.ContextValue("http", "sourceIp"), r.ContextValue("http", "protocol")
	case app.LoadBalancer:
		// It adds the client that it sees to those that it is told of.
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

// requestURL returns path and query, as a server has them in its requests.
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

// setPath sets a percent-encoded path. What is no such encoding stands for
// itself. RawPath is there only if the encoding is not the usual one.
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
		u.RawPath = "" // it has bytes that no encoding has
	}
}

// withoutBase takes from a path what precedes the route's: a REST API leaves the
// base path of a domain in it.
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
// parameters, encoded as they are in the path.
func expand(r *app.Request) string {
	parts := strings.Split(r.Path(), "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			parts[i] = r.RawParam(strings.TrimRight(name, "+}"))
		}
	}
	return strings.Join(parts, "/")
}
