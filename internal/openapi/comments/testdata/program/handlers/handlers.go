// Package handlers has handlers of a package that isn't main.
package handlers

// handlers.List
func List() {}

// handlers.Store.Get
type Store[T any] struct{ _ T }

// handlers.Store.Get
func (s *Store[T]) Get() {}

// handlers.Make
func Make(name string) func() {
	return func() { print(name) }
}

// Getter is an interface.
type Getter interface {
	// handlers.Getter.Fetch
	Fetch()
}
