package synth_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

func line(n int) *app.Source { return &app.Source{File: "main.go", Line: n} }

func fn(name string, kind app.FunctionKind, n int) app.FunctionModel {
	return app.FunctionModel{Name: name, Kind: kind, Source: line(n)}
}

// TestBuildReportsMistakes gives models that no program can describe, but a
// file can hold, and checks that all mistakes come at once, each in its place.
func TestBuildReportsMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		model app.Model
		want  []string
	}{
		"functions": {
			app.Model{Functions: []app.FunctionModel{
				fn("work", app.LambdaKind, 1), fn("work", app.LambdaKind, 2), fn("api_handler", app.LambdaKind, 3),
				fn("with space", app.LambdaKind, 4), fn("a", app.WSMessageKind, 5), fn("b", app.WSMessageKind, 6),
			}},
			[]string{
				`main.go:2: two functions are named "work", the other one at main.go:1: use app.Name`,
				`main.go:3: the name "api_handler" is reserved: use another`,
				`main.go:4: "with space" is no name for a function: it must be of 1 to 64 ASCII letters, digits, - and _; set another with app.Name`,
				"main.go:6: OnWSMessage is registered twice, also at main.go:5: an app has one handler of each websocket event",
			},
		},
		"a kind without resources": {
			app.Model{Functions: []app.FunctionModel{fn("read", "mailbox", 1)}},
			[]string{`main.go:1: function read is of the kind "mailbox", for which there are no resources`},
		},
		"paths": {
			app.Model{Routes: []app.RouteModel{
				{Path: "", Name: "a", Source: line(1)}, {Path: "b", Name: "b", Source: line(2)}, {Path: "/c/", Name: "c", Source: line(3)},
				{Path: "/{d", Name: "d", Source: line(4)}, {Path: "/{e+}/x", Name: "e", Source: line(5)}, {Path: "/{f}/{f}", Name: "f", Source: line(6)},
				{Path: "/", Name: "root"}, {Path: "/{g}/{path+}", Name: "g"},
			}},
			[]string{
				`main.go:1: the path is empty: the root is "/"`,
				`main.go:2: path "b" has to start with a slash`,
				`main.go:3: path "/c/" can't end in a slash: write "/c"`,
				`main.go:4: path "/{d": an opening brace has no closing one`,
				`main.go:5: path "/{e+}/x": {e+} takes the rest of the path, so it has to be its last part`,
				`main.go:6: path "/{f}/{f}" has two parameters named "f"`,
			},
		},
		"methods": {
			app.Model{Routes: []app.RouteModel{
				{Path: "/", Name: "one", Methods: []string{"GET", "PUT"}, Source: line(1)},
				{Path: "/", Name: "two", Methods: []string{"PUT"}},
			}},
			[]string{`PUT / has two handlers: "two" here and "one" at main.go:1`},
		},
		"CORS": {
			app.Model{
				API: &app.APIModel{CORS: &app.CORSModel{Enabled: true}},
				Routes: []app.RouteModel{
					{Path: "/x", Name: "one"},
					{Path: "/x", Name: "two", Methods: []string{"PUT"}, CORS: &app.CORSModel{Enabled: true, Config: &app.CORSConfig{AllowOrigin: "https://a.test"}}, Source: line(2)},
					{Path: "/y", Name: "three", Methods: []string{"GET", "OPTIONS"}, Source: line(3)},
				},
			},
			[]string{
				"main.go:2: the routes of /x have different CORS configurations, this one and that: a path has one",
				"main.go:3: /y has CORS, at main.go:3, and a handler for OPTIONS: API Gateway answers OPTIONS itself then, so remove one of them",
			},
		},
		"content types": {
			app.Model{Routes: []app.RouteModel{{Path: "/m", Name: "mixed", ContentTypes: []string{"image/png", "text/plain"}}}},
			[]string{`of the content types of "mixed", ["image/png"] are binary and ["text/plain"] are not: a route takes one or the other`},
		},
		"authorizers": {
			app.Model{
				Authorizers: []app.AuthorizerModel{{Name: "sigv4", Type: app.IAMAuthorizerType}, {Name: "sigv4", Type: app.BuiltinAuthorizerType}},
				Routes: []app.RouteModel{
					{Path: "/", Name: "index", Authorizer: "ghost"},
				},
			},
			[]string{
				`two different authorizers are named "sigv4"`,
				"view index of / has the authorizer ghost, which the app does not have",
			},
		},
		"scopes": {
			app.Model{
				Authorizers: []app.AuthorizerModel{{Name: "sigv4", Type: app.IAMAuthorizerType}},
				Routes:      []app.RouteModel{{Path: "/", Name: "index", Authorizer: "sigv4", Scopes: []string{"x"}}},
			},
			[]string{"view index of / asks for scopes of sigv4: an IAM authorizer has none"},
		},
		"queues": {
			app.Model{Functions: []app.FunctionModel{
				{Name: "none", Kind: app.SQSKind, SQS: &app.SQSModel{}},
				{Name: "url", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "https://sqs.us-west-2.amazonaws.com/1/q"}},
				{Name: "arn", Kind: app.SQSKind, SQS: &app.SQSModel{QueueARN: "q"}},
			}},
			[]string{
				"the queue is empty: give its name or its ARN",
				`queue "https://sqs.us-west-2.amazonaws.com/1/q" is a URL: give the queue's name, "q", or its ARN`,
				`queue "q" is neither the name nor the ARN of a queue, which is arn:aws:sqs:region:account:name`,
			},
		},
		"NUL": {
			app.Model{Routes: []app.RouteModel{{Path: "/", Name: "index", Doc: "a\x00b"}}},
			[]string{"the app or its configuration holds a NUL character in a string, which AWS accepts nowhere"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.model.Version, tc.model.Name = 1, "demo"
			_, err := synth.Build(synth.Input{Model: &tc.model, Stage: config.New("dev"), Version: "1.0.0"})
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestSameWords has apps with mistakes that a program finds itself, and looks for
// them in their models as well.
func TestSameWords(t *testing.T) {
	view := func(context.Context, *app.Request) (any, error) { return nil, nil }
	report := func(context.Context, json.RawMessage) (any, error) { return nil, nil }
	message := func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }
	check := func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }
	for name, register := range map[string]func(*app.App){
		"paths": func(a *app.App) {
			for _, path := range []string{"", "a", "/a/", "/{a", "/a}", "/f/{a}.json", "/{}", "/{a}/{a}", "/{a+}/b", "/x{a+}"} {
				a.Route(path, view, app.Name("view"))
			}
		},
		"methods": func(a *app.App) {
			a.Route("/", view, app.Name("one"), app.Methods("GET", "PUT"))
			a.Route("/", view, app.Name("two"), app.Methods("PUT"))
		},
		"CORS": func(a *app.App) {
			a.Route("/x", view, app.CORS())
			a.Route("/x", view, app.Methods("PUT"), app.CORS(app.CORSConfig{AllowOrigin: "https://a.test"}))
			a.Route("/y", view, app.CORS())
			a.Route("/y", view, app.Methods("OPTIONS"), app.NoCORS())
		},
		"content types": func(a *app.App) {
			a.Route("/", view, app.Name("v"), app.ContentTypes("image/png", "image/gif", "text/css"))
		},
		"functions": func(a *app.App) {
			a.LambdaFunction(report, app.Name("work"))
			a.LambdaFunction(report, app.Name("work"))
			a.LambdaFunction(report, app.Name("api_handler"))
			a.LambdaFunction(report, app.Name("with space"))
			a.OnWSMessage(message)
			a.OnWSMessage(message)
		},
		"authorizers": func(a *app.App) {
			const pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_"
			a.Route("/1", view, app.Auth(app.CognitoUserPool("pool", []string{pool + "a"})))
			a.Route("/2", view, app.Auth(app.CognitoUserPool("pool", []string{pool + "b"})))
			a.Authorizer(check, app.Name("check"))
			a.Authorizer(check, app.Name("check"))
		},
		"permissions": func(a *app.App) { a.LambdaFunction(report, app.Name("f"), app.Allow("*", "*")) },
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("words")
			register(a)
			model := a.Describe()
			if model.Mistakes == nil {
				t.Fatal("no mistakes")
			}
			_, err := synth.Build(synth.Input{Model: model, Stage: config.New("dev"), Version: "1.0.0"})
			if err == nil {
				t.Fatal("no error")
			}
			want, got := strings.Split(model.Mistakes.Error(), "\n"), strings.Split(err.Error(), "\n")
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-the program +its model)\n%s", diff)
			}
		})
	}
}

