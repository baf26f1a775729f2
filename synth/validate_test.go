package synth_test

import (
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
				"main.go:2: duplicate function name work (also at main.go:1): names must be unique across all functions of the app",
				"main.go:3: the name api_handler belongs to a function of chalice's own; choose another",
				`main.go:4: "with space" is no name for a function: it must be of 1 to 64 ASCII letters, digits, - and _`,
				"main.go:6: duplicate websocket handler b: there can be only one ws_message",
			},
		},
		"paths": {
			app.Model{Routes: []app.RouteModel{
				{Path: "", Name: "a", Source: line(1)}, {Path: "b", Name: "b", Source: line(2)}, {Path: "/c/", Name: "c", Source: line(3)},
				{Path: "/{d", Name: "d", Source: line(4)}, {Path: "/{e+}/x", Name: "e", Source: line(5)}, {Path: "/{f}/{f}", Name: "f", Source: line(6)},
				{Path: "/", Name: "root"}, {Path: "/{g}/{path+}", Name: "g"},
			}},
			[]string{
				"main.go:1: the path of route a is empty; the root is /",
				"main.go:2: the path b of route b must start with /",
				"main.go:3: the path /c/ of route c must not end with /",
				"main.go:4: the path /{d of route d has a malformed parameter: a parameter is a whole segment such as {name}, or {name+} at the end",
				"main.go:5: the path /{e+}/x of route e has a malformed parameter: a parameter is a whole segment such as {name}, or {name+} at the end",
				"main.go:6: the path /{f}/{f} of route f has a malformed parameter: a parameter is a whole segment such as {name}, or {name+} at the end",
			},
		},
		"methods": {
			app.Model{Routes: []app.RouteModel{
				{Path: "/", Name: "one", Methods: []string{"GET", "PUT"}, Source: line(1)},
				{Path: "/", Name: "two", Methods: []string{"PUT"}},
			}},
			[]string{"duplicate method PUT on /: views one (also at main.go:1) and two both serve it"},
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
				"main.go:2: views one and two of /x have different CORS configurations; all that a path has must be the same",
				"main.go:3: view three serves OPTIONS on /y, which CORS answers by itself there: leave out one of the two",
			},
		},
		"content types": {
			app.Model{Routes: []app.RouteModel{{Path: "/m", Name: "mixed", ContentTypes: []string{"image/png", "text/plain"}}}},
			[]string{"view mixed of /m mixes binary content types (image/png) with others (text/plain)"},
		},
		"authorizers": {
			app.Model{
				Authorizers: []app.AuthorizerModel{{Name: "sigv4", Type: app.IAMAuthorizerType}, {Name: "sigv4", Type: app.BuiltinAuthorizerType}},
				Routes: []app.RouteModel{
					{Path: "/", Name: "index", Authorizer: "ghost"},
				},
			},
			[]string{
				"there are two authorizers named sigv4",
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
