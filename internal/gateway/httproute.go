package gateway

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// defaultStages are the stages of APIs that don't say which.
var defaultStages = [...]string{REST: "api", HTTP: noStage, FunctionURL: noStage, LoadBalancer: ""}

// noStage is the stage of an HTTP API whose name isn't part of paths.
const noStage = "$default"

// httpRoute is a route of an HTTP API, for one method.
type httpRoute struct {
	method string
	parts  []string // of the path
	at     *resource
}

// key returns the route's key, as an event has it.
func (r *httpRoute) key() string { return r.method + " " + r.at.path }

// isParam reports whether a part of a path is a variable, and whether it takes
// the rest of the path.
func isParam(part string) (param, greedy bool) {
	return strings.HasPrefix(part, "{"), strings.HasSuffix(part, "+}")
}

func (r *httpRoute) greedy() bool {
	_, greedy := isParam(r.parts[len(r.parts)-1])
	return greedy
}

// httpRoutes lists the routes of an HTTP API, those first that win over others:
// a route without a greedy variable, and a path with a literal part where the
// other has a variable. A path whose preflight requests the program answers has
// a route for OPTIONS, without an authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func httpRoutes(resources map[string]*resource, asked []string) (routes []httpRoute) {
	add := func(method string, at *resource) {
		routes = append(routes, httpRoute{method, pathParts(at.path), at})
	}
	for _, at := range resources {
		for method := range at.methods {
			add(method, at)
		}
	}
	for _, path := range asked {
		add(http.MethodOptions, resources[path])
	}
	slices.SortFunc(routes, func(a, b httpRoute) int {
		return cmp.Or(
			cmp.Compare(rank(a.greedy()), rank(b.greedy())),
			slices.CompareFunc(a.parts, b.parts, compareParts),
			strings.Compare(a.key(), b.key()),
		)
	})
	return routes
}

func pathParts(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// compareParts puts literals before variables, and these before greedy ones.
func compareParts(a, b string) int {
	weight := func(part string) int {
		param, greedy := isParam(part)
		return rank(param) + rank(greedy)
	}
	return cmp.Or(cmp.Compare(weight(a), weight(b)), strings.Compare(a, b))
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// match reports whether a path, decoded, is one of the route's, and returns the
// values of the variables, nil if there are none. A variable's value isn't
// empty, unless it is a greedy one's.
func (r *httpRoute) match(parts []string) (params map[string]string, ok bool) {
	if len(parts) < len(r.parts) || len(parts) > len(r.parts) && !r.greedy() {
		return nil, false
	}
	for i, part := range r.parts {
		value := parts[i]
		param, greedy := isParam(part)
		switch {
		case greedy:
			value = strings.Join(parts[i:], "/")
		case param && value == "", !param && value != part:
			return nil, false
		case !param:
			continue
		}
		if params == nil {
			params = map[string]string{}
		}
		params[strings.TrimRight(part[1:], "+}")] = value
	}
	return params, true
}

// routeHTTP finds the route of an HTTP API. Unlike a REST API it has decoded the
// path, which ends there where a decoded question mark is, it takes another
// route where that of the path hasn't the method, and a slash at the end
// counts.
func (g *Gateway) routeHTTP(c *call) *Response {
	c.path, _, _ = strings.Cut(decodePath(c.sent), "?")
	if g.findHTTP(c, c.path) || g.findStaged(c) {
		return nil
	}
	return new(c.refuse(unknownRoute))
}

// findStaged finds the route of a path with the stage in front, if that is
// wanted.
func (g *Gateway) findStaged(c *call) bool {
	if !g.api.StagePath || c.stage == noStage {
		return false
	}
	rest, staged := strings.CutPrefix(c.path, "/"+c.stage)
	rest = cmp.Or(rest, "/")
	return staged && rest[0] == '/' && g.findHTTP(c, rest)
}

// findHTTP finds the route of a path.
func (g *Gateway) findHTTP(c *call, path string) bool {
	parts := pathParts(path)
	for _, r := range g.routes {
		if r.method != c.method {
			continue
		}
		if params, ok := r.match(parts); ok {
			c.path, c.resource, c.params, c.key = path, r.at, params, r.key()
			if route, own := r.at.methods[r.method]; own {
				c.route = &route
			}
			return true
		}
	}
	return false
}

// decodePath undoes the encoding of a path. A percent sign that begins none
// stands for itself.
func decodePath(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	var b strings.Builder
	for len(path) > 0 {
		if plain, err := url.PathUnescape(path[:min(3, len(path))]); path[0] == '%' && err == nil {
			b.WriteString(plain)
			path = path[3:]
			continue
		}
		b.WriteByte(path[0])
		path = path[1:]
	}
	return b.String()
}
