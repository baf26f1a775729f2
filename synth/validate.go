package synth

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Mistake is something in an app or its configuration that can't be deployed.
type Mistake struct {
	Source  *app.Source // of the registration; nil: not known
	Message string
}

func (m *Mistake) Error() string {
	if m.Source == nil {
		return m.Message
	}
	return m.Source.String() + ": " + m.Message
}

// validate finds every mistake that a model can have, however it came about,
// and those of the configuration that only show beside the app.
func validate(in Input) error {
	v := &validator{Input: in, routes: resolveRoutes(in.Model)}
	for _, check := range []func(*validator){
		(*validator).text,
		(*validator).functions,
		(*validator).paths,
		(*validator).routeMethods,
		(*validator).cors,
		(*validator).contentTypes,
		(*validator).authorizers,
		(*validator).registrations,
		(*validator).permissions,
		(*validator).limits,
	} {
		check(v)
	}
	if err := in.Stage.Check(in.Model.FunctionNames(), socketHandlers(in.Model)); err != nil {
		v.problems = append(v.problems, err)
	}
	return errors.Join(v.problems...)
}

// socketHandlers are the names of websocket handlers, which are not those of
// their functions. The reference ignores what is configured for them, and
// packaging warns of it.
func socketHandlers(m *app.Model) []string {
	var names []string
	for _, f := range m.Functions {
		if f.Name != f.FunctionName() {
			names = append(names, f.Name)
		}
	}
	return names
}

type validator struct {
	Input
	routes   []app.RouteModel
	problems []error
}

func (v *validator) fail(at *app.Source, format string, args ...any) {
	v.problems = append(v.problems, &Mistake{at, fmt.Sprintf(format, args...)})
}

// text refuses the character that marks what stands for an intrinsic function
// while a template is made.
func (v *validator) text() {
	if holdsMark(reflect.ValueOf(v.Model)) || holdsMark(reflect.ValueOf(v.Stage)) {
		v.fail(nil, "the app or its configuration holds a NUL character in a string, which AWS accepts nowhere")
	}
}

func holdsMark(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), placeholderMark)
	case reflect.Pointer, reflect.Interface:
		return holdsMark(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if holdsMark(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if holdsMark(key) || holdsMark(v.MapIndex(key)) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holdsMark(v.Field(i)) {
				return true
			}
		}
	}
	return false
}

// functionName is what Lambda takes: the name is a part of the function's, and
// its handler.
var functionName = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)

// reservedNames are those of the functions behind the APIs.
var reservedNames = []string{app.RESTHandler, app.WebsocketConnect, app.WebsocketMessage, app.WebsocketDisconnect}

// The mistakes that a program finds itself have its words here:
// TestSameWords holds them together.

func (v *validator) functions() {
	first := map[string]*app.Source{}
	note := func(name string, at *app.Source) {
		if slices.Contains(reservedNames, name) {
			v.fail(at, "the name %q is reserved: use another", name)
		}
		if !functionName.MatchString(name) {
			v.fail(at, "%q is no name for a function: it must be of 1 to 64 ASCII letters, digits, - and _; set another with app.Name", name)
		}
		if other, twice := first[name]; twice {
			v.fail(at, "two functions are named %q%s: use app.Name", name, theOther(other))
			return
		}
		first[name] = at
	}
	for _, a := range v.Model.Authorizers {
		if a.Type == app.BuiltinAuthorizerType {
			note(a.Name, a.Source)
		}
	}
	sockets := map[app.FunctionKind]*app.Source{}
	for _, f := range v.Model.Functions {
		method, isSocket := socketMethods[f.Kind]
		if !isSocket {
			note(f.Name, f.Source)
			continue
		}
		if other, twice := sockets[f.Kind]; twice {
			v.fail(f.Source, "%s is registered twice%s: an app has one handler of each websocket event", method, place(", also at ", other))
			continue
		}
		sockets[f.Kind] = f.Source
	}
}

// socketMethods are what registers the handlers of websocket events.
var socketMethods = map[app.FunctionKind]string{
	app.WSConnectKind: "OnWSConnect", app.WSMessageKind: "OnWSMessage", app.WSDisconnectKind: "OnWSDisconnect",
}

// place names another place, if it is known.
func place(before string, other *app.Source) string {
	if other == nil {
		return ""
	}
	return before + other.String()
}

func theOther(other *app.Source) string { return place(", the other one at ", other) }

