package sample_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/internal/sample"
)

// shop has a function of each kind, whose handlers record what they got.
func shop(seen *string) *app.App {
	a := app.New("shop")
	auth := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		*seen = r.Token() + " " + r.MethodARN()
		return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
	}, app.Name("auth"))
	request := func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		*seen = r.Method() + " " + r.URLPath() + " " + r.Param("id") + " " + r.Header("Content-Type") + " " + string(body)
		return "ok", err
	}
	a.Route("/", request, app.Name("index"))
	a.Route("/orders/{id}", request, app.Methods("GET", "PUT"), app.Name("order"), app.Auth(auth))
	a.Route("/secret", request, app.Auth(app.IAMAuthorizer()), app.APIKeyRequired(), app.Name("secret"))
	a.Route("/files/{path+}", request, app.Methods("POST"), app.Name("upload"), app.ContentTypes("image/png"))
	timed := func(_ context.Context, e *app.CloudWatchEvent) error {
		*seen = e.Source() + " " + e.DetailType() + " " + string(e.Raw())
		return nil
	}
	a.Schedule("rate(1 day)", timed, app.Name("tick"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"aws.ec2"}, "detail": map[string]any{"state": []string{"running"}}}, timed, app.Name("started"))
	a.OnS3Event("pictures", func(_ context.Context, e *app.S3Event) error { *seen = e.Bucket() + " " + e.Key(); return nil },
		app.Prefix("my images/"), app.Suffix(".jpg"), app.Name("resize"))
	a.OnSNSMessage("news", func(_ context.Context, e *app.SNSEvent) error { *seen = e.Subject() + " " + e.Message(); return nil }, app.Name("notify"))
	a.OnS3Event("pictures", func(_ context.Context, e *app.S3Event) error {
		*seen = e.EventName() + " " + e.Bucket() + " " + e.Key()
		return nil
	},
		app.KeyFilter("my images/", ".jpg"), app.KeyFilter("other/", ""), app.ViaEventBridge(), app.Name("index_again"))
	a.OnSNSMessage("news", func(_ context.Context, e *app.SNSEvent) error {
		*seen = e.MessageAttribute("topic") + " " + e.MessageAttribute("priority") + " " + e.MessageAttribute("urgent")
		return nil
	}, app.FilterPolicy(app.Pattern{"topic": []string{"rugby"}, "priority": []any{map[string]any{"numeric": []any{">=", 3}}}, "urgent": []bool{true}}), app.Name("filtered"))
	a.OnSNSMessage("news", func(_ context.Context, e *app.SNSEvent) error { *seen = e.Message(); return nil },
		app.FilterPolicy(app.Pattern{"order": map[string]any{"state": []string{"paid"}}}, app.MessageBody), app.Name("filtered_body"))
	a.OnSQSMessage("jobs.fifo", func(_ context.Context, e *app.SQSEvent) error { *seen = e.Records()[0].Body(); return nil }, app.Name("work"))
	a.OnKinesisRecord("clicks", func(_ context.Context, e *app.KinesisEvent) error { *seen = string(e.Records()[0].Data()); return nil }, app.Name("count"))
	a.OnDynamoDBRecord("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000", func(_ context.Context, e *app.DynamoDBEvent) error {
		r := e.Records()[0]
		var item, keys map[string]any
		err := errors.Join(r.DecodeNew(&item), r.DecodeKeys(&keys))
		text, _ := json.Marshal([]any{r.EventName(), r.TableName(), keys, item})
		*seen = string(text)
		return err
	}, app.Name("changed"))
	a.OnLogEvents("/aws/lambda/shop-dev", func(_ context.Context, e *app.LogsEvent) error { *seen = e.Events()[0].Message(); return nil }, app.Name("alarm"))
	socket := func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		*seen = e.ConnectionID() + " " + e.Body()
		return nil, nil
	}
	a.OnWSConnect(socket)
	a.OnWSMessage(socket)
	a.OnWSDisconnect(socket)
	a.LambdaFunction(func(_ context.Context, event json.RawMessage) (any, error) { *seen = string(event); return event, nil }, app.Name("report"))
	return a
}

// model describes an app as a program with it would.
func model(t testing.TB, a *app.App) *app.Model {
	t.Helper()
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	data, err := registry.Model().JSON()
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// handle invokes a function of the app with an event.
func handle(t testing.TB, a *app.App, function string, event []byte) []byte {
	t.Helper()
	h, err := dispatch.NewHandler(a, function)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), event)
	if err != nil {
		t.Fatalf("%s refuses its sample: %v\n%s", function, err, event)
	}
	return out
}

