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
	// echo makes the headers of each request; nil: they are always the same.
	echo *app.CORSConfig
}

func newCrossOrigin(config *app.CORSConfig) *crossOrigin {
	switch {
	case config == nil:
		return nil
	case config.Echoes():
		return &crossOrigin{echo: config}
	}
	return &crossOrigin{headers: config.Headers()}
}

// of returns the headers of the answer to a request.
func (c *crossOrigin) of(r *app.Request) []app.HeaderField {
	switch {
	case c == nil:
		return nil
	case c.echo != nil:
		return c.echo.HeadersFor(r.Header("Origin"))
	}
	return c.headers
}

// preflight answers a browser that asks what pages of other origins may do, before
// any code of the app runs: that is what a gateway does which answers itself. A
// REST API asks only where the answer depends on the origin.
func (h *rest) preflight(r *app.Request) (answer reply, done bool) {
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
func (h *rest) unrouted(r *app.Request) []app.HeaderField {
	if h.errors == nil {
		return nil
	}
	return h.errors.Headers(r.Header("Origin"))
}

// settleVary makes one header of the response's Vary and that of CORS, which are
// about different things and both count.
func settleVary(answer *reply) {
	at := slices.IndexFunc(answer.cors, func(f app.HeaderField) bool { return isVary(f.Name) })
	if at < 0 || !has(&answer.Response, answer.cors[at].Name) {
		return
	}
	added := answer.cors[at].Value
	answer.cors = slices.Delete(slices.Clone(answer.cors), at, at+1)
	if varies(&answer.Response, added) {
		return
	}
	answer.Headers, answer.MultiValueHeaders = maps.Clone(answer.Headers), maps.Clone(answer.MultiValueHeaders)
	for name, value := range answer.Headers {
		if isVary(name) {
			answer.Headers[name] = value + ", " + added
			return
		}
	}
	for name, values := range answer.MultiValueHeaders {
		if isVary(name) {
			answer.MultiValueHeaders[name] = append(slices.Clone(values), added)
			return
		}
	}
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
