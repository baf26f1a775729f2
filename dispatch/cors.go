package dispatch

import (
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// crossOrigin is what a route's answers tell browsers of other origins. nil tells
// them nothing.
type crossOrigin struct {
	headers []app.HeaderField
	// echo makes the headers for an origin; nil: they are always the same.
	echo func(origin string) []app.HeaderField
}

// of returns the headers of the answer to a request.
func (c *crossOrigin) of(r *app.Request) []app.HeaderField {
	switch {
	case c == nil:
		return nil
	case c.echo != nil:
		return c.echo(r.Header("Origin"))
	}
	return c.headers
}

// origins is what the function of the routes has if one of them has CORS.
type origins interface {
	route(config *app.CORSConfig) *crossOrigin
	preflight(r *app.Request) (answer reply, done bool)
	unrouted(r *app.Request) []app.HeaderField
	settleVary(r app.Response, cors []app.HeaderField) (app.Response, []app.HeaderField)
}

// UseCORS has the function of the routes answer browsers of other origins.
func (h *rest) UseCORS() { h.origins = &crossOrigins{h, h.registry.ErrorCORS()} }

// unrouted returns the headers of an answer that no route gives.
func (h *rest) unrouted(r *app.Request) []app.HeaderField {
	if h.origins == nil {
		return nil
	}
	return h.origins.unrouted(r)
}

// settleVary makes one header of the response's Vary and that of CORS, which are
// about different things and both count.
func (h *rest) settleVary(answer *reply) {
	if len(answer.cors) > 0 {
		answer.Response, answer.cors = h.origins.settleVary(answer.Response, answer.cors)
	}
}

// crossOrigins is the function of the routes, as it answers browsers of other
// origins.
type crossOrigins struct {
	*rest
	errors *app.ErrorCORS // of answers that no route gives
}

// route returns what the answers of a route tell.
func (h *crossOrigins) route(config *app.CORSConfig) *crossOrigin {
	switch {
	case config == nil:
		return nil
	case config.Echoes():
		return &crossOrigin{echo: config.HeadersFor}
	}
	return &crossOrigin{headers: config.Headers()}
}

// preflight answers a browser that asks what pages of other origins may do, before
// any code of the app runs: that is what a gateway does which answers itself. A
// REST API asks only where the answer depends on the origin.
func (h *crossOrigins) preflight(r *app.Request) (answer reply, done bool) {
	if r.Method() != "OPTIONS" {
		return reply{}, false
	}
	at := h.resources[r.Path()]
	if at == nil || at.cors == nil || at.find("OPTIONS") != nil {
		return reply{}, false
	}
	if r.Source() == app.RESTAPI && at.cors.echo == nil {
		return reply{}, false
	}
	methods := at.names(func(r *route) bool { return r.cors != nil })
	answer.StatusCode = app.PreflightStatus
	answer.cors = app.PreflightHeaders(at.cors.of(r), methods)
	answer.Body = ""
	return answer, true
}

// unrouted returns the headers of an answer that no route gives.
func (h *crossOrigins) unrouted(r *app.Request) []app.HeaderField {
	return h.errors.Headers(r.Header("Origin"))
}

// settleVary returns the response and the headers of CORS, with one Vary.
func (h *crossOrigins) settleVary(r app.Response, cors []app.HeaderField) (app.Response, []app.HeaderField) {
	at := slices.IndexFunc(cors, func(f app.HeaderField) bool { return isVary(f.Name) })
	if at < 0 || !has(&r, cors[at].Name) {
		return r, cors
	}
	added := cors[at].Value
	cors = slices.Delete(slices.Clone(cors), at, at+1)
	if varies(&r, added) {
		return r, cors
	}
	r.Headers, r.MultiValueHeaders = maps.Clone(r.Headers), maps.Clone(r.MultiValueHeaders)
	for name, value := range r.Headers {
		if isVary(name) {
			r.Headers[name] = value + ", " + added
			return r, cors
		}
	}
	for name, values := range r.MultiValueHeaders {
		if isVary(name) {
			r.MultiValueHeaders[name] = append(slices.Clone(values), added)
			return r, cors
		}
	}
	return r, cors
}

func isVary(name string) bool { return strings.EqualFold(name, "Vary") }

// varies reports whether a response says that it depends on a header of the
// request, or on all.
func varies(r *app.Response, header string) bool {
	says := func(value string) bool {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, header) {
				return true
			}
		}
		return false
	}
	for name, value := range r.Headers {
		if isVary(name) && says(value) {
			return true
		}
	}
	for name, values := range r.MultiValueHeaders {
		if isVary(name) && slices.ContainsFunc(values, says) {
			return true
		}
	}
	return false
}
