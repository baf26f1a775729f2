package app

// Parts are what a handler of an app's events has for apps that use it: each
// method prepares the handler for one part. [Registry.Equip] calls those that an
// app needs.
type Parts interface {
	UseCORS()    // a route may have CORS, as CORS or DefaultCORS is given
	UseStreams() // a route has the option Streams
}

// parts are what a program links only if its app uses it: options and
// declarations set these functions, and nothing else refers to them. nil: the app
// doesn't use it.
type parts struct {
	cors    *corsPart
	streams func(Parts)
}

// corsPart is what allows cross-origin requests.
type corsPart struct {
	equip func(Parts)
	check func(c *modelCheck, at *Source, m *CORSModel)
	paths func(c *modelCheck)
}

var corsParts = &corsPart{Parts.UseCORS, (*modelCheck).cors, (*modelCheck).paths}

// allParts are the parts of any model.
func allParts() parts { return parts{cors: corsParts} }

// add adds the parts of an option or a declaration to those of its app.
func (p *parts) add(used parts) {
	if used.cors != nil {
		p.cors = used.cors
	}
	if used.streams != nil {
		p.streams = used.streams
	}
}

// Equip prepares a handler for what the app uses. The linker keeps a method of
// Parts only if a program uses what the method is for.
func (g *Registry) Equip(p Parts) {
	if g.parts.cors != nil {
		g.parts.cors.equip(p)
	}
	if g.parts.streams != nil {
		g.parts.streams(p)
	}
}
