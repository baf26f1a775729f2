package app_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/chalice-go/chalice/app"
)

type server struct{}

func (server) Value(context.Context, json.RawMessage) (any, error)    { return nil, nil }
func (*server) Pointer(context.Context, json.RawMessage) (any, error) { return nil, nil }

var (
	literal = func(context.Context, json.RawMessage) (any, error) { return nil, nil }
	alias   = report
)

func wrapped(next func(context.Context, json.RawMessage) (any, error)) func(context.Context, json.RawMessage) (any, error) {
	return func(ctx context.Context, event json.RawMessage) (any, error) { return next(ctx, event) }
}

func generic[T any](context.Context, json.RawMessage) (any, error) { return nil, nil }

func TestNames(t *testing.T) {
	s := &server{}
	for name, tc := range map[string]struct {
		handler func(context.Context, json.RawMessage) (any, error)
		want    string // empty: it needs app.Name
		symbol  string
	}{
		"top-level function":       {report, "report", "github.com/chalice-go/chalice/app_test.report"},
		"variable of one":          {alias, "report", "github.com/chalice-go/chalice/app_test.report"},
		"method value":             {s.Value, "Value", "github.com/chalice-go/chalice/app_test.server.Value-fm"},
		"method value of pointer":  {s.Pointer, "Pointer", "github.com/chalice-go/chalice/app_test.(*server).Pointer-fm"},
		"closure":                  {func(context.Context, json.RawMessage) (any, error) { return nil, nil }, "", ""},
		"literal in a variable":    {literal, "", ""},
		"wrapped handler":          {wrapped(report), "", ""},
		"instance of generic func": {generic[int], "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("names")
			a.LambdaFunction(tc.handler)
			registry, err := a.Registry()
			if (err != nil) != (tc.want == "") {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				return
			}
			f := registry.Model().Functions[0]
			if f.Name != tc.want || f.Handler != tc.symbol {
				t.Errorf("got %q, %q; want %q, %q", f.Name, f.Handler, tc.want, tc.symbol)
			}
		})
	}
}

func TestNameOption(t *testing.T) {
	a := app.New("names")
	a.LambdaFunction(literal, app.Name("given"))
	a.LambdaFunction(report, app.Name("other"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"given", "other"} {
		if got := registry.Functions()[i].Name; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got, want := registry.Model().Functions[1].Handler, "github.com/chalice-go/chalice/app_test.report"; got != want {
		t.Errorf("handler: got %q, want %q", got, want)
	}
}
