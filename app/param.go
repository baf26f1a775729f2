package app

import "strings"

// Param returns the value of one of the path's parameters, decoded: for
// /users/a%2Fb it is "a/b", whatever sent the request. A + stays a +, and text
// that isn't a valid percent-encoding stays as it came. A last parameter such
// as {rest+} has the name "rest". Param returns "" for a parameter that the
// request doesn't have. See also [Request.RawParam].
func (r *Request) Param(name string) string {
	value, _ := r.LookupParam(name)
	return value
}

// LookupParam returns what [Request.Param] does, and reports whether the request
// has the parameter.
func (r *Request) LookupParam(name string) (string, bool) {
	raw, ok := r.rawParam(name)
	return r.decodeParam(raw), ok
}

// RawParam returns the value of one of the path's parameters as it came. A REST
// API, a function's URL and a load balancer pass on what the client wrote:
// a%2Fb. An HTTP API passes on the decoded value, which [Request.Param] returns
// as well.
func (r *Request) RawParam(name string) string {
	raw, _ := r.rawParam(name)
	return strings.Clone(raw)
}

// HasParam reports whether the request has a value for one of the path's
// parameters.
func (r *Request) HasParam(name string) bool {
	if r.other != nil && r.other.params != nil {
		_, ok := r.other.params[name]
		return ok
	}
	return !isNull(member(r.part(r.params), name))
}

// Params returns the values of the path's parameters by their names, decoded as
// [Request.Param] does; nil if the path has none.
func (r *Request) Params() map[string]string {
	found := map[string]string{}
	if r.other != nil && r.other.params != nil {
		for name, raw := range r.other.params {
			found[name] = r.decodeParam(raw)
		}
		if len(found) == 0 {
			return nil
		}
		return found
	}
	raw := r.part(r.params)
	if raw == "" || raw[0] != '{' {
		return nil
	}
	o := object{data: raw}
	for o.next() {
		v := o.value()
		found[o.name()] = r.decodeParam(sharedText(v))
	}
	return found
}

// rawParam returns a parameter as it came. It may share the event's memory.
func (r *Request) rawParam(name string) (string, bool) {
	if r.other != nil && r.other.params != nil {
		value, ok := r.other.params[name]
		return value, ok
	}
	v := member(r.part(r.params), name)
	return sharedText(v), !isNull(v)
}

// decodeParam undoes the encoding of a parameter, if it still has one. What it
// returns shares no memory with raw.
func (r *Request) decodeParam(raw string) string {
	if r.PathDecoded() {
		return strings.Clone(raw)
	}
	return unescapePath(raw)
}

// PathDecoded reports whether the path of the URL and its parameters came
// decoded. An HTTP API decodes them, in both formats of its events, so that
// /a%2Fb can't be told from /a/b anymore. REST APIs, load balancers and
// functions' URLs, whose events have the form of an HTTP API's, pass them on as
// the client wrote them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func (r *Request) PathDecoded() bool {
	return r.Source() == HTTPAPI1 || r.Source() == HTTPAPI && !r.FromFunctionURL()
}

// FromFunctionURL reports whether the request came through a function's URL,
// whose events have the form of an HTTP API's, and whose domain is always AWS's:
// https://ID.lambda-url.REGION.on.aws.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (r *Request) FromFunctionURL() bool {
	return r.other != nil && r.other.url
}