func alsoAt(other *app.Source) string {
	if other == nil {
		return ""
	}
	return " (also at " + other.String() + ")"
}

func (v *validator) paths() {
	var good []app.RouteModel
	for _, r := range v.routes {
		problems := app.PathProblems(r.Path)
		for _, problem := range problems {
			v.fail(r.Source, "%s", problem)
		}
		if len(problems) == 0 {
			good = append(good, r)
		}
	}
	// The front of the routes is a REST API.
	v.problems = append(v.problems, awsrules.CheckREST(good).Unwrap()...)
}

func (v *validator) routeMethods() {
	first := map[string]app.RouteModel{}
	for _, r := range v.routes {
		for _, method := range r.Methods {
			key := method + " " + r.Path
			if other, twice := first[key]; twice {
				v.fail(r.Source, "%s %s has two handlers: %q here and %q%s", method, r.Path, r.Name, other.Name, place(" at ", other.Source))
				continue
			}
			first[key] = r
		}
	}
}

func (v *validator) cors() {
	configs := map[string]app.RouteModel{}
	options := map[string]app.RouteModel{}
	for _, r := range v.routes {
		if slices.Contains(r.Methods, "OPTIONS") {
			options[r.Path] = r
		}
		if r.CORS == nil || !r.CORS.Enabled {
			continue
		}
		other, ok := configs[r.Path]
		if !ok {
			configs[r.Path] = r
		} else if !sameCORS(r.CORS, other.CORS) {
			v.fail(r.Source, "the routes of %s have different CORS configurations, this one and that%s: a path has one", r.Path, place(" at ", other.Source))
		}
	}
	for _, path := range sortedKeys(configs) {
		if r, clash := options[path]; clash {
			v.fail(r.Source, "%s has CORS%s, and a handler for OPTIONS: API Gateway answers OPTIONS itself then, so remove one of them", path, place(", at ", configs[path].Source))
		}
	}
}

func sameCORS(a, b *app.CORSModel) bool {
	return corsConfig(a).Equal(*corsConfig(b))
}

func (v *validator) contentTypes() {
	binary := v.Model.BinaryTypes()
	for _, r := range v.routes {
		var of [2][]string // not binary, binary
		for _, t := range r.ContentTypes {
			i := 0
			if slices.Contains(binary, t) {
				i = 1
			}
			of[i] = append(of[i], t)
		}
		if len(of[0]) > 0 && len(of[1]) > 0 {
			v.fail(r.Source, "of the content types of %q, %q are binary and %q are not: a route takes one or the other", r.Name, of[1], of[0])
		}
	}
}

func (v *validator) authorizers() {
	byName := map[string]app.AuthorizerModel{}
	for _, a := range v.Model.Authorizers {
		other, twice := byName[a.Name]
		if twice && (a.Type != app.BuiltinAuthorizerType || other.Type != app.BuiltinAuthorizerType) {
			// Two builtin ones are two functions of one name.
			v.fail(a.Source, "two different authorizers are named %q%s", a.Name, theOther(other.Source))
		}
		if !twice {
			byName[a.Name] = a
		}
	}
	for _, r := range v.routes {
		a, ok := byName[r.Authorizer]
		switch {
		case r.Authorizer == "":
		case !ok:
			v.fail(r.Source, "view %s of %s has the authorizer %s, which the app does not have", r.Name, r.Path, r.Authorizer)
		case a.Type == app.IAMAuthorizerType && len(r.Scopes) > 0:
			v.fail(r.Source, "view %s of %s asks for scopes of %s: an IAM authorizer has none", r.Name, r.Path, r.Authorizer)
		}
	}
}

// registrations finds what AWS would refuse, whatever is in front of the routes.
func (v *validator) registrations() {
	v.problems = append(v.problems, awsrules.Check(v.Model).Unwrap()...)
}

// permissions finds what IAM would not take of what the app allows by hand.
func (v *validator) permissions() {
	check := func(at *app.Source, allowed []app.AllowModel) {
		for _, a := range allowed {
			if err := a.Check(); err != nil {
				v.fail(at, "Allow: %v", err)
			}
		}
	}
	for _, r := range v.Model.Routes {
		check(r.Source, r.Allow)
	}
	for _, a := range v.Model.Authorizers {
		check(a.Source, a.Allow)
	}
	for _, f := range v.Model.Functions {
		check(f.Source, f.Allow)
	}
}
