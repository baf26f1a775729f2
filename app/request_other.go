package app

import "strings"

// otherRequest is what an HTTP API, a function's URL or a load balancer says in
// other members than a REST API.
type otherRequest struct {
	source  RequestSource
	path    string // of the URL, without the stage
	cookies string
	params  map[string]string // of the matched route, as in the path; nil: those of the event
	query   string            // HTTP API: as in the URL
	route   string            // HTTP APIs: their own route for the request
}

// read reads the event a second time: these events are rare, as they aren't
// what an app deploys.
func (q *otherRequest) read(r *Request) {
	switch q.source {
	case HTTPAPI:
		q.readHTTPAPI(r)
	case HTTPAPI1:
		q.path = withoutStage(r.part(r.context), text(member(r.raw, "path")))
		q.route = strings.Clone(r.path)
	case LoadBalancer:
		q.readLoadBalancer(r)
	}
	r.path, r.borrowed = q.path, false
}

// withoutStage removes the stage from a path: an HTTP API leaves it there,
// unless the stage is $default.
func withoutStage(context, path string) string {
	if stage := text(member(context, "stage")); stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			return "/" + strings.TrimPrefix(rest, "/")
		}
	}
	return path
}

func (q *otherRequest) readHTTPAPI(r *Request) {
	r.method = text(member(member(r.part(r.context), "http"), "method"))
	q.path = withoutStage(r.part(r.context), text(member(r.raw, "rawPath")))
	q.query = text(member(r.raw, "rawQueryString"))
	q.cookies = strings.Join(texts(member(r.raw, "cookies")), "; ")
	_, q.route, _ = strings.Cut(text(member(r.raw, "routeKey")), " ")
}

func (q *otherRequest) readLoadBalancer(r *Request) {
	r.method = text(member(r.raw, "httpMethod"))
	q.path = text(member(r.raw, "path"))
}

// queryParams decodes the query. A load balancer leaves it encoded.
func (q *otherRequest) queryParams(r *Request) map[string][]string {
	if q.query != "" {
		return ParseQuery(q.query)
	}
	encoded := r.decodedQuery()
	if encoded == nil || q.source != LoadBalancer {
		return encoded
	}
	found := make(map[string][]string, len(encoded))
	for name, values := range encoded {
		for i := range values {
			values[i] = unescapeQuery(values[i])
		}
		found[unescapeQuery(name)] = values
	}
	return found
}

// MultiValueHeaders reports whether a load balancer wants the headers of the
// response as lists.
func (r *Request) MultiValueHeaders() bool { return r.Source() == LoadBalancer && r.listed }

// Resolve finds the route of a request whose source has not matched one, an
// HTTP API, a function's URL or a load balancer. Path and Params of the request
// are then those of the route. It reports whether there is such a route. A REST
// API has matched one; Resolve then only makes Path cheap.
func (m *Matcher) Resolve(r *Request) bool {
	if r.other == nil {
		if path, ok := m.paths[r.path]; ok {
			r.path, r.borrowed = path, false
		}
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
