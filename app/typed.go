package app

import (
	"context"
	"errors"
	"reflect"
	"sync"

	"github.com/chalice-go/chalice/internal/schema"
)

// TypedRoute declares a route as Route does, for a handler with types of its own:
//
//	type GetOrder struct {
//		ID string `path:"id" format:"uuid"`
//	}
//
//	app.TypedRoute(a, "/orders/{id}", func(ctx context.Context, in *GetOrder) (*Order, error) {
//		return find(ctx, in.ID)
//	}, app.Name("getOrder"))
//
// # The request
//
// In is a struct, and says which part of the request each of its fields is: a parameter, by
// a tag path, query, header or cookie with its name; a field of a form, by a tag form; the
// [*Request] itself, by the field's type. A field named Body is the whole JSON body.
// Without one, the fields that are left are the members of a JSON object, by the rules of
// encoding/json. Embedded structs count as their fields.
//
// A field has to be there unless it is a pointer, has the option omitzero or omitempty in
// its tag, or a tag default. Further tags say which values it can have, in JSON Schema's
// words: minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength,
// maxLength, pattern, enum, format, minItems, maxItems, uniqueItems, minProperties and
// maxProperties; doc and example document it. If *In has a method Validate() error, that is
// asked when all else is well.
//
// A request that isn't as the types say doesn't reach the handler: the client gets status
// 400 if something can't be read, and otherwise 422, with all [Violations].
//
// # The answer
//
// Out is a pointer to a struct, or an interface for one of several, which [Results] lists.
// Its fields with a tag header are headers, and an int with a tag status is the status, of
// those that the tag lists. A field Body, or else what is left, is the JSON body; a Body
// that is a []byte or string beside a header Content-Type is sent as it is. Without any
// body the status is 204 unless a tag says otherwise. A *[Response] is sent as that of
// Route.
//
// The types are read when the app is described or tested, and in Lambda at the first
// request of a route. Whatever is wrong with them is a mistake at the registration.
//
//go:noinline
func TypedRoute[In, Out any](r Registrar, path string, handler func(context.Context, *In) (Out, error), options ...RouteOption) {
	// It isn't inlined, since declareTyped unwinds the stack.
	declareTyped(r, path, handler != nil, func(ctx context.Context, in any) (any, error) {
		if in == nil {
			return typedRoute{reflect.TypeFor[In](), reflect.TypeFor[Out](), handler}, nil
		}
		return handler(ctx, in.(*In))
	}, options)
}

// routeOf returns the handler of a call with its types. A call is a function that calls the
// handler with a pointer to an In, and without one returns the handler's typedRoute. It is a
// single function, and not an interface or several, since what each instance of TypedRoute
// has is what a start with many routes reads of the program.
func routeOf(call Handler) typedRoute {
	found, _ := call(nil, nil)
	return found.(typedRoute)
}

// typedRoute is a handler with its types.
type typedRoute struct {
	in, out reflect.Type
	handler any
}

// declareTyped is what all instances of TypedRoute share.
func declareTyped(r Registrar, path string, given bool, call Handler, options []RouteOption) {
	d := &typedDeclaration{site: here(), path: path, given: call}
	if given {
		d.handler = noAnswer
	}
	for _, o := range options {
		if o != nil {
			o.route(&d.settings)
		}
	}
	r.declared().add(d)
}

// typedDeclaration is a type of its own for what only programs with typed routes link.
type typedDeclaration routeDeclaration

// place adds the route. In a function that runs in Lambda its types aren't read yet.
func (d *typedDeclaration) place(f *freezer, at placement) {
	used := &f.registry.parts
	used.handler[violationsPart], used.operations, used.prepare = Parts.UseViolations, describeOperations, prepareRoute
	call := d.given.(Handler)
	if !f.running || !d.name.given {
		d.given = routeOf(call).handler
	}
	(*routeDeclaration)(d).place(f, at)
	placed := f.routes[len(f.routes)-1]
	if !d.contentTypes.given {
		placed.route.ContentTypes = nil
	}
	placed.typed = &unprepared{call, typedOf(&d.settings)}
	if f.running {
		placed.route.registry = f.registry
		return
	}
	h := prepareTyped(f.app, placed)
	r := f.at(d.site)
	for _, problem := range h.problems() {
		r.report("%s", problem)
	}
}

// unprepared is a typed route whose types aren't read yet.
type unprepared struct {
	call    Handler
	options *typedSettings
}

// noAnswer is its handler.
func noAnswer(context.Context, *Request) (any, error) { return nil, errNoResult }

// preparing is held by the one who completes a route.
var preparing sync.Mutex

// prepareRoute is [Route.Prepare].
func prepareRoute(r *Route) {
	preparing.Lock()
	defer preparing.Unlock()
	for _, p := range r.registry.placed {
		if p.route == r {
			prepareTyped(r.registry.app, p)
		}
	}
}

// prepareTyped reads the types of a route, and gives it its handler and the content types
// that it accepts. A function that runs was described before, so that nothing is wrong with
// its types.
func prepareTyped(a *App, p *placedRoute) *typedHandler {
	at, ok := p.typed.(*unprepared)
	if !ok {
		return nil // it is prepared
	}
	h := &typedHandler{typedRoute: routeOf(at.call), call: at.call, route: p.route, options: at.options, app: typedOf(&a.settings)}
	if h.route.ContentTypes == nil { // no option says which
		if h.route.ContentTypes = formTypes(h.in); h.route.ContentTypes == nil {
			h.route.ContentTypes = defaultContentTypes
		}
	}
	h.read()
	p.typed = h
	if h.route.Handler != nil {
		h.route.Handler = h.handle
	}
	return h
}

// typedHandler is a typed route at its place in an app.
type typedHandler struct {
	typedRoute
	call         Handler
	route        *Route
	options, app *typedSettings

	request *schema.Request
	results []*result
	body    bodyReader // nil: no body is read
	json    *typedJSON // of a JSON body
}

// read reads the types.
func (h *typedHandler) read() {
	h.request = schema.RequestOf(h.in, h.app.closed)
	h.results = h.resultsOf()
	if running() || len(h.request.Problems()) == 0 {
		h.body = h.bodyReader()
	}
}

// handle answers a request.
func (h *typedHandler) handle(ctx context.Context, r *Request) (any, error) {
	in := reflect.New(h.in)
	if err := h.readRequest(r, in); err != nil {
		return nil, err
	}
	out, err := h.call(ctx, in.Interface())
	if v, ok := err.(Violations); ok && len(v) == 0 { // a variable of the type that stayed nil
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return h.answer(out)
}

// errNoResult is the error of a handler that returned nothing.
var errNoResult = errors.New("the handler returned neither a result nor an error")

// formTypes returns the media types of the form that a struct is, nil if it is none. It
// doesn't read the type any further: a function that starts has no time for that.
func formTypes(t reflect.Type) []string {
	form, files := hasForm(t, 0)
	switch {
	case files:
		return []string{multipartForm}
	case form:
		return []string{urlencodedForm, multipartForm}
	}
	return nil
}

// hasForm reports whether a struct has fields of a form, and whether one is a file.
func hasForm(t reflect.Type, depth int) (form, files bool) {
	const deep = 10 // a struct can embed a pointer to itself
	if t.Kind() != reflect.Struct || depth > deep {
		return false, false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		inner := f.Type
		if f.Anonymous && inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if _, ok := f.Tag.Lookup("form"); ok {
			form = true
			files = files || schema.HoldsFile(inner)
		} else if f.Anonymous {
			form2, files2 := hasForm(inner, depth+1)
			form, files = form || form2, files || files2
		}
	}
	return form, files
}
