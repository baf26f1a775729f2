package app

import "strings"

// PreflightStatus is the status of answers to preflight requests, whoever gives
// them, but for an HTTP API that answers itself ([Model.HTTPCORS]).
const PreflightStatus = 200

// preflight is what the answer to a path's preflight requests is made of.
type preflight struct {
	config  CORSConfig
	methods []string // of the routes with CORS, in the order of declaration
}

// headers returns the headers of the answer to a browser that asks for an origin.
func (p *preflight) headers(origin string) []HeaderField {
	return PreflightHeaders(p.config.HeadersFor(origin), p.methods)
}

// PreflightHeaders returns the headers of an answer to a preflight request: those
// that a response to the same origin has, and the methods, which are those of the
// path that have CORS. An origin that isn't allowed isn't told them.
func PreflightHeaders(cors []HeaderField, methods []string) []HeaderField {
	if len(cors) == 0 || cors[0].Name != allowOrigin {
		return cors
	}
	list := strings.Join(methods, ",") + ",OPTIONS"
	return append([]HeaderField{{allowMethods, list}}, cors...)
}

// preflights returns the paths with a route that allows cross-origin requests and
// without a route of the app's own for OPTIONS, in the order of declaration.
func (m *Model) preflights() (paths []string, preflights map[string]*preflight) {
	preflights = map[string]*preflight{} // routes of a path that have CORS have the same
	own := map[string]bool{}
	for _, r := range m.Routes {
		cors := m.CORS(r)
		if cors != nil && preflights[r.Path] == nil {
			preflights[r.Path] = &preflight{config: *cors}
			paths = append(paths, r.Path)
		}
		for _, method := range r.methods() {
			own[r.Path] = own[r.Path] || method == "OPTIONS"
			if cors != nil {
				preflights[r.Path].methods = append(preflights[r.Path].methods, method)
			}
		}
	}
	kept := paths[:0]
	for _, path := range paths {
		if own[path] {
			delete(preflights, path)
			continue
		}
		kept = append(kept, path)
	}
	return kept, preflights
}

// Preflights returns the headers with which a REST API itself answers preflight
// requests, by path: for each path with a route that allows cross-origin requests
// and without a route of the app's own for OPTIONS, unless the answer depends on
// the origin ([Model.OwnPreflights]).
//
// Templates make mock integrations of them. The gateway of local mode and of
// tests answers with them.
func (m *Model) Preflights() map[string][]HeaderField {
	answers := map[string][]HeaderField{}
	_, preflights := m.preflights()
	for path, p := range preflights {
		if !p.config.Echoes() {
			answers[path] = p.headers("")
		}
	}
	return answers
}

// OwnPreflights returns the paths whose preflight requests a REST API passes on to
// the program, in the order of declaration: a mock integration can't choose one of
// several origins.
func (m *Model) OwnPreflights() []string {
	var own []string
	paths, preflights := m.preflights()
	for _, path := range paths {
		if preflights[path].config.Echoes() {
			own = append(own, path)
		}
	}
	return own
}

// PreflightPaths returns the paths that have preflight requests, in the order of
// declaration, without those that have a route of the app's own for OPTIONS.
func (m *Model) PreflightPaths() []string {
	paths, _ := m.preflights()
	return paths
}
