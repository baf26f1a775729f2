package app

import (
	"errors"
	"strings"
	"sync/atomic"
)

// Request is what a route's handler gets: an HTTP request, as an API Gateway
// REST API, an HTTP API, a function's URL or a load balancer describes it. A
// request can be read by several goroutines, also after its handler returned.
type Request struct {
	event
	method, path string

	// values, as they are in the event
	headers, query, params, stageVars span
	context, body                     span
	contentType                       span // of headers
	base64                            bool
	listed                            bool // headers are lists of values
	borrowed                          bool // path shares the event's memory
	marks                             sourceMarks

	decodedBody atomic.Pointer[body]

	// other is nil for requests of a REST API.
	other *otherRequest
}

// NewRequest makes a request of its event. It tells the source of the event by
// members that no client can write; an event whose source isn't clear is an
// error. See also [Matcher.Resolve].
//
// As all events do, a request reads data in place, so data must not change as
// long as the request is in use. What its methods return shares no memory with
// data.
func NewRequest(data []byte) (*Request, error) {
	r := &Request{event: newEvent(data)}
	var s spare
	raw := r.raw
	key, pos, more := nextMember(raw, 0, false)
	for ; more; key, pos, more = nextMember(raw, pos, true) {
		start := pos
		switch key {
		case "headers":
			pos = r.readHeaders(start)
			continue
		case "requestContext":
			pos = r.readContext(start, &s)
			continue
		}
		if pos = skipValue(raw, start, 1); pos >= 0 {
			r.note(key, span{int32(start), int32(pos)}, &s)
		}
	}
	if !atEnd(raw, pos) {
		return nil, syntaxError(data)
	}
	return r, r.complete(&s)
}

// spare are values that a request needs only if it can't use others, or if it
// doesn't come from a REST API.
type spare struct {
	query   span // a value of each parameter
	headers span // as lists of values

	path, rawPath, method, rawQuery, routeKey, cookies span
	http, stage, domain                                span // of the context
}

// note keeps what a request needs of a member of the event.
func (r *Request) note(key string, value span, s *spare) {
	switch key {
	case "version":
		r.marks.add(versionMark(r.part(value)))
	case "methodArn", "routeArn":
		r.marks.add(markAuthorizer)
	case "multiValueQueryStringParameters":
		r.query = value
	case "queryStringParameters":
		s.query = value
	case "multiValueHeaders":
		s.headers = value
	case "pathParameters":
		r.params = value
	case "stageVariables":
		r.stageVars = value
	case "body":
		r.body = value
	case "isBase64Encoded":
		r.base64 = r.part(value) == "true"
	case "path":
		s.path = value
	case "httpMethod":
		s.method = value
	case "rawPath":
		s.rawPath = value
	case "rawQueryString":
		s.rawQuery = value
	case "routeKey":
		s.routeKey = value
	case "cookies":
		s.cookies = value
	}
}

// part returns the text of a part of the event.
func (r *Request) part(s span) string { return r.raw[s.start:max(s.start, s.end)] }

// complete checks that the event has what a request needs, and looks in other
// members for what the usual ones don't have: people who write an event by hand
// leave out one of two members that say the same.
func (r *Request) complete(s *spare) error {
	if !isObject(r.part(r.query)) {
		r.query = s.query
	}
	if r.context != (span{}) && r.raw[r.context.start] != '{' {
		return errors.New("the event's requestContext is no object")
	}
	source, known := r.marks.source()
	if !known {
		return r.unknownSource()
	}
	if source != RESTAPI {
		r.other = &otherRequest{source: source}
		r.other.read(r, s)
	}
	if source == LoadBalancer || r.headers == (span{}) && r.restForm() {
		if isObject(r.part(s.headers)) {
			r.headers, r.listed = s.headers, true
		}
	}
	members := requiredMembers[source]
	switch {
	case r.path == "":
		return r.missing("HTTP", members.path)
	case r.method == "":
		return r.missing("HTTP", members.method)
	}
	return nil
}

// readHeaders reads the headers, in the same pass over the event, and notes the
// header that most requests need.
func (r *Request) readHeaders(start int) int {
	if c, _ := token(r.raw, start); c != '{' {
		r.headers = span{int32(start), int32(skipValue(r.raw, start, 1))}
		return int(r.headers.end)
	}
	raw := r.raw
	key, pos, more := nextMember(raw, start, false)
	for ; more; key, pos, more = nextMember(raw, pos, true) {
		at := pos
		if uint(at) < uint(len(raw)) && raw[at] == '"' { // as nearly all are
			pos, _ = skipString(raw, at)
		} else {
			pos = skipValue(raw, at, 2)
		}
		if len(key) == len("Content-Type") && strings.EqualFold(key, "Content-Type") {
			r.contentType = span{int32(at), int32(pos)}
		}
	}
	r.headers = span{int32(start), int32(pos)}
	return pos
}

