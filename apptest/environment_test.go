package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// project makes a folder with a configuration.
func project(t *testing.T, configuration string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".chalice"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".chalice", "config.json"), []byte(configuration), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

const staged = `{
	"version": "2.0", "app_name": "shop",
	"environment_variables": {"SHOP_ALL": "all", "SHOP_V": "TOP LEVEL", "SHOP_REF": {"Ref": "Table"}},
	"stages": {
		"dev": {"api_gateway_stage": "v1", "lambda_functions": {
			"variables": {"environment_variables": {"SHOP_V": "OVERRIDE", "SHOP_MORE": "more"}},
			"api_handler": {"environment_variables": {"SHOP_V": "API"}}
		}},
		"prod": {"environment_variables": {"SHOP_V": "PROD"}}
	}
}`

// found returns the variables that a function finds in its environment.
func found(t *testing.T, client *apptest.Client, function string) map[string]string {
	t.Helper()
	result, err := client.Lambda.Invoke(function, nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	var v map[string]string
	result.JSON(&v)
	return v
}

func TestEnvironment(t *testing.T) {
	dir := project(t, staged)
	common := map[string]string{"SHOP_ALL": "all", "SHOP_V": "TOP LEVEL"}
	t.Run("the test", func(t *testing.T) {
		client := apptest.NewClient(t, newShop(), apptest.ProjectDir(dir))
		want := map[string]string{"SHOP_ALL": "all", "SHOP_V": "OVERRIDE", "SHOP_MORE": "more"}
		if diff := cmp.Diff(want, found(t, client, "variables")); diff != "" {
			t.Errorf("a function with variables of its own (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(common, found(t, client, "variables2")); diff != "" {
			t.Errorf("a function without (-want +got):\n%s", diff)
		}
		if got := client.HTTP.Get("/variable").Text(); got != "API" {
			t.Errorf("a route sees %q", got)
		}
		if _, err := client.Lambda.Invoke("fail", nil); err == nil {
			t.Error("fail didn't")
		}
		if got := os.Getenv("SHOP_V"); got != "TOP LEVEL" {
			t.Errorf("the test itself sees %q", got)
		}
		if got, ok := os.LookupEnv("SHOP_MORE"); ok {
			t.Errorf("the test itself sees a function's own variable, %q", got)
		}
		t.Setenv("SHOP_ALL", "other")
		if got := found(t, client, "variables2")["SHOP_ALL"]; got != "other" {
			t.Errorf("a function sees %q where the test has set another value", got)
		}
		var echoed struct{ Stage string }
		client.HTTP.Get("/echo/a").JSON(&echoed)
		if echoed.Stage != "v1" {
			t.Errorf("requests are of the stage %q", echoed.Stage)
		}
	})
	for _, name := range []string{"SHOP_ALL", "SHOP_V", "SHOP_MORE", "SHOP_REF"} {
		if got, ok := os.LookupEnv(name); ok {
			t.Errorf("%s is still %q after the test", name, got)
		}
	}
}

// TestEnvironmentIsRestored: variables get their former values back, and aren't
// just unset.
func TestEnvironmentIsRestored(t *testing.T) {
	t.Setenv("SHOP_V", "mine")
	t.Setenv("SHOP_MORE", "mine too")
	dir := project(t, staged)
	t.Run("the test", func(t *testing.T) {
		client := apptest.NewClient(t, newShop(), apptest.ProjectDir(dir))
		if got := found(t, client, "variables")["SHOP_MORE"]; got != "more" {
			t.Errorf("the function sees %q", got)
		}
		if got := os.Getenv("SHOP_MORE"); got != "mine too" {
			t.Errorf("between calls the test sees %q", got)
		}
	})
	if got := os.Getenv("SHOP_V") + ", " + os.Getenv("SHOP_MORE"); got != "mine, mine too" {
		t.Errorf("after the test the variables are %s", got)
	}
}

// TestTurns: functions with different environments never run at the same time,
// functions with the same one do.
func TestTurns(t *testing.T) {
	arrived, release := make(chan bool), make(chan bool)
	meet := func(ctx context.Context, in json.RawMessage) (any, error) {
		arrived <- true
		<-release
		return os.Getenv("SHOP_V"), nil
	}
	a := app.New("turns")
	a.LambdaFunction(meet, app.Name("variables"))
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) {
		return map[string]string{"SHOP_V": os.Getenv("SHOP_V")}, nil
	}, app.Name("variables2"))
	client := apptest.NewClient(t, a, apptest.ProjectDir(project(t, staged)))

	var wg sync.WaitGroup
	var waited atomic.Int32
	invoke := func() {
		if got, err := client.Lambda.Invoke("variables", nil); err != nil || got.Text() != `"OVERRIDE"` {
			t.Errorf("got %v, error %v", got, err)
		}
	}
	wg.Go(invoke)
	<-arrived // the first function runs
	for range 20 {
		wg.Go(func() {
			if v := found(t, client, "variables2"); v["SHOP_V"] != "TOP LEVEL" || v["SHOP_MORE"] != "" {
				t.Errorf("a function sees the variables of another: %v", v)
			}
			waited.Add(1)
		})
	}
	wg.Go(invoke)
	<-arrived // the second one joins it, although others wait
	time.Sleep(10 * time.Millisecond)
	if n := waited.Load(); n > 0 {
		t.Errorf("%d calls of another environment did not wait", n)
	}
	close(release)
	wg.Wait()
}

