package app_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// senders make events of GET for a path below /users, as each source passes on
// what a client wrote. encoded is the path as the client wrote it, decoded is
// what an HTTP API makes of it.
var senders = map[string]func(encoded, decoded string) string{
	"REST API": func(encoded, _ string) string {
		return `{"path":` + jsonText("/users/"+encoded) + `,"pathParameters":{"id":` + jsonText(encoded) + `},
			"requestContext":{"resourcePath":"/users/{id}","httpMethod":"GET"}}`
	},
	"HTTP API": func(_, decoded string) string {
		return `{"version":"2.0","routeKey":"$default","rawPath":` + jsonText("/users/"+decoded) + `,
			"requestContext":{"domainName":"id.execute-api.us-west-2.amazonaws.com","stage":"$default","http":{"method":"GET"}}}`
	},
	"HTTP API with routes of its own": func(_, decoded string) string {
		return `{"version":"2.0","routeKey":"GET /users/{id}","rawPath":` + jsonText("/users/"+decoded) + `,"pathParameters":{"id":` + jsonText(decoded) + `},
			"requestContext":{"domainName":"shop.example.com","stage":"$default","http":{"method":"GET"}}}`
	},
	"HTTP API, format 1.0": func(_, decoded string) string {
		return `{"version":"1.0","path":` + jsonText("/users/"+decoded) + `,"httpMethod":"GET","pathParameters":{"id":` + jsonText(decoded) + `},
			"requestContext":{"stage":"$default","resourcePath":"/users/{id}","httpMethod":"GET"}}`
	},
	"function URL": func(encoded, _ string) string {
		return `{"version":"2.0","routeKey":"$default","rawPath":` + jsonText("/users/"+encoded) + `,
			"requestContext":{"domainName":"id.lambda-url.us-west-2.on.aws","stage":"$default","http":{"method":"GET"}}}`
	},
	"load balancer": func(encoded, _ string) string {
		return `{"path":` + jsonText("/users/"+encoded) + `,"httpMethod":"GET","requestContext":{"elb":{"targetGroupArn":"arn"}}}`
	},
}

func jsonText(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// TestParams: whatever sent a request, its parameters are decoded, once.
func TestParams(t *testing.T) {
	matcher := app.NewMatcher([]string{"/users/{id}"})
	for encoded, decoded := range map[string]string{
		"7":              "7",
		"a%20b":          "a b",
		"a+b%2Bc":        "a+b+c", // a + is no space in a path
		"100%25":         "100%",
		"100%2525":       "100%25",
		"%E2%9C%93":      "✓",
		"é":              "é",
		"a%2525252Fb":    "a%25252Fb",
		"%":              "%", // what is no encoding stays
		"50%zz":          "50%zz",
		"a%2":            "a%2",
		"x%3Fy%23z":      "x?y#z",
		"%7Bbraces%7D":   "{braces}",
		"me%40mail.test": "me@mail.test",
	} {
		for name, event := range senders {
			r := newRequest(t, event(encoded, decoded))
			if !matcher.Resolve(r) {
				t.Errorf("%s, %s: no route", name, encoded)
				continue
			}
			wantRaw := encoded
			if r.PathDecoded() {
				wantRaw = decoded
			}
			value, ok := r.LookupParam("id")
			got := []any{r.Path(), r.Param("id"), value, ok, r.HasParam("id"), r.Params(), r.RawParam("id"), r.ToMap()["uri_params"]}
			want := []any{"/users/{id}", decoded, decoded, true, true, map[string]string{"id": decoded}, wantRaw, map[string]string{"id": decoded}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, encoded, diff)
			}
			if r.Param("other") != "" || r.RawParam("other") != "" || r.HasParam("other") {
				t.Errorf("%s: has a parameter that the path lacks", name)
			}
		}
	}
}

// TestParamWithSlash: an encoded slash divides no path, if the source leaves it
// encoded.
func TestParamWithSlash(t *testing.T) {
	matcher := app.NewMatcher([]string{"/users/{id}", "/users/{id}/{more}", "/users/{id}/x/{rest+}"})
	for name, want := range map[string][2]string{
		"REST API":                        {"/users/{id}", "a/b"},
		"function URL":                    {"/users/{id}", "a/b"},
		"load balancer":                   {"/users/{id}", "a/b"},
		"HTTP API with routes of its own": {"/users/{id}", "a/b"},
		"HTTP API":                        {"/users/{id}/{more}", "a"}, // which nobody can tell from /users/a/b
	} {
		r := newRequest(t, senders[name]("a%2Fb", "a/b"))
		matcher.Resolve(r)
		if got := [2]string{r.Path(), r.Param("id")}; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"function URL": "b/c d", "load balancer": "b/c d"} {
		r := newRequest(t, senders[name]("a/x/b%2Fc%20d", ""))
		if matcher.Resolve(r); r.Param("rest") != want || r.RawParam("rest") != "b%2Fc%20d" {
			t.Errorf("%s: the rest is %q", name, r.Param("rest"))
		}
	}
}

// TestHTTPAPIPathIsDecodedOnce: what looks encoded in an HTTP API's path isn't
// decoded again.
func TestHTTPAPIPathIsDecodedOnce(t *testing.T) {
	matcher := app.NewMatcher([]string{"/users/{id}"})
	for _, value := range []string{"a%2Fb", "100%25", "a%20b", "a+b"} {
		for _, name := range []string{"HTTP API", "HTTP API with routes of its own"} {
			r := newRequest(t, senders[name]("", value))
			if matcher.Resolve(r); r.Param("id") != value || r.RawParam("id") != value {
				t.Errorf("%s, %s: got %q, raw %q", name, value, r.Param("id"), r.RawParam("id"))
			}
		}
	}
}
