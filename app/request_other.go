package app

import "strings"

// RequestSource is what sent a request: each has a form of event of its own.
type RequestSource int

// The sources of requests.
const (
	// RESTAPI is an API Gateway REST API, which is what an app deploys. It has
	// matched the route before the function is invoked.
	RESTAPI RequestSource = iota
	// HTTPAPI is an API Gateway HTTP API with format 2.0, or a function's URL.
	HTTPAPI
	// LoadBalancer is an Application Load Balancer.
	LoadBalancer
)

// otherRequest is what an HTTP API, a function's URL or a load balancer says
// differently.
type otherRequest struct {
	source  RequestSource
	path    string // of the URL, without the stage
	cookies string
	params  map[string]string // of the matched route, as in the path; nil: those of the event
	query   string            // HTTP API: as in the URL
	route   string            // HTTP API: its own route for the request
	// headers of a load balancer that sends them as lists, and wants them so
	headers string
}

// read reads the event once more: these events are not what an app deploys.
func (q *otherRequest) read(r *Request) {
	if q.source == LoadBalancer {
		q.readLoadBalancer(r)
		return
	}
	r.method = text(member(member(r.part(r.context), "http"), "method"))
	q.path = text(member(r.raw, "rawPath"))
	if stage := text(member(r.part(r.context), "stage")); stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(q.path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			q.path = "/" + strings.TrimPrefix(rest, "/")
		}
	}
	q.query = text(member(r.raw, "rawQueryString"))
	q.cookies = strings.Join(texts(member(r.raw, "cookies")), "; ")
	_, q.route, _ = strings.Cut(text(member(r.raw, "routeKey")), " ")
	r.path = q.path
}

func (q *otherRequest) readLoadBalancer(r *Request) {
	r.method = text(member(r.raw, "httpMethod"))
	q.path = text(member(r.raw, "path"))
	if multi := member(r.raw, "multiValueHeaders"); isObject(multi) {
		q.headers = multi
	}
	r.path = q.path
}

// queryParams decodes the query. A load balancer leaves the decoding to the
// function.
func (q *otherRequest) queryParams(r *Request) map[string][]string {
	if q.source == HTTPAPI {
		if q.query == "" {
			return nil
		}
		return ParseQuery(q.query)
	}
	raw := r.part(r.query)
	if raw == "" {
		raw = member(r.raw, "queryStringParameters")
	}
	if raw == "" || raw[0] != '{' {
		return nil
	}
	found := map[string][]string{}
	o := object{data: raw}
	for o.next() {
		v := o.value()
		values := texts(v)
		if isText(v) {
			values = []string{text(v)}
		}
		for i := range values {
			values[i] = unescapeQuery(values[i])
		}
		found[unescapeQuery(o.name())] = values
	}
	return found
}

// MultiValueHeaders reports whether a load balancer wants the headers of the
// response as lists.
func (r *Request) MultiValueHeaders() bool { return r.other != nil && r.other.headers != "" }

// Authorized reports whether what sent the request has asked an authorizer
// about it. A REST API has, if the route says so.
func (r *Request) Authorized() bool {
	if r.other == nil {
		return true
	}
	return isObject(member(r.part(r.context), "authorizer"))
}

// Resolve finds the route of a request whose source has not matched one, an
// HTTP API, a function's URL or a load balancer: Path and Params of the
// request are then those of the route. It reports whether there is such a
// route; for a REST API it has nothing to do.
func (m *Matcher) Resolve(r *Request) bool {
	if r.other == nil {
		return true
	}
	if m.Has(r.other.route) {
		r.path = r.other.route
		return true
	}
	path, params, ok := m.Match(r.other.path)
	if !ok {
		return false
	}
	if params == nil {
		params = map[string]string{}
	}
	r.path, r.other.params = path, params
	return true
}
