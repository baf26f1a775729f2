package dispatch

import (
	"strings"
	"sync"

	"github.com/chalice-go/chalice/app"
)

// resource is a path and its routes.
type resource struct {
	methods []boundMethod // in the order of declaration
	allow   string        // value of the Allow header
	// cors is that of the first route that has any, for answers about the path as
	// a whole.
	cors *crossOrigin
}

// boundMethod is a method of a path. A path has few methods, so a search takes
// no longer than a map would.
type boundMethod struct {
	name  string
	route *route
}

// route is an [app.Route], with what requests need of it besides.
type route struct {
	*app.Route
	cors *crossOrigin

	prepared sync.Once
	types    mediaTypes // that it accepts
	// anyType says that the content type doesn't matter; noType, that a request
	// needs none.
	anyType, noType bool
}

// newResources makes the table of routes.
func (h *rest) newResources(routes []*app.Route) map[string]*resource {
	table := make(map[string]*resource, len(routes))
	for _, r := range routes {
		at := table[r.Path]
		if at == nil {
			at = &resource{}
			table[r.Path] = at
		}
		bound := h.newRoute(r)
		if at.cors == nil {
			at.cors = bound.cors
		}
		for _, method := range r.Methods {
			at.methods = append(at.methods, boundMethod{method, bound})
		}
	}
	for _, at := range table {
		at.allow = strings.Join(at.names(func(*route) bool { return true }), ", ")
	}
	return table
}

func (h *rest) newRoute(r *app.Route) *route {
	bound := &route{Route: r}
	if h.origins != nil {
		bound.cors = h.origins.route(r.CORS)
	}
	return bound
}

// accepts reports whether the route takes a content type, or a request without one. The
// route is complete from then on.
func (r *route) accepts(contentType string, given bool) bool {
	r.prepared.Do(func() {
		r.Prepare()
		r.types, r.anyType = newMediaTypes(r.ContentTypes), len(r.ContentTypes) == 0
		r.noType = r.anyType || r.types.match(jsonType)
	})
	return r.anyType || given && r.types.match(contentType) || !given && r.noType
}

// names returns the methods whose routes are wanted.
func (at *resource) names(wanted func(*route) bool) []string {
	var names []string
	for _, m := range at.methods {
		if wanted(m.route) {
			names = append(names, m.name)
		}
	}
	return names
}

// find returns the route for a method, nil if there is none.
func (at *resource) find(method string) *route {
	if at == nil {
		return nil
	}
	for i := range at.methods {
		if at.methods[i].name == method {
			return at.methods[i].route
		}
	}
	return nil
}
