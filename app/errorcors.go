package app

import (
	"slices"
	"strings"
)

// ErrorCORS is what answers allow that no route gives: those of the gateway
// itself, such as that of an authorizer that refuses, and that of the program for
// a path without a route. They are the same for the whole API, so they allow what
// some route does. Without it a page can't see that it has status 401.
type ErrorCORS struct {
	// Origin is the one that is allowed, "*" for all; "" stands for the request's,
	// whatever it is: with credentials, "*" isn't taken. What a gateway says of
	// itself is nobody's secret.
	Origin        string
	ExposeHeaders []string
	Credentials   bool
}

// newErrorCORS returns what answers allow that no route gives, nil if no route
// allows anything.
func newErrorCORS(configs []CORSConfig) *ErrorCORS {
	if len(configs) == 0 {
		return nil
	}
	e := &ErrorCORS{Origin: configs[0].Origins()[0]}
	one := true
	for _, c := range configs {
		one = one && !c.Echoes() && c.Origins()[0] == e.Origin
		e.Credentials = e.Credentials || c.AllowCredentials
		for _, name := range c.ExposeHeaders {
			if !slices.Contains(e.ExposeHeaders, name) {
				e.ExposeHeaders = append(e.ExposeHeaders, name)
			}
		}
	}
	if !one {
		e.Origin = everyOrigin
	}
	if e.Origin == everyOrigin && e.Credentials {
		e.Origin = ""
	}
	return e
}

// Headers returns the headers of an answer to a request of an origin, which is
// the value of its header Origin; "" if there is none. A nil ErrorCORS has none.
func (e *ErrorCORS) Headers(origin string) []HeaderField {
	if e == nil {
		return nil
	}
	var headers []HeaderField
	switch {
	case e.Origin != "":
		headers = append(headers, HeaderField{allowOrigin, e.Origin})
	case origin != "":
		headers = append(headers, HeaderField{allowOrigin, origin})
	}
	if len(e.ExposeHeaders) > 0 {
		headers = append(headers, HeaderField{exposeHeaders, strings.Join(e.ExposeHeaders, ",")})
	}
	if e.Credentials {
		headers = append(headers, HeaderField{allowCredentials, "true"})
	}
	if e.Origin == "" {
		headers = append(headers, varyByOrigin)
	}
	return headers
}

// ErrorCORS returns what answers allow that no route gives, nil if no route has
// CORS.
func (m *Model) ErrorCORS() *ErrorCORS {
	var configs []CORSConfig
	for _, r := range m.Routes {
		if cors := m.CORS(r); cors != nil {
			configs = append(configs, *cors)
		}
	}
	return newErrorCORS(configs)
}

// ErrorCORS returns what answers allow that no route gives, nil if no route has
// CORS.
func (g *Registry) ErrorCORS() *ErrorCORS {
	var configs []CORSConfig
	for _, r := range g.routes {
		if r.CORS != nil {
			configs = append(configs, *r.CORS)
		}
	}
	return newErrorCORS(configs)
}