func TestSAMReportsCollidingIDs(t *testing.T) {
	for name, tc := range map[string]struct {
		model app.Model
		want  string
	}{
		"two functions": {
			app.Model{Functions: []app.FunctionModel{fn("foo_bar", app.LambdaKind, 1), fn("foo-bar", app.LambdaKind, 2)}},
			"main.go:2: function foo_bar and function foo-bar would both have the logical id FooBar",
		},
		"a function and the role": {
			app.Model{Functions: []app.FunctionModel{fn("default_role", app.LambdaKind, 1)}},
			"role default-role and function default_role would both have the logical id DefaultRole",
		},
		"a function and an event": {
			app.Model{Functions: []app.FunctionModel{
				fn("foo_event", app.LambdaKind, 1),
				{Name: "foo", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}},
			}},
			"function foo_event and event foo-event would both have the logical id FooEvent",
		},
		"a function and the API": {
			app.Model{Routes: []app.RouteModel{{Path: "/", Name: "index"}}, Functions: []app.FunctionModel{fn("RestAPI", app.LambdaKind, 1)}},
			"main.go:1: function RestAPI and REST API rest_api would both have the logical id RestAPI",
		},
		"a function and the API's handler": {
			app.Model{Routes: []app.RouteModel{{Path: "/", Name: "index"}}, Functions: []app.FunctionModel{fn("APIHandler", app.LambdaKind, 1)}},
			"function APIHandler and function api_handler would both have the logical id APIHandler",
		},
		"a name without a letter": {
			app.Model{Functions: []app.FunctionModel{fn("__", app.LambdaKind, 1)}},
			`name "__" gives an empty logical id`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.model.Version, tc.model.Name = 1, "demo"
			graph, err := synth.Build(synth.Input{Model: &tc.model, Stage: config.New("dev"), Version: "1.0.0"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := synth.SAM(graph); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v; want an error with %q", err, tc.want)
			}
		})
	}
}
