package app

import "sync"

// declarations are what an [App] and a [Blueprint] have in common: the methods
// that declare handlers and middleware.
type declarations struct {
	mu     sync.Mutex
	items  []declaration
	frozen bool
	after  []site // where something was declared when it was too late
}

// declaration is one call of a method of declarations.
type declaration interface {
	// place adds what is declared to the app that is being frozen.
	place(f *freezer, at placement)
	where() site
}

// Registrar is what handlers are declared on: an [*App] or a [*Blueprint].
type Registrar interface{ declared() *declarations }

func (d *declarations) declared() *declarations { return d }

func (d *declarations) add(item declaration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.frozen {
		d.after = append(d.after, item.where())
		return
	}
	d.items = append(d.items, item)
}

// snapshot returns what has been declared so far.
func (d *declarations) snapshot() []declaration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.items[:len(d.items):len(d.items)]
}

// freeze ends the time of declaring. It returns what was declared, and keeps no
// reference to it.
func (d *declarations) freeze() []declaration {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.frozen = true
	items := d.items
	d.items = nil
	return items
}

// late returns a mistake for each declaration that came after freeze.
func (d *declarations) late() Mistakes {
	d.mu.Lock()
	defer d.mu.Unlock()
	var mistakes Mistakes
	for _, s := range d.after {
		mistakes = append(mistakes, s.mistake(
			"this comes after the app was started, described or opened by a test: register everything before that"))
	}
	return mistakes
}
