package synth

import "fmt"

// Warning is something that may not be meant: what AWS takes of a template but
// advises against, or what the resources do that the registrations don't say.
type Warning struct {
	Function string // that it is about, by its name
	Message  string // with the place of the registration, if that is known
}

// warner is a resource that may not do all that is meant.
type warner interface{ warnings() []Warning }

// Warnings returns what may not be meant of the resources, whatever the format.
func (g *Graph) Warnings() []Warning {
	var all []Warning
	for _, r := range g.resources {
		if w, ok := r.(warner); ok {
			all = append(all, w.warnings()...)
		}
	}
	return all
}

// warn takes note of what may not be meant of the function.
func (f *function) warn(format string, args ...any) {
	f.warned = append(f.warned, f.warning(fmt.Sprintf(format, args...)))
}

func (f *function) warnings() []Warning { return f.warned }

// warning is one about the function, with the place of its registration.
func (f *function) warning(message string) Warning {
	if f.Source != nil {
		message = f.Source.String() + ": " + message
	}
	return Warning{Function: f.Name, Message: message}
}
