package layout_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// samples are what the methods that register something take before handlers or
// middleware. A method that registers something and isn't here fails the test.
var samples = map[string][]any{
	"Route": {"/"}, "Authorizer": {}, "LambdaFunction": {},
	"Schedule": {app.Rate(1, app.Hours)}, "OnCloudWatchEvent": {app.Pattern{"source": []string{"shop"}}},
	"OnS3Event": {"bucket"}, "OnSNSMessage": {"topic"}, "OnSQSMessage": {"queue"},
	"OnKinesisRecord": {"stream"}, "OnDynamoDBRecord": {"arn:aws:dynamodb:us-east-1:123456789012:table/any/stream/2026-01-01T00:00:00.000"},
	"OnLogEvents": {"/aws/lambda/shop-dev"},
	"OnWSConnect": {}, "OnWSMessage": {}, "OnWSDisconnect": {},
	"Use": {}, "UseFor": {app.SQS},
}

// TestRegistrations goes through the methods with which an app and a blueprint
// register handlers and middleware: package app's documentation, the analysis of
// policies, and the events that apptest makes have to know each, and what kind of
// events it is for.
func TestRegistrations(t *testing.T) {
	documentation := text(t, "app", "doc.go")
	for _, on := range []any{app.New("app"), app.NewBlueprint()} {
		for i := range reflect.TypeOf(on).NumMethod() {
			m := reflect.TypeOf(on).Method(i)
			handler, registers := handlerOf(m.Type)
			if !registers {
				continue
			}
			t.Run(reflect.TypeOf(on).Elem().Name()+"/"+m.Name, func(t *testing.T) {
				if !regexp.MustCompile(`\b` + m.Name + `\b`).MatchString(documentation) {
					t.Errorf("app/doc.go doesn't say what %s registers", m.Name)
				}
				checkRegistration(t, m, handler)
			})
		}
	}
}

// handlerOf returns the index of a method's first argument that is a handler or
// middleware, and false for a method that has none.
func handlerOf(method reflect.Type) (index int, ok bool) {
	for i := 1; i < method.NumIn(); i++ {
		in := method.In(i)
		if in.Kind() == reflect.Func || in.Kind() == reflect.Slice && in.Elem().Kind() == reflect.Func {
			return i - 1, true
		}
	}
	return 0, false
}

// checkRegistration registers something, and compares what became of it with what the
// analysis of policies takes it for.
func checkRegistration(t *testing.T, m reflect.Method, handler int) {
	r, ok := source.RegisteringOf(m.Name)
	if !ok {
		t.Fatalf("the analysis of policies doesn't know that %s registers something: add it to registrations in internal/policy/source", m.Name)
	}
	if middleware := m.Type.In(handler+1).Kind() == reflect.Slice; r.Handler != handler || r.Middleware != middleware {
		t.Fatalf("the analysis has argument %d, middleware: %v; it is argument %d, middleware: %v", r.Handler, r.Middleware, handler, middleware)
	}
	before, ok := samples[m.Name]
	if !ok {
		t.Fatalf("%s has no sample: add one to internal/layout/registrations_test.go", m.Name)
	}
	a := app.New("app")
	var args []reflect.Value
	for _, v := range before {
		args = append(args, reflect.ValueOf(v))
	}
	in := m.Type.In(handler + 1)
	if r.Middleware {
		in = in.Elem()
	}
	args = append(args, reflect.MakeFunc(in, func([]reflect.Value) []reflect.Value { return nil }))
	if !r.Middleware {
		args = append(args, name(m.Type)...)
	}
	reflect.ValueOf(a).MethodByName(m.Name).Call(args)
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case r.Middleware:
		if !registry.HasMiddleware(app.SQS) {
			t.Error("no middleware was registered")
		}
	case len(registry.Functions()) == 1:
		kind := registry.Functions()[0].EventKind()
		checkKind(t, r, kind, registry.Model().Functions[0].FunctionName())
		checkEvents(t, kind)
		checkOptions(t, m.Type)
		checkTables(t, registry.Model().Functions[0])
	case len(registry.Routes()) == 1:
		checkKind(t, r, app.HTTP, app.RESTHandler)
	case len(registry.Authorizers()) == 1:
		checkKind(t, r, "", "")
	default:
		t.Error("nothing was registered")
	}
}

// name returns the option that names a handler, if there are options that it is one
// of.
func name(method reflect.Type) []reflect.Value {
	option := reflect.ValueOf(app.Name("made"))
	if !method.IsVariadic() || !option.Type().AssignableTo(method.In(method.NumIn()-1).Elem()) {
		return nil
	}
	return []reflect.Value{option}
}

// checkOptions looks for the options that every function takes.
func checkOptions(t *testing.T, method reflect.Type) {
	t.Helper()
	for called, option := range map[string]any{"Name": app.Name("made"), "Allow": app.Allow("s3:GetObject", "*")} {
		if !method.IsVariadic() || !reflect.TypeOf(option).AssignableTo(method.In(method.NumIn()-1).Elem()) {
			t.Errorf("it doesn't take the option %s: handlerOption in app/settings.go has a line for each kind", called)
		}
	}
}

// checkKind compares what the analysis takes a registration for with what it is.
func checkKind(t *testing.T, r source.Registering, kind app.EventKind, function string) {
	t.Helper()
	if r.Kind != kind {
		t.Errorf("the analysis takes its events for %q, they are %q", r.Kind, kind)
	}
	if r.Function != "" && r.Function != function {
		t.Errorf("the analysis takes %q for its function, it is %q", r.Function, function)
	}
}

// checkEvents looks for a method of apptest that makes events of a kind. Functions
// that get any JSON need none.
func checkEvents(t *testing.T, kind app.EventKind) {
	t.Helper()
	if kind == app.PureLambda {
		return
	}
	events := reflect.TypeFor[*apptest.Events]()
	for i := range events.NumMethod() {
		made := strings.ToLower(events.Method(i).Name)
		if strings.HasPrefix(made, string(kind)) || strings.HasPrefix(string(kind), made) {
			return
		}
	}
	t.Errorf("apptest makes no events of kind %q", kind)
}

// TestRegisteringFunctions is TestRegistrations for the functions that register
// something with the app that is their first argument.
func TestRegisteringFunctions(t *testing.T) {
	found := 0
	for dir, first := range map[string]string{"app": "Registrar", "httpadapter": "Router"} {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Recv != nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
					continue
				}
				if id, ok := f.Type.Params.List[0].Type.(*ast.Ident); !ok || id.Name != first {
					continue
				}
				found++
				if _, ok := source.RegisteringOf(f.Name.Name); !ok {
					t.Errorf("the analysis of policies doesn't know that %s.%s registers something: add it to registrations in internal/policy/source", dir, f.Name.Name)
				}
			}
		}
	}
	if found < 2 {
		t.Errorf("found %d functions that register something, there are app.TypedLambda and httpadapter.Mount", found)
	}
}

// text returns a file of the module.
func text(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
