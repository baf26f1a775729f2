package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

func closure() app.RouteHandler {
	return func(context.Context, *app.Request) (any, error) { return nil, nil }
}

func genericRoute[T any](context.Context, *app.Request) (any, error) { return nil, nil }

func get_taken(context.Context, *app.Request) (any, error) { return nil, nil }

// TestNamesOfRoutes: a route without a name gets one made of its method and
// path, which no other route has.
func TestNamesOfRoutes(t *testing.T) {
	a := app.New("names")
	var want []string
	route := func(r interface {
		Route(string, app.RouteHandler, ...app.RouteOption)
	}, path, name string, handler app.RouteHandler, options ...app.RouteOption) {
		r.Route(path, handler, options...)
		want = append(want, name)
	}
	route(a, "/", "get", closure())
	route(a, "/users/{id}", "get_users_id", closure())
	route(a, "/users/{id}", "delete_users_id", closure(), app.Methods("DELETE", "PUT"))
	route(a, "/users/id", "get_users_id_2", closure())
	route(a, "/users_id", "get_users_id_3", genericRoute[int])
	route(a, "/files/{path+}", "get_files_path", closure())
	route(a, "/well-known/a.B~c/__x__", "get_well_known_a_B_c_x", closure())
	route(a, "/all", "get_all", closure(), app.AnyMethod())
	route(a, "/named", "own", closure(), app.Name("own"))
	// Names of the app's own stay, wherever they are declared.
	route(a, "/taken", "get_taken_2", closure())
	route(a, "/other", "get_taken", get_taken)
	route(a, "/job", "get_job_2", closure())
	a.LambdaFunction(literal, app.Name("get_job"))
	route(a, "/auth", "get_auth_2", closure())
	a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("get_auth"))

	b := app.NewBlueprint()
	b.Route("/", closure())
	b.Route("/x", closure())
	b.OnWSMessage(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil })
	a.RegisterBlueprint(b, app.URLPrefix("/admin"), app.NamePrefix("admin_"))
	want = append(want, "admin_get_admin", "admin_get_admin_x")
	v2 := app.NewBlueprint()
	v2.Route("/users/{id}", closure())
	a.RegisterBlueprint(v2, app.URLPrefix("/v1"))
	a.RegisterBlueprint(v2, app.URLPrefix("/v2"))
	want = append(want, "get_v1_users_id", "get_v2_users_id")
	a.OnWSConnect(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil })
	a.OnWSDisconnect(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }, app.Name("gone"))

	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range registry.Model().Routes {
		got = append(got, r.Name)
		if strings.HasSuffix(r.Name, "_id") && !strings.Contains(r.Handler, ".closure.func") {
			t.Errorf("the handler of %s is %s", r.Name, r.Handler)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	got = nil
	for _, f := range registry.Functions() {
		got = append(got, f.Name+" "+f.LambdaName())
	}
	want = []string{"get_job get_job", "admin_websocket_message websocket_message", "websocket_connect websocket_connect", "gone websocket_disconnect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

// TestNamesThatReachAWS: every other handler needs a name.
func TestNamesThatReachAWS(t *testing.T) {
	for name, register := range map[string]func(*app.App){
		"LambdaFunction": func(a *app.App) { a.LambdaFunction(literal) },
		"TypedLambda":    func(a *app.App) { app.TypedLambda(a, func(context.Context, int) (int, error) { return 0, nil }) },
		"Schedule": func(a *app.App) {
			a.Schedule(app.Rate(1, app.Hours), func(context.Context, *app.CloudWatchEvent) error { return nil })
		},
		"OnCloudWatchEvent": func(a *app.App) {
			a.OnCloudWatchEvent(app.Pattern{"source": []string{"s"}}, func(context.Context, *app.CloudWatchEvent) error { return nil })
		},
		"OnS3Event":    func(a *app.App) { a.OnS3Event("bucket", func(context.Context, *app.S3Event) error { return nil }) },
		"OnSNSMessage": func(a *app.App) { a.OnSNSMessage("topic", func(context.Context, *app.SNSEvent) error { return nil }) },
		"OnSQSMessage": func(a *app.App) { a.OnSQSMessage("queue", func(context.Context, *app.SQSEvent) error { return nil }) },
		"OnKinesisRecord": func(a *app.App) {
			a.OnKinesisRecord("stream", func(context.Context, *app.KinesisEvent) error { return nil })
		},
		"OnDynamoDBRecord": func(a *app.App) {
			a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:123456789012:table/t/stream/s", func(context.Context, *app.DynamoDBEvent) error { return nil })
		},
		"OnLogEvents": func(a *app.App) { a.OnLogEvents("group", func(context.Context, *app.LogsEvent) error { return nil }) },
		"Authorizer": func(a *app.App) {
			a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("names")
			register(a)
			_, err := a.Registry()
			if err == nil || !strings.Contains(err.Error(), `AWS needs one: add app.Name("...")`) {
				t.Errorf("got %v", err)
			}
		})
	}
}