// kinds returns the constants of type FunctionKind, from the source of package
// app.
func kinds(t *testing.T) []app.FunctionKind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../app/model.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []app.FunctionKind
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "FunctionKind" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, app.FunctionKind(text))
		}
		return true
	})
	return all
}

func TestEachKindHasASample(t *testing.T) {
	var seen string
	a := shop(&seen)
	m := model(t, a)
	all := kinds(t)
	if len(all) < 11 {
		t.Fatalf("found %q", all)
	}
	for _, kind := range all {
		i := slices.IndexFunc(m.Functions, func(f app.FunctionModel) bool { return f.Kind == kind })
		if i < 0 {
			t.Errorf("the test's app has no function of the kind %s", kind)
			continue
		}
		name := m.Functions[i].FunctionName()
		event, err := sample.Event(m, name, sample.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		seen = ""
		if handle(t, a, name, event); seen == "" {
			t.Errorf("%s was not called", name)
		}
	}
}

// TestEveryNameHasASample: for everything in the app there is an event that its
// function accepts, and it is always the same.
func TestEveryNameHasASample(t *testing.T) {
	var seen string
	a := shop(&seen)
	m := model(t, a)
	for _, name := range sample.Names(m) {
		event, err := sample.Event(m, name, sample.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		again, err := sample.Event(m, name, sample.Options{})
		if err != nil || !bytes.Equal(event, again) {
			t.Errorf("%s: the second sample is another one: %v", name, err)
		}
		function := name
		if strings.Contains(name, " ") {
			function = app.RESTHandler
		}
		seen = ""
		out := handle(t, a, function, event)
		if seen == "" || function == app.RESTHandler && !bytes.Contains(out, []byte(`"statusCode":200`)) {
			t.Errorf("%s: the handler wasn't called: %s", name, out)
		}
	}
}

func TestSamplesFitTheFunction(t *testing.T) {
	body := func(text string) sample.Options { return sample.Options{Body: &text} }
	for name, tc := range map[string]struct {
		sample  string
		options sample.Options
		want    string // the beginning of what the handler got
	}{
		"the functions of all routes":    {"api_handler", sample.Options{}, "GET /"},
		"a route by its name":            {"order", sample.Options{}, "GET /orders/1 1"},
		"a route by method and path":     {"PUT /orders/{id}", sample.Options{}, `PUT /orders/1 1 application/json {"key":"value"}`},
		"a method in small letters":      {"put /orders/{id}", body("{}"), `PUT /orders/1 1 application/json {}`},
		"a route by its path":            {"/files/{path+}", body("bytes"), "POST /files/1  image/png bytes"},
		"an authorizer":                  {"auth", sample.Options{}, "allow arn:aws:execute-api:"},
		"an authorizer's token":          {"auth", body("secret"), "secret arn:aws:execute-api:"},
		"what a pattern asks for":        {"started", sample.Options{}, "aws.ec2 Example"},
		"a schedule":                     {"tick", sample.Options{}, "aws.events Scheduled Event"},
		"a filter of keys":               {"resize", sample.Options{}, "pictures my images/example.jpg"},
		"an event by EventBridge":        {"index_again", sample.Options{}, "ObjectCreated:Put pictures my images/example.jpg"},
		"what a filter policy asks for":  {"filtered", sample.Options{}, "rugby 3 [true]"},
		"the same of a message's text":   {"filtered_body", sample.Options{}, `{"order":{"state":"paid"}}`},
		"a message's own text":           {"filtered_body", body("hi"), "hi"},
		"a topic's message":              {"notify", body("hi"), "Example hi"},
		"a queue's message":              {"work", body(`{"a": "<b>"}`), `{"a": "<b>"}`},
		"a stream's data":                {"count", body("hi"), "hi"},
		"a table's item":                 {"changed", body(`{"id": "a", "n": 12345678901234567890, "l": [true, null, {"x": 1}]}`), `["INSERT","orders",{"id":"a"},{"id":"a","l":[true,null,{"x":1}],"n":12345678901234567`},
		"a websocket's message":          {"websocket_message", body("hi"), "L0SM9cOFvHcCIhw= hi"},
		"the event of a plain function":  {"report", body(`[1, 2]`), "[\n  1,\n  2\n]"},
		"a body is text, whatever it is": {"notify", body(""), "Example "},
	} {
		t.Run(name, func(t *testing.T) {
			var seen string
			a := shop(&seen)
			event, err := sample.Event(model(t, a), tc.sample, tc.options)
			if err != nil {
				t.Fatal(err)
			}
			function := tc.sample
			registry, err := a.Registry()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(registry.FunctionNames(), function) {
				function = app.RESTHandler
			}
			handle(t, a, function, event)
			if !strings.HasPrefix(seen, tc.want) {
				t.Errorf("saw %q, want %q\n%s", seen, tc.want, event)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	var seen string
	m := model(t, shop(&seen))
	for name, tc := range map[string]struct {
		sample, body, want string
	}{
		"a name that nothing has":       {"nothing", "", `the app has no function or route "nothing"; it has api_handler, auth, tick,`},
		"a method that the route lacks": {"POST /orders/{id}", "", `the app has no function or route "POST /orders/{id}"`},
		"a schedule's body":             {"tick", "x", "an event of tick carries no body: functions of the kind schedule get none"},
		"a bucket's body":               {"resize", "x", "an event of resize carries no body"},
		"a connection's body":           {"websocket_connect", "x", "an event of websocket_connect carries no body"},
		"an event that is no JSON":      {"report", "{", `the event of report is its body, which has to be JSON: "{" isn't`},
		"an item that is no object":     {"changed", "[]", `the body for changed is to be the table's new item, a JSON object: "[]" is none`},
		"an item with something behind": {"changed", "{} {}", `the body for changed is to be the table's new item`},
		"a detail that is no object":    {"started", "null", `the body for started is to be the event's detail, a JSON object: "null" is none`},
		"a blank token":                 {"auth", " ", "the body for an authorizer is its token"},
	} {
		t.Run(name, func(t *testing.T) {
			o := sample.Options{}
			if tc.body != "" {
				o.Body = &tc.body
			}
			if event, err := sample.Event(m, tc.sample, o); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %v, want %s\n%s", err, tc.want, event)
			}
		})
	}
}

// TestMembersAreThoseOfTests compares the events with those of package apptest:
// both have the same members.
func TestMembersAreThoseOfTests(t *testing.T) {
	var seen string
	a := shop(&seen)
	m := model(t, a)
	events := apptest.NewClient(t, a).Events
	for function, event := range map[string]json.RawMessage{
		"tick":        events.Schedule(),
		"started":     events.CloudWatch("aws.ec2", "Example", map[string]any{"state": "running"}),
		"resize":      events.S3("pictures", "x.jpg"),
		"index_again": events.S3("pictures", "x.jpg", apptest.ViaEventBridge()),
		"notify":      events.SNS("hi", apptest.Attributes(map[string]apptest.Attribute{"example": {Value: "v"}})),
		"work":        events.SQSMessages("jobs.fifo", apptest.SQSMessage{Body: "hi", GroupID: "group"}),
		"count":       events.Kinesis("clicks", []byte("hi")),
		"changed":     events.DynamoDB("orders", apptest.Change{Keys: map[string]any{"Id": 1}, New: map[string]any{"Id": 1, "Message": "x"}}),
	} {
		own, err := sample.Event(m, function, sample.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(members(t, event), members(t, own)); diff != "" {
			t.Errorf("%s: apptest -, sample +\n%s", function, diff)
		}
	}
}

// members returns the paths of all members of a JSON document.
func members(t *testing.T, document []byte) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		t.Fatal(err)
	}
	var all []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(path+"."+name, inner)
			}
		case []any:
			for _, inner := range v {
				walk(path+"[]", inner)
			}
		default:
			all = append(all, path)
		}
	}
	walk("", v)
	slices.Sort(all)
	return slices.Compact(all)
}

// TestFrontsOfRoutes: the sample of a route is an event of what stands in front,
// and the handler gets the same request of it.
func TestFrontsOfRoutes(t *testing.T) {
	for apiType, want := range map[string]string{
		"":             `"resource": "/files/{path+}"`,
		"rest":         `"resource": "/files/{path+}"`,
		"http":         `"routeKey": "POST /files/{path+}"`,
		"function_url": `.lambda-url.us-east-1.on.aws"`,
	} {
		var seen string
		a := shop(&seen)
		event, err := sample.Event(a.Describe(), "upload", sample.Options{APIType: apiType})
		if err != nil || !strings.Contains(string(event), want) {
			t.Fatalf("%s: %v, no %s in %s", apiType, err, want, event)
		}
		h, err := dispatch.NewHandler(a, app.RESTHandler)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Invoke(t.Context(), event); err != nil || !strings.HasPrefix(seen, "POST /files/1 ") {
			t.Errorf("%s: the handler saw %q, %v", apiType, seen, err)
		}
	}
}
