package apptest_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func TestInvoke(t *testing.T) {
	client := apptest.NewClient(t, newShop())
	const arn = "arn:aws:execute-api:us-west-2:123:api/dev/GET/needs/auth"
	for name, tc := range map[string]struct {
		function string
		payload  any
		want     string
	}{
		"nothing":           {"double", nil, `[{},{}]`},
		"a value":           {"double", map[string]int{"a": 1}, `[{"a":1},{"a":1}]`},
		"a text":            {"double", "a", `["a","a"]`},
		"bytes":             {"double", []byte(`{"b": 2}`), `[{"b":2},{"b":2}]`},
		"raw JSON":          {"double", json.RawMessage(`3`), `[3,3]`},
		"Lambda's context":  {"who", nil, `{"arn":"arn:aws:lambda:us-east-1:123456789012:function:who","id":36,"limited":true}`},
		"a message":         {"websocket_message", client.Events.WebsocketMessage("c1", "hi"), `{"body":"c1 says hi","statusCode":200}`},
		"an authorizer":     {"checkToken", map[string]string{"type": "TOKEN", "authorizationToken": "user", "methodArn": arn}, `{"context":{},"policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":["arn:aws:execute-api:us-west-2:123:api/dev/GET/private"]}],"Version":"2012-10-17"},"principalId":"ada"}`},
		"authorizer's null": {"checkToken", map[string]string{"type": "TOKEN", "authorizationToken": "none", "methodArn": arn}, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client.Lambda.Invoke(tc.function, tc.payload)
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != tc.want {
				t.Errorf("got  %s\nwant %s", got.Payload, tc.want)
			}
		})
	}
}

func TestInvokeFails(t *testing.T) {
	client := apptest.NewClient(t, newShop()).Lambda
	if _, err := client.Invoke("fail", nil); err != errFail {
		t.Errorf("got error %v, want the handler's own", err)
	}
	if _, err := client.Invoke("double", []byte("{")); err == nil || !strings.Contains(err.Error(), "no JSON") {
		t.Errorf("an event that is no JSON: got error %v", err)
	}
	if _, err := client.Invoke("double", func() {}); err == nil || err.Error() != "the payload for double: json: unsupported type: func()" {
		t.Errorf("a payload that can't be JSON: got error %v", err)
	}

	var panicked *apptest.PanicError
	if _, err := client.Invoke("panics", nil); !errors.As(err, &panicked) || !errors.Is(err, errFail) {
		t.Errorf("got error %v, want a panic with the handler's error", err)
	} else if !strings.HasPrefix(err.Error(), "panic: failed as asked\n") || !strings.Contains(err.Error(), "shop.go") {
		t.Errorf("the error doesn't tell where: %v", err)
	}
	if _, err := client.Invoke("panics2", nil); !errors.As(err, &panicked) || panicked.Value != "a text" || errors.Unwrap(err) != nil {
		t.Errorf("got error %v, want a panic with a text", err)
	}
}

func TestUnknownFunction(t *testing.T) {
	routes := app.New("routes")
	routes.Route("/", index)
	for name, tc := range map[string]struct {
		app      *app.App
		function string
		want     string
	}{
		"misspelt":              {newUsers(), "renam", `the app has no function "renam": it has rename`},
		"a route":               {newUsers(), "getUser", `the app has no function "getUser": it has rename`},
		"that of the routes":    {newUsers(), "api_handler", `api_handler is the function of the routes: use the client's HTTP`},
		"an app of only routes": {routes, "index", `the app has no function "index", and no other but routes`},
		"an app of nothing":     {app.New("nothing"), "api_handler", `api_handler is the function of the routes: use the client's HTTP`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := apptest.NewClient(t, tc.app).Lambda.Invoke(tc.function, nil)
			var unknown *apptest.UnknownFunctionError
			if !errors.As(err, &unknown) || unknown.Name != tc.function || err.Error() != tc.want {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestResultJSON(t *testing.T) {
	failures := record(t, func(t testing.TB) {
		result, err := apptest.NewClient(t, newShop()).Lambda.Invoke("double", 4)
		if err != nil {
			t.Fatal(err)
		}
		var v []int
		if result.JSON(&v); !cmp.Equal(v, []int{4, 4}) {
			t.Errorf("got %v", v)
		}
		var s string
		result.JSON(&s)
	})
	want := []string{"what double returned as *string: json: cannot unmarshal array into Go value of type string\n[4,4]"}
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

// TestFailed reads which records a function reports.
func TestFailed(t *testing.T) {
	a := app.New("each")
	a.OnSQSMessage("jobs", app.Each(func(ctx context.Context, r *app.SQSRecord) error {
		if _, ok := ctx.Deadline(); !ok || r.Body() == "bad" {
			return errors.New("bad")
		}
		return nil
	}), app.Name("work"))
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, app.Name("plain"))
	client := apptest.NewClient(t, a)
	for _, want := range [][]string{nil, {"message-id-2"}, {"message-id-2", "message-id-3"}} {
		bodies := []string{"good", "good", "good"}
		for i := range want {
			bodies[i+1] = "bad"
		}
		got, err := client.Lambda.Invoke("work", client.Events.SQS("jobs", bodies...))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Failed()); diff != "" {
			t.Errorf("%v (-want +got):\n%s", bodies, diff)
		}
	}
	failures := record(t, func(tb testing.TB) {
		if got, err := apptest.NewClient(tb, a).Lambda.Invoke("plain", nil); err != nil || got.Failed() != nil {
			t.Errorf("got %v, %v", got, err)
		}
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "plain reports no records") {
		t.Errorf("another answer fails the test with %q", failures)
	}
}