func TestStages(t *testing.T) {
	dir := project(t, staged)
	bad := project(t, `{"version": "2.0", "app_name": "shop", "stagez": {}}`)
	for name, tc := range map[string]struct {
		opts   []apptest.Option
		want   string // the value of SHOP_V, or the failure
		failed bool
	}{
		"dev":                {[]apptest.Option{apptest.ProjectDir(dir)}, "API", false},
		"prod":               {[]apptest.Option{apptest.ProjectDir(dir), apptest.Stage("prod")}, "PROD", false},
		"none":               {[]apptest.Option{apptest.ProjectDir(t.TempDir()), apptest.Stage("any")}, "", false},
		"a stage not there":  {[]apptest.Option{apptest.ProjectDir(dir), apptest.Stage("pord")}, `has no stage "pord", only dev, prod`, true},
		"a misspelt setting": {[]apptest.Option{apptest.ProjectDir(bad)}, "stagez", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			failures := record(t, func(t testing.TB) {
				got = apptest.NewClient(t, newShop(), tc.opts...).HTTP.Get("/variable").Text()
			})
			if tc.failed {
				got = strings.Join(failures, "\n")
			}
			if tc.failed != (len(failures) > 0) || !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("got %q, failures %q", got, failures)
			}
		})
	}
}

// TestNearestProject: a test runs in the folder of its package, which can be
// anywhere in the project.
func TestNearestProject(t *testing.T) {
	dir := project(t, staged)
	deep := filepath.Join(dir, "internal", "orders")
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(deep)
	if got := apptest.NewClient(t, newShop()).HTTP.Get("/variable").Text(); got != "API" {
		t.Errorf("got %q, want API", got)
	}
}

func TestSetenv(t *testing.T) {
	dir := project(t, staged)
	t.Run("the test", func(t *testing.T) {
		apptest.Setenv(t, apptest.ProjectDir(dir))
		if got := os.Getenv("SHOP_V") + os.Getenv("SHOP_REF"); got != "API" {
			t.Errorf("got %q, want API", got)
		}
	})
	if got := os.Getenv("SHOP_V"); got != "" {
		t.Errorf("after the test: %q", got)
	}
}

// TestSetenvIsAdvised: an app that reads variables while it is declared has
// mistakes without them, and the message advises Setenv.
func TestSetenvIsAdvised(t *testing.T) {
	dir := project(t, `{"version": "2.0", "app_name": "shop", "environment_variables": {"SHOP_QUEUE": "jobs", "SHOP_V": "1"}}`)
	newReading := func() *app.App {
		a := app.New("reading")
		a.OnSQSMessage(os.Getenv("SHOP_QUEUE"), func(context.Context, *app.SQSEvent) error { return nil }, app.Name("work"))
		return a
	}
	const advice = "The app was made without the stage's value of SHOP_QUEUE, SHOP_V. If it reads the environment while it is declared, call apptest.Setenv(t) before it is made."
	t.Run("without", func(t *testing.T) {
		got := strings.Join(record(t, func(t testing.TB) { apptest.NewClient(t, newReading(), apptest.ProjectDir(dir)) }), "")
		if !strings.HasPrefix(got, "the app has mistakes:\n") || !strings.HasSuffix(got, "\n"+advice) {
			t.Errorf("got %s\nwant %s at its end", got, advice)
		}
	})
	t.Run("with", func(t *testing.T) {
		apptest.Setenv(t, apptest.ProjectDir(dir))
		apptest.NewClient(t, newReading(), apptest.ProjectDir(dir))
	})
	t.Run("other mistakes", func(t *testing.T) {
		apptest.Setenv(t, apptest.ProjectDir(dir))
		wrong := app.New("wrong")
		wrong.Route("users", index)
		got := strings.Join(record(t, func(t testing.TB) { apptest.NewClient(t, wrong, apptest.ProjectDir(dir)) }), "")
		if strings.Contains(got, "Setenv") || got == "" {
			t.Errorf("got %s", got)
		}
	})
}

// TestTimeout: an invocation has the time that the stage gives the function.
func TestTimeout(t *testing.T) {
	a := app.New("slow")
	a.LambdaFunction(func(ctx context.Context, in json.RawMessage) (any, error) {
		deadline, ok := ctx.Deadline()
		return time.Until(deadline).Round(time.Minute).String(), map[bool]error{false: errFail}[ok]
	}, app.Name("slow"))
	dir := project(t, `{"version": "2.0", "app_name": "slow", "lambda_timeout": 60,
		"lambda_functions": {"slow": {"lambda_timeout": 600}}}`)
	got, err := apptest.NewClient(t, a, apptest.ProjectDir(dir)).Lambda.Invoke("slow", nil)
	if err != nil || got.Text() != `"10m0s"` {
		t.Errorf("got %v, error %v", got, err)
	}
}

// TestMistakes: wrong registrations end the test with a message that says where
// they are.
func TestMistakes(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	at := func(below int) string { return fmt.Sprintf("apptest/environment_test.go:%d: ", line+below) }
	wrong := app.New("wrong")
	wrong.Route("users", index)
	wrong.Schedule("rate(0 minutes)", nil, app.Name("never"))
	for name, tc := range map[string]struct {
		app  *app.App
		want []string
	}{
		"mistakes": {wrong, []string{
			"the app has mistakes:\n",
			at(3) + `path "users" has to start with a slash`,
			at(4) + `the handler is nil`,
			at(4) + `schedule "rate(0 minutes)": 0 is no positive number`,
		}},
		"no app": {nil, []string{"apptest.NewClient needs an app"}},
	} {
		t.Run(name, func(t *testing.T) {
			failures := record(t, func(t testing.TB) {
				apptest.NewClient(t, tc.app)
				t.Errorf("the test went on")
			})
			if len(failures) != 1 {
				t.Fatalf("got %q, want one failure", failures)
			}
			for _, want := range tc.want {
				if !strings.Contains(failures[0], want) {
					t.Errorf("got %s\nwant %s in it", failures[0], want)
				}
			}
		})
	}
}
