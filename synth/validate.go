package synth

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/standin"
)

// Mistake is something in an app or its configuration that can't be deployed.
type Mistake struct {
	Source  *app.Source // of the registration; nil: not known
	Message string
}

// Error returns the place of the registration, where it is known, and the message.
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
		(*validator).names,
		(*validator).model,
		(*validator).front,
		(*validator).limits,
	} {
		check(v)
	}
	if err := in.Stage.Check(in.Model.FunctionNames(), socketHandlers(in.Model)); err != nil {
		v.problems = append(v.problems, err)
	}
	if err := in.Stage.CheckNames(in.Model.Name, in.Model.FunctionNames()); err != nil {
		v.problems = append(v.problems, err)
	}
	return standIns(in.StandIns).explained(errors.Join(v.problems...))
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

// names refuses those of the app that are known only when it is deployed: the
// template is made of them, and Lambda looks for handlers by them.
func (v *validator) names() {
	check := func(at *app.Source, what, name string) {
		if standin.Part(name) != "" {
			v.fail(at, "%s is %q, which is known only when the app is deployed: it has to be plain text", what, name)
		}
	}
	check(nil, "the name of the app", v.Model.Name)
	for _, r := range v.routes {
		check(r.Source, "the path of a route", r.Path)
		for _, method := range r.Methods {
			check(r.Source, "a method of a route", method)
		}
	}
	for _, a := range v.Model.Authorizers {
		check(a.Source, "the name of an authorizer", a.Name)
	}
	for _, f := range v.Model.Functions {
		check(f.Source, "the name of a function", f.Name)
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

// model finds what is wrong with an app, whatever is in front of its routes.
func (v *validator) model() {
	v.problems = append(v.problems, v.Model.Check().Unwrap()...)
	v.problems = append(v.problems, awsrules.Check(v.Model).Unwrap()...)
}
