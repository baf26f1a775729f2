package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lifecycle"
)

// TestTrafficHookModel: which functions are hooks, and what they are called.
func TestTrafficHookModel(t *testing.T) {
	type raw = func(context.Context, json.RawMessage) (any, error)
	for name, tc := range map[string]struct {
		register func(a *app.App)
		function string
		hook     bool
	}{
		"by its name":  {func(a *app.App) { a.LambdaFunction(app.TrafficHook(smoke)) }, "smoke", true},
		"by an option": {func(a *app.App) { a.LambdaFunction(app.TrafficHook(smoke), app.Name("f")) }, "f", true},
		"of a closure": {func(a *app.App) {
			a.LambdaFunction(app.TrafficHook(func(context.Context) error { return nil }), app.Name("f"))
		}, "f", true},
		"typed": {func(a *app.App) { app.TypedLambda(a, app.TrafficHook(smoke)) }, "smoke", true},
		"within a handler": {func(a *app.App) {
			hook := app.TrafficHook(smoke)
			a.LambdaFunction(raw(func(ctx context.Context, e json.RawMessage) (any, error) { return hook(ctx, e) }), app.Name("f"))
		}, "f", false},
		"another function": {func(a *app.App) { a.LambdaFunction(report) }, "report", false},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("app")
			tc.register(a)
			f := model(t, a).Functions[0]
			if f.Name != tc.function || f.TrafficHook != tc.hook {
				t.Errorf("function %q, hook: %v; want %q, %v", f.Name, f.TrafficHook, tc.function, tc.hook)
			}
		})
	}
}

// TestTrafficHookOfBlueprint: a blueprint's hooks are the app's.
func TestTrafficHookOfBlueprint(t *testing.T) {
	b := app.NewBlueprint()
	b.LambdaFunction(app.TrafficHook(smoke))
	a := app.New("app")
	a.RegisterBlueprint(b, app.NamePrefix("shop_"))
	if f := model(t, a).Functions[0]; f.Name != "shop_smoke" || !f.TrafficHook {
		t.Errorf("%+v", f)
	}
}

func TestTrafficHookMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		check  func(context.Context) error
		teller bool
		want   string
	}{
		"nil":       {nil, true, "the handler is nil"},
		"no name":   {func(context.Context) error { return nil }, true, `add app.Name("...")`},
		"no import": {smoke, false, `import _ "github.com/chalice-go/chalice/codedeploy"`},
	} {
		t.Run(name, func(t *testing.T) {
			if !tc.teller {
				before := lifecycle.Teller()
				t.Cleanup(func() { lifecycle.Provide(before) })
				lifecycle.Provide(nil)
			}
			a := app.New("app")
			a.LambdaFunction(app.TrafficHook(tc.check))
			_, err := a.Registry()
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "app/traffichook_test.go:") {
				t.Errorf("got %v, want a mistake at the registration with %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one mistake:\n%v", err)
			}
		})
	}
}

// FuzzTrafficHook: whatever comes, a check runs only for an event with both ids, which are
// what encoding/json reads.
func FuzzTrafficHook(f *testing.F) {
	f.Add([]byte(`{"DeploymentId":"d-1","LifecycleEventHookExecutionId":"e"}`))
	f.Add([]byte(`{"DeploymentId":"\u0064-1","LifecycleEventHookExecutionId":"\ud800","Combined":null}`))
	f.Add([]byte(`{"DeploymentId":7,"LifecycleEventHookExecutionId":"e"}`))
	f.Add([]byte(`{"DeploymentId":"a","DeploymentId":"","LifecycleEventHookExecutionId":"e"}`))
	f.Add([]byte(`[]`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ran := false
		hook := app.TrafficHook(func(ctx context.Context) error {
			ran = true
			got, ok := lifecycle.Of(ctx)
			var want map[string]any
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatalf("the check ran for what is no object: %v", err)
			}
			if !ok || want["DeploymentId"] != got.DeploymentID || want["LifecycleEventHookExecutionId"] != got.ExecutionID {
				t.Fatalf("the check ran for %+v, want %v", got, want)
			}
			return nil
		})
		result, err := hook(t.Context(), data)
		if (err == nil) != ran {
			t.Fatalf("the check ran: %v, and the error is %v", ran, err)
		}
		if _, err := json.Marshal(result); err != nil {
			t.Fatal(err)
		}
	})
}
