// Command program registers handlers of all kinds.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"

	"example.com/other/v2"
	"example.com/program/handlers"
	"example.com/vendored/yaml.v3"
)

type source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

type route struct {
	Path    string `json:"path"`
	Handler string `json:"handler"`
	Source  source `json:"source"`
}

// API registers as an app does.
type API struct{ routes []route }

// Route registers a handler, with the comment that is to be found as its path.
func (a *API) Route(path string, handler func()) {
	a.add(path, handler)
}

func (a *API) add(path string, handler func()) {
	_, file, line, _ := runtime.Caller(2)
	symbol := runtime.FuncForPC(reflect.ValueOf(handler).Pointer()).Name()
	a.routes = append(a.routes, route{path, symbol, source{filepath.Base(file), line}})
}

// TypedRoute is Route as a function.
func TypedRoute[T any](a *API, path string, handler func(), _ ...T) { a.add(path, handler) }

// index
func index() {}

func silent() {}

// Shop has methods.
type Shop struct{ embedded }

// Shop.list
func (s *Shop) list() {}

// Shop.value
func (s Shop) value() {}

type embedded struct{}

// embedded.get
func (embedded) get() {}

// wrapper embeds a type of another module.
type wrapper struct{ *other.Tracker }

// generic
func generic[T any]() {}

// variable
var variable = func() {}

// made
func made(name string) func() {
	return func() { print(name) }
}

// methodMade
func (s *Shop) made() func() { return func() { print(s) } }

func main() {
	a := &API{}
	register(a)
	closures(a)
	data, err := json.Marshal(a.routes)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(data)
}

// register isn't the comment of any handler.
func register(a *API) {
	shop := &Shop{}
	a.Route("index", index)
	a.Route("", silent)
	a.Route("Shop.list", shop.list)
	a.Route("Shop.value", shop.value)
	a.Route("Shop.value", (*shop).value)
	a.Route("embedded.get", shop.get)
	a.Route("other.Tracker.Follow", wrapper{&other.Tracker{}}.Follow)
	a.Route("generic", generic[int])
	a.Route("variable", variable)
	a.Route("made", made("x"))
	a.Route("methodMade", shop.made())
	a.Route("handlers.List", handlers.List)
	a.Route("handlers.Store.Get", new(handlers.Store[Order]).Get)
	a.Route("handlers.Make", handlers.Make("x"))
	a.Route("other.Track", other.Track)
	a.Route("yaml.Parse", yaml.Parse)
	TypedRoute[int](a, "index", index)
}

// closures isn't the comment of any handler either.
func closures(a *API) {
	// the comment above a closure
	a.Route("the comment above a closure", func() {})

	a.Route("", func() {})

	/* another one
	of two lines */
	TypedRoute(a, "another one\nof two lines", func() {
		print("x")
	}, 1)

	if a != nil {
		// in a block
		a.Route("in a block", func() {})
	}
	// not of a named handler
	a.Route("", silent)
	a.Route("variable", variable)
}
