package app

import "strings"

// PreflightStatus is the status of the answers whose headers [Model.Preflights]
// returns.
const PreflightStatus = 200

// Preflights returns the headers with which API Gateway itself answers
// preflight requests, by path: for each path with a route that allows
// cross-origin requests and without a route of the app's own for OPTIONS.
//
// Templates make mock integrations of them. The gateway of local mode and of
// tests answers with them.
func (m *Model) Preflights() map[string][]HeaderField {
	configs := map[string]*CORSConfig{} // routes of a path that have CORS have the same
	allowed := map[string][]string{}
	own := map[string]bool{}
	for _, r := range m.Routes {
		cors := m.CORS(r)
		for _, method := range r.Methods {
			own[r.Path] = own[r.Path] || method == "OPTIONS"
			if cors != nil {
				allowed[r.Path] = append(allowed[r.Path], method)
			}
		}
		if cors != nil && configs[r.Path] == nil {
			configs[r.Path] = cors
		}
	}
	preflights := map[string][]HeaderField{}
	for path, methods := range allowed {
		if own[path] {
			continue
		}
		list := strings.Join(append(methods, "OPTIONS"), ",")
		preflights[path] = append([]HeaderField{{"Access-Control-Allow-Methods", list}}, configs[path].Headers()...)
	}
	return preflights
}
