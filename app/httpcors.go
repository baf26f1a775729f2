package app

import (
	"fmt"
	"slices"
	"strings"
)

// HTTPCORS is the configuration of an HTTP API, which is one for all of its
// routes. With it the API answers preflight requests itself, adds the headers to
// its own errors, and to what the program answers, whose CORS headers it ignores.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type HTTPCORS struct {
	CORSConfig
	Methods []string // of all routes with CORS, and OPTIONS
}

// HTTPCORS returns the configuration that the app's HTTP API has. If it can't have
// one, since that wouldn't be what each route says, it returns nil and why not:
// then the program answers, preflight requests too. Without CORS there is neither.
func (m *Model) HTTPCORS() (api *HTTPCORS, why string) {
	var first *RouteModel
	methods := map[string]bool{}
	for i := range m.Routes {
		r := &m.Routes[i]
		if m.CORS(*r) == nil {
			continue
		}
		if first == nil {
			first = r
		}
		for _, method := range r.methods() {
			methods[method] = true
		}
	}
	if first == nil {
		return nil, ""
	}
	config := *m.CORS(*first)
	for i := range m.Routes {
		if why := m.disagrees(&m.Routes[i], first, config); why != "" {
			return nil, why
		}
	}
	api = &HTTPCORS{CORSConfig: config}
	for _, method := range knownMethods {
		if methods[method] && method != "OPTIONS" {
			api.Methods = append(api.Methods, method)
		}
	}
	api.Methods = append(api.Methods, "OPTIONS")
	return api, ""
}

// disagrees returns why an API with the configuration of its first route with CORS
// wouldn't do what a route says, "" if it would.
func (m *Model) disagrees(r, first *RouteModel, config CORSConfig) string {
	cors := m.CORS(*r)
	switch {
	case cors == nil && r.CORS != nil:
		return fmt.Sprintf("%s has NoCORS%s", r.Path, beside(", at ", r.Source))
	case cors == nil && slices.Contains(r.methods(), "OPTIONS"):
		return fmt.Sprintf("%s has a handler for OPTIONS%s", r.Path, beside(", at ", r.Source))
	case cors == nil:
		return ""
	case !cors.Equal(config):
		return fmt.Sprintf("%s%s and %s%s have different CORS configurations",
			first.Path, beside(" at ", first.Source), r.Path, beside(" at ", r.Source))
	}
	for _, origin := range config.Origins() {
		if isPattern(origin) {
			return fmt.Sprintf("the origin %s is a pattern", origin)
		}
		if !isHTTPOrigin(origin) {
			return fmt.Sprintf("the origin %s is none of http or https", origin)
		}
	}
	return ""
}

// isHTTPOrigin reports whether an HTTP API takes an origin, as far as it is known.
func isHTTPOrigin(origin string) bool {
	return origin == everyOrigin || strings.HasPrefix(origin, "https://") || strings.HasPrefix(origin, "http://") ||
		strings.Contains(origin, "${") // filled in when the app is deployed
}
