package app

import "strings"

// otherRequest is what an HTTP API, a function's URL or a load balancer says in
// other members than a REST API. Its texts share the event's memory.
type otherRequest struct {
	source  RequestSource
	url     bool              // a function's URL
	path    string            // of the URL, without the stage
	cookies string            // JSON
	params  map[string]string // of the matched route, as in the path; nil: those of the event
	query   string            // HTTP API: JSON of it as in the URL
	route   string            // HTTP APIs: their own route for the request
}

// read takes from an event what isn't where a REST API has it.
func (q *otherRequest) read(r *Request, s *spare) {
	switch q.source {
	case HTTPAPI:
		r.method = methodText(member(r.part(s.http), "method"))
		q.url = isURLDomain(r.part(s.domain))
		q.path = withoutStage(sharedText(r.part(s.stage)), sharedText(r.part(s.rawPath)))
		q.query, q.cookies = r.part(s.rawQuery), r.part(s.cookies)
		_, q.route, _ = strings.Cut(sharedText(r.part(s.routeKey)), " ")
	case HTTPAPI1:
		q.path, q.route = withoutStage(sharedText(r.part(s.stage)), sharedText(r.part(s.path))), r.path
	case LoadBalancer:
		r.method, q.path = methodText(r.part(s.method)), sharedText(r.part(s.path))
	}
	r.path, r.borrowed = q.path, true
}

// withoutStage removes the stage from a path: an HTTP API leaves it there,
// unless the stage is $default.
func withoutStage(stage, path string) string {
	if stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			return "/" + strings.TrimPrefix(rest, "/")
		}
	}
	return path
}

// cookieHeader returns the cookies of a request that has them apart from its
// headers, as one header, and reports whether there are any.
func (r *Request) cookieHeader() (string, bool) {
	if r.other == nil || isNull(r.other.cookies) {
		return "", false
	}
	cookies := strings.Join(texts(r.other.cookies), "; ")
	return cookies, cookies != ""
}

// queryParams decodes the query. A load balancer leaves it encoded.
func (q *otherRequest) queryParams(r *Request) map[string][]string {
	if query := text(q.query); query != "" {
		return ParseQuery(query)
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
	if path, ok := m.paths[r.other.route]; ok {
		r.path, r.borrowed = path, false
		return true
	}
	path, params, ok := m.find(r.other.path)
	if !ok {
		return false
	}
	r.path, r.borrowed, r.other.params = path, false, params
	return true
}

// noParams are the parameters of a path without any.
var noParams = map[string]string{}

// find is Match, with less work for a path that is a route's own text.
func (m *Matcher) find(path string) (route string, params map[string]string, ok bool) {
	if route, ok := m.paths[path]; ok && isLiteral(path) {
		return route, noParams, true
	}
	if route, params, ok = m.Match(path); params == nil {
		params = noParams
	}
	return route, params, ok
}

// isLiteral reports whether no part of a path is a variable, or could come
// behind one as text.
func isLiteral(path string) bool {
	for i := range len(path) {
		if path[i] >= '{' {
			return false
		}
	}
	return true
}

// isURLDomain reports whether a domain, as JSON, is that of a function's URL.
func isURLDomain(raw string) bool { return strings.Contains(sharedText(raw), ".lambda-url.") }