// readContext reads the request context, in the same pass.
func (r *Request) readContext(start int, s *spare) int {
	r.marks.add(markContext)
	raw := r.raw
	if c, _ := token(raw, start); c != '{' {
		r.context = span{int32(start), int32(skipValue(raw, start, 1))}
		return int(r.context.end)
	}
	key, pos, more := nextMember(raw, start, false)
	for ; more; key, pos, more = nextMember(raw, pos, true) {
		at := pos
		if pos = skipValue(raw, at, 2); pos < 0 {
			continue
		}
		switch key {
		case "resourcePath":
			r.marks.add(markResource)
			r.path, r.borrowed = sharedText(raw[at:pos]), true
		case "httpMethod":
			r.method = methodText(raw[at:pos])
		case "http":
			r.marks.add(markHTTP)
			s.http = span{int32(at), int32(pos)}
		case "stage":
			s.stage = span{int32(at), int32(pos)}
		case "domainName":
			s.domain = span{int32(at), int32(pos)}
		case "elb":
			r.marks.add(markELB)
		case "connectionId":
			r.marks.add(markConnection)
		}
	}
	r.context = span{int32(start), int32(pos)}
	return pos
}

// methodText is text for methods. It allocates no memory for the usual ones.
func methodText(raw string) string {
	for _, method := range [...]string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"} {
		if isText(raw) && raw[1:len(raw)-1] == method {
			return method
		}
	}
	return text(raw)
}

// Method is the HTTP method, such as "GET".
func (r *Request) Method() string { return r.method }

// Path is the path of the request's route, with the names of its parameters:
// "/users/{id}".
func (r *Request) Path() string {
	if r.borrowed {
		return strings.Clone(r.path)
	}
	return r.path
}

// URLPath is the path that the client asked for, without the stage, as it came:
// percent-encoded, unless [Request.PathDecoded] says otherwise.
func (r *Request) URLPath() string {
	if r.other != nil {
		return strings.Clone(r.other.path)
	}
	return text(member(r.raw, "path"))
}

// StageVar returns the value of a stage variable, "" if there is none of that
// name.
func (r *Request) StageVar(name string) string { return text(member(r.part(r.stageVars), name)) }

// StageVars returns the stage variables, nil if there are none.
func (r *Request) StageVars() map[string]string { return textMap(r.part(r.stageVars)) }

// Context returns what API Gateway says about the request: the caller's
// identity, what an authorizer said, the request's id. Numbers are
// [json.Number].
func (r *Request) Context() map[string]any { return decodeMap(r.part(r.context)) }

// DecodeContext decodes the context as [json.Unmarshal] does, into one of
// aws-lambda-go's types, say.
func (r *Request) DecodeContext(v any) error { return unmarshalText(r.part(r.context), v) }

// ContextValue returns a text, number or boolean of the context as text:
// ContextValue("identity", "sourceIp"). It is "" for what is not there.
func (r *Request) ContextValue(path ...string) string {
	v := r.part(r.context)
	for _, name := range path {
		v = member(v, name)
	}
	if v == "" || v[0] == '{' || v[0] == '[' {
		return ""
	}
	return looseText(v)
}

// Source returns what kind of source sent the request.
func (r *Request) Source() RequestSource {
	if r.other != nil {
		return r.other.source
	}
	return RESTAPI
}

// ToMap returns the request, without its body, as a map: method, path, headers,
// query_params, uri_params, stage_vars and context. Of repeated query
// parameters it has the last value.
func (r *Request) ToMap() map[string]any {
	m := map[string]any{
		"method":       r.Method(),
		"path":         r.Path(),
		"headers":      r.Headers(),
		"query_params": nil,
		"uri_params":   nil,
		"stage_vars":   nil,
		"context":      r.Context(),
	}
	if query := r.QueryParams(); query != nil {
		last := map[string]string{}
		for name, values := range query {
			if len(values) > 0 {
				last[name] = values[len(values)-1]
			}
		}
		m["query_params"] = last
	}
	if params := r.Params(); params != nil {
		m["uri_params"] = params
	}
	if vars := r.StageVars(); vars != nil {
		m["stage_vars"] = vars
	}
	return m
}
