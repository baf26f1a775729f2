package app

// Parts are what a handler of an app's events has for apps that use it: each
// method prepares the handler for one part. [Registry.Equip] calls those that an
// app needs.
type Parts interface {
	UseStreams() // a route has the option Streams
}

// parts are what a program links only if its app uses it: options and
// declarations set these functions, and nothing else refers to them. nil: the app
// doesn't use it.
type parts struct {
	streams func(Parts)
}

// add adds the parts of an option or a declaration to those of its app.
func (p *parts) add(used parts) {
	if used.streams != nil {
		p.streams = used.streams
	}
}

// Equip prepares a handler for what the app uses. The linker keeps a method of
// Parts only if a program uses what the method is for.
func (g *Registry) Equip(p Parts) {
	for _, use := range []func(Parts){g.parts.streams} {
		if use != nil {
			use(p)
		}
	}
}
