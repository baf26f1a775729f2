package dispatch_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// oracleCase is a case of the oracle's dispatch folder, which its README
// describes.
type oracleCase struct {
	oracleStep
	Name       string
	Model      json.RawMessage
	Behaviours map[string]behaviour
	Middleware []middlewareSpec
	Blueprints []struct {
		fragment
		NamePrefix *string `json:"name_prefix"`
		URLPrefix  *string `json:"url_prefix"`
		Middleware []middlewareSpec
	}
	Declared *fragment
	Context  struct {
		RequestID    string `json:"aws_request_id"`
		FunctionName string `json:"function_name"`
	}
	Env    map[string]string
	WSGone []string `json:"ws_gone"`
	Then   []oracleStep
	Quirks []string
}

// oracleStep is one invocation of a case's app.
type oracleStep struct {
	Function string
	Event    json.RawMessage
	Expected oracleResult
}

// fragment is what an app or a blueprint declares.
type fragment struct {
	Routes      []app.RouteModel
	Authorizers []app.AuthorizerModel
	Functions   []app.FunctionModel
}

// TestOracleDispatch invokes each case's app as Lambda would, and compares its
// answers with the reference's.
func TestOracleDispatch(t *testing.T) {
	counts := map[string]int{"passed": 0, "failed": 0, "not run, for the websocket client": 0}
	quiet(t)
	for _, c := range oracleCases(t) {
		outcome := "not run, for the websocket client"
		t.Run(c.Name, func(t *testing.T) {
			if c.needsWebsocketClient() {
				t.Skip("the case sends to websockets, which package websocket does")
			}
			outcome = "failed"
			if c.run(t); !t.Failed() {
				outcome = "passed"
			}
		})
		counts[outcome]++
	}
	t.Logf("oracle: %v", counts)
}

// quiet drops what is logged during a test.
func quiet(t *testing.T) {
	t.Helper()
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(old) })
}

func oracleCases(t *testing.T) []*oracleCase {
	t.Helper()
	dir := cmp.Or(os.Getenv("CHALICE_ORACLE"), filepath.Join("..", "shared", "oracle"))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir) // it starts at the module's root
	}
	files, err := filepath.Glob(filepath.Join(dir, "dispatch", "*.json"))
	if err != nil || len(files) == 0 {
		if os.Getenv("CHALICE_ORACLE") != "" {
			t.Fatalf("CHALICE_ORACLE: no cases in %s", dir)
		}
		t.Skip("no oracle beside the project; set CHALICE_ORACLE to its folder")
	}
	var all []*oracleCase
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []*oracleCase
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, cases...)
	}
	return all
}

func (c *oracleCase) needsWebsocketClient() bool {
	for _, b := range c.Behaviours {
		if b["ws"] != nil {
			return true
		}
	}
	return false
}

// run invokes the case's app for each of its events.
func (c *oracleCase) run(t *testing.T) {
	for name, value := range c.Env {
		t.Setenv(name, value)
	}
	h := &harness{c: c}
	a := h.app(t)
	compareModel(t, a, c.Model)
	for i, step := range append([]oracleStep{c.oracleStep}, c.Then...) {
		h.trace, h.computed = []string{}, nil
		got := h.invoke(t, a, step)
		for _, difference := range c.compare(step, got) {
			t.Errorf("invocation %d: %s", i+1, difference)
		}
	}
}

// compareModel checks that what was registered is the case's model.
func compareModel(t *testing.T, a *app.App, data []byte) {
	t.Helper()
	want, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := a.Registry()
	if err != nil {
		t.Fatalf("registration:\n%v", err)
	}
	ignore := gocmp.Options{
		cmpopts.IgnoreFields(app.APIModel{}, "Source"),
		cmpopts.IgnoreFields(app.RouteModel{}, "Source", "Handler", "Via"),
		cmpopts.IgnoreFields(app.AuthorizerModel{}, "Source", "Handler"),
		cmpopts.IgnoreFields(app.FunctionModel{}, "Source", "Handler"),
		cmpopts.EquateEmpty(),
	}
	if diff := gocmp.Diff(want, registry.Model(), ignore); diff != "" {
		t.Errorf("model (-want +got):\n%s", diff)
	}
}

// harness makes an app of a case and keeps a trace of what it does.
type harness struct {
	c        *oracleCase
	trace    []string
	computed any // the result of a handler whose signature has none
}

// result is what an invocation led to.
type result struct {
	output   any // JSON, numbers as json.Number
	err      error
	panicked any
	trace    []string
}

func (h *harness) invoke(t *testing.T, a *app.App, step oracleStep) (r result) {
	t.Helper()
	defer func() { r.trace = h.trace }()
	function, err := dispatch.NewHandler(a, lambdaName(t, a, step.Function))
	if err != nil {
		t.Fatal(err)
	}
	lambdacontext.FunctionName = h.c.Context.FunctionName
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: h.c.Context.RequestID})
	out, panicked, err := invokeHandler(ctx, function, step.Event)
	if err != nil || panicked != nil {
		return result{err: err, panicked: panicked}
	}
	if h.computed != nil {
		// Handlers of events have no results in Go.
		if out, err = json.Marshal(h.computed); err != nil {
			t.Fatal(err)
		}
	}
	output, err := decodeNumbers(out)
	if err != nil {
		t.Fatalf("the output is no JSON: %v\n%s", err, out)
	}
	return result{output: output}
}

func invokeHandler(ctx context.Context, h lambda.Handler, event []byte) (out []byte, panicked any, err error) {
	defer func() { panicked = recover() }()
	out, err = h.Invoke(ctx, event)
	return out, nil, err
}

// lambdaName returns the name under which Lambda knows a function of a case.
func lambdaName(t *testing.T, a *app.App, name string) string {
	t.Helper()
	if name == "" {
		return app.RESTHandler
	}
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range registry.Functions() {
		if f.Name == name {
			return f.LambdaName()
		}
	}
	return name
}

// app registers what the case declares.
func (h *harness) app(t *testing.T) *app.App {
	t.Helper()
	model, err := app.ParseModel(h.c.Model)
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(model.Name, appOptions(model)...)
	h.use(a, h.c.Middleware)
	declared := fragment{model.Routes, model.Authorizers, model.Functions}
	if h.c.Declared != nil {
		declared = *h.c.Declared
	}
	h.declare(a, declared)
	for _, spec := range h.c.Blueprints {
		b := app.NewBlueprint()
		h.use(b, spec.Middleware)
		h.declare(b, spec.fragment)
		var options []app.BlueprintOption
		if spec.NamePrefix != nil {
			options = append(options, app.NamePrefix(*spec.NamePrefix))
		}
		if spec.URLPrefix != nil {
			options = append(options, app.URLPrefix(*spec.URLPrefix))
		}
		a.RegisterBlueprint(b, options...)
	}
	return a
}

// errorName returns the reference's name for an error, and the text that the
// error has there.
func errorName(err error) (name, message string) {
	var left *app.UnhandledError
	if errors.As(err, &left) {
		return "ChaliceUnhandledError", left.Error()
	}
	if e, ok := app.StatusOf(err); ok {
		return e.Code, e.Message
	}
	return "Exception", err.Error()
}

// sortedNames returns the keys of a map in order.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
