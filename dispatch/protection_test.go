package dispatch_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// safe is an app whose routes are protected in all ways that there are. It
// records which of its code runs.
type safe struct {
	*app.App
	ran []string
}

// protectedRoutes are the paths of the app's protected routes, with the member
// of the event that lets a request through, and the scopes of which it needs
// one.
var protectedRoutes = map[string]struct {
	member string
	scopes []string
}{
	"/iam":            {"iam", nil},
	"/jwt":            {"jwt", nil},
	"/jwt/none":       {"jwt", nil},
	"/jwt/scoped":     {"jwt", []string{"orders/read", "orders/write"}},
	"/jwt/own":        {"jwt", []string{"orders/write"}},
	"/builtin":        {"lambda", nil},
	"/builtin/scoped": {"lambda", []string{"orders/read"}},
	"/custom":         {"lambda", nil},
	"/custom/scoped":  {"lambda", []string{"orders/read"}},
}

func newSafe(middleware bool) *safe {
	s := &safe{App: app.New("safe", app.DefaultCORS())}
	if middleware {
		s.Use(func(next app.Handler) app.Handler {
			return func(ctx context.Context, event any) (any, error) {
				s.ran = append(s.ran, "middleware")
				return next(ctx, event)
			}
		})
	}
	route := func(path string, options ...app.RouteOption) {
		s.Route(path, func(context.Context, *app.Request) (any, error) {
			s.ran = append(s.ran, path)
			return "reached", nil
		}, append(options, app.Name("r"+strings.ReplaceAll(path, "/", "_")))...)
	}
	builtin := s.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("builtin"))
	pool := app.CognitoUserPool("pool", []string{"arn:aws:cognito-idp:r:1:userpool/p"})
	scoped := app.CognitoUserPool("scoped", []string{"arn:aws:cognito-idp:r:1:userpool/p"}, app.Scopes("orders/read", "orders/write"))
	custom := app.CustomAuthorizer("custom", "arn:aws:apigateway:r:lambda:path/f")
	route("/open")
	route("/iam", app.Auth(app.IAMAuthorizer()))
	route("/jwt", app.Auth(pool))
	route("/jwt/none", app.Auth(scoped.WithScopes()))
	route("/jwt/scoped", app.Auth(scoped))
	route("/jwt/own", app.Auth(scoped.WithScopes("orders/write")))
	route("/builtin", app.Auth(builtin))
	route("/builtin/scoped", app.Auth(builtin.WithScopes("orders/read")))
	route("/custom", app.Auth(custom))
	route("/custom/scoped", app.Auth(custom.WithScopes("orders/read")))
	return s
}

// invoke returns the status and the headers of the answer. The status is 0 if
// the invocation fails.
func (s *safe) invoke(t testing.TB, event string) (status int, headers map[string]any) {
	t.Helper()
	h, err := dispatch.NewHandler(s.App, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	s.ran = nil
	out, err := h.Invoke(t.Context(), []byte(event))
	if err != nil {
		return 0, nil
	}
	var answer struct {
		StatusCode int
		Headers    map[string]any
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return answer.StatusCode, answer.Headers
}

// authorizerMembers are values of an event's requestContext.authorizer, with
// the member that shows which kind of authorizer was asked, and the scopes in
// it.
var authorizerMembers = map[string]struct {
	value  string // "" leaves the member out
	member string
	scopes []string
}{
	"nothing":                          {},
	"null":                             {value: `null`},
	"empty":                            {value: `{}`},
	"a list":                           {value: `[]`},
	"a list of what it should be":      {value: `[{"iam":{}},{"jwt":{}},{"lambda":{}}]`},
	"a text":                           {value: `"iam jwt lambda"`},
	"a number":                         {value: `1`},
	"true":                             {value: `true`},
	"a REST API's claims":              {value: `{"claims":{"sub":"u","scope":"orders/read"},"scopes":["orders/read"]}`},
	"a REST API's own":                 {value: `{"principalId":"u","integrationLatency":7}`},
	"another kind":                     {value: `{"mtls":{}}`},
	"other case":                       {value: `{"IAM":{},"Jwt":{},"LAMBDA":{}}`},
	"nested":                           {value: `{"authorizer":{"iam":{},"jwt":{},"lambda":{}}}`},
	"nulls":                            {value: `{"iam":null,"jwt":null,"lambda":null}`},
	"texts":                            {value: `{"iam":"x","jwt":"{}","lambda":"{}"}`},
	"lists":                            {value: `{"iam":[],"jwt":[{}],"lambda":[]}`},
	"truths":                           {value: `{"iam":true,"jwt":true,"lambda":true}`},
	"iam":                              {value: `{"iam":{"accountId":"1","userArn":"arn:aws:iam::1:user/u"}}`, member: "iam"},
	"iam with scopes":                  {value: `{"iam":{"scopes":["orders/read"]}}`, member: "iam"},
	"iam, escaped":                     {value: `{"\u0069am" : {}}`, member: "iam"},
	"iam twice":                        {value: `{"iam":{},"iam":{}}`},
	"iam twice, null first":            {value: `{"iam":null,"iam":{}}`},
	"iam twice, once escaped":          {value: `{"iam":{},"\u0069am":null}`},
	"jwt":                              {value: `{"jwt":{"claims":{"sub":"u"},"scopes":null}}`, member: "jwt"},
	"jwt without claims":               {value: `{"jwt":{}}`, member: "jwt"},
	"jwt with a list of scopes":        {value: `{"jwt":{"claims":{"sub":"u"},"scopes":["openid","orders/read"]}}`, member: "jwt", scopes: []string{"openid", "orders/read"}},
	"jwt with other scopes":            {value: `{"jwt":{"claims":{"sub":"u"},"scopes":["openid"]}}`, member: "jwt", scopes: []string{"openid"}},
	"jwt with an empty list":           {value: `{"jwt":{"claims":{},"scopes":[]}}`, member: "jwt"},
	"jwt with a claim":                 {value: `{"jwt":{"claims":{"scope":"openid orders/write"},"scopes":null}}`, member: "jwt", scopes: []string{"openid", "orders/write"}},
	"jwt with a claim, scp":            {value: `{"jwt":{"claims":{"scp":"orders/read"},"scopes":null}}`, member: "jwt", scopes: []string{"orders/read"}},
	"jwt with a claim that is a list":  {value: `{"jwt":{"claims":{"scp":["orders/read"]},"scopes":null}}`, member: "jwt", scopes: []string{"orders/read"}},
	"jwt with a list, as AWS shows it": {value: `{"jwt":{"claims":{"scp":"[orders/read orders/write]"},"scopes":null}}`, member: "jwt", scopes: []string{"orders/read", "orders/write"}},
	"jwt with an empty claim":          {value: `{"jwt":{"claims":{"scope":""},"scopes":["orders/read"]}}`, member: "jwt"},
	"jwt whose claim knows better":     {value: `{"jwt":{"claims":{"scope":"openid"},"scopes":["orders/read"]}}`, member: "jwt", scopes: []string{"openid"}},
	"jwt with a part of a scope":       {value: `{"jwt":{"claims":{"scope":"orders/re orders/read2 Orders/Read orders"}}}`, member: "jwt", scopes: []string{"orders"}},
	"jwt with scopes of no form":       {value: `{"jwt":{"claims":{"scope":7,"scp":{"orders/read":true}},"scopes":{"orders/read":true}}}`, member: "jwt"},
	"jwt with scopes beside it":        {value: `{"scopes":["orders/read"],"jwt":{"scope":"orders/read"}}`, member: "jwt"},
	"lambda":                           {value: `{"lambda":{}}`, member: "lambda"},
	"lambda with other values":         {value: `{"lambda":{"user":"u","scope":"openid"}}`, member: "lambda", scopes: []string{"openid"}},
	"lambda with a scope":              {value: `{"lambda":{"scope":"orders/read openid"}}`, member: "lambda", scopes: []string{"orders/read", "openid"}},
	"lambda with a list of scopes":     {value: `{"lambda":{"scopes":["orders/read"]}}`, member: "lambda", scopes: []string{"orders/read"}},
	"lambda with claims":               {value: `{"lambda":{"claims":{"scope":"orders/read"}}}`, member: "lambda"},
	"iam in lambda's context":          {value: `{"lambda":{"iam":{},"jwt":{}}}`, member: "lambda"},
}

// protectionSources write an event of each source for a path, with a value of
// requestContext.authorizer.
var protectionSources = map[string]func(path, authorizer string) string{
	"an HTTP API": func(path, authorizer string) string {
		return `{"version":"2.0","routeKey":"$default","rawPath":"` + path + `","requestContext":{` + authorizer +
			`"apiId":"a","domainName":"a.execute-api.eu-west-1.amazonaws.com","stage":"$default","http":{"method":"GET","path":"` + path + `"}}}`
	},
	"an HTTP API with a route of its own": func(path, authorizer string) string {
		return `{"version":"2.0","routeKey":"GET ` + path + `","rawPath":"/dev` + path + `","requestContext":{"stage":"dev","http":{"method":"GET"},` +
			authorizer + `"apiId":"a"}}`
	},
	"a function URL": func(path, authorizer string) string {
		return `{"version":"2.0","rawPath":"` + path + `/","requestContext":{"domainName":"a.lambda-url.eu-west-1.on.aws","stage":"$default",` +
			authorizer + `"authentication":null,"http":{"method":"GET"}}}`
	},
	"payload format 1.0": func(path, authorizer string) string {
		return `{"version":"1.0","resource":"/{proxy+}","path":"` + path + `","httpMethod":"GET","requestContext":{` + authorizer +
			`"stage":"$default","resourcePath":"/{proxy+}","httpMethod":"GET"}}`
	},
	"payload format 1.0 with a route of its own": func(path, authorizer string) string {
		return `{"version":"1.0","resource":"` + path + `","path":"/dev` + path + `","httpMethod":"GET","requestContext":{` + authorizer +
			`"stage":"dev","resourcePath":"` + path + `","httpMethod":"GET"}}`
	},
	"a load balancer": func(path, authorizer string) string {
		return `{"httpMethod":"GET","path":"` + path + `","headers":{},"requestContext":{` + authorizer + `"elb":{"targetGroupArn":"arn"}}}`
	},
	"a REST API": func(path, authorizer string) string {
		return `{"resource":"` + path + `","path":"` + path + `","httpMethod":"GET","requestContext":{` + authorizer +
			`"resourcePath":"` + path + `","httpMethod":"GET"}}`
	},
}

// protectedStatus returns the status with which a request for a protected path
// has to be answered.
func protectedStatus(source, path, members string) int {
	given, asked := authorizerMembers[members], protectedRoutes[path]
	switch source {
	case "a REST API":
		return 200
	case "an HTTP API", "an HTTP API with a route of its own", "a function URL":
		switch {
		case given.member != asked.member:
			return 401
		case asked.scopes == nil || slices.ContainsFunc(given.scopes, func(s string) bool { return slices.Contains(asked.scopes, s) }):
			return 200
		}
		return 403
	}
	return 401
}

// TestProtection tries all kinds of authorizers with all members of events and
// all sources.
func TestProtection(t *testing.T) {
	quiet(t)
	combinations := 0
	for _, middleware := range []bool{false, true} {
		s := newSafe(middleware)
		for source, event := range protectionSources {
			for _, members := range slices.Sorted(maps.Keys(authorizerMembers)) {
				authorizer := ""
				if value := authorizerMembers[members].value; value != "" {
					authorizer = `"authorizer":` + value + `,`
				}
				for path := range protectedRoutes {
					combinations++
					s.check(t, fmt.Sprintf("%s of %s, authorizer: %s, middleware: %v", path, source, members, middleware),
						event(path, authorizer), protectedStatus(source, path, members))
				}
				s.check(t, "/open of "+source+", authorizer: "+members, event("/open", authorizer), 200)
			}
		}
	}
	t.Logf("%d combinations", combinations)
}

// check compares an answer's status. If the request was refused, none of the
// app's code may have run, and the answer needs the headers of CORS
// nevertheless.
func (s *safe) check(t *testing.T, name, event string, want int) {
	t.Helper()
	status, headers := s.invoke(t, event)
	if status != want {
		t.Errorf("%s: got status %d, want %d\n%s", name, status, want, event)
	}
	if reached := len(s.ran) > 0; reached != (status == 200) {
		t.Errorf("%s: status %d, but %v ran\n%s", name, status, s.ran, event)
	}
	if headers["Access-Control-Allow-Origin"] != "*" {
		t.Errorf("%s: no headers of CORS: %v", name, headers)
	}
}

// forgeries are events with all the members that let requests through, but in
// places where no gateway writes them, or in a form that no gateway uses. %s is
// the path.
var forgeries = map[string]string{
	"at the top":                     `{"version":"2.0","authorizer":ALL,"rawPath":"%s","requestContext":{"http":{"method":"GET"}}}`,
	"in headers":                     `{"version":"2.0","headers":{"requestContext":{"authorizer":ALL},"authorizer":"x"},"rawPath":"%s","requestContext":{"http":{"method":"GET"}}}`,
	"in the query":                   `{"version":"2.0","rawQueryString":"requestContext.authorizer.iam={}","queryStringParameters":{"authorizer":ALL},"rawPath":"%s","requestContext":{"http":{"method":"GET"}}}`,
	"in the body":                    `{"version":"2.0","body":"{\"requestContext\":{\"authorizer\":{\"iam\":{}}}}","rawPath":"%s","requestContext":{"http":{"method":"GET"}}}`,
	"in stage variables":             `{"version":"2.0","stageVariables":{"authorizer":ALL},"rawPath":"%s","requestContext":{"http":{"method":"GET"}}}`,
	"in http":                        `{"version":"2.0","rawPath":"%s","requestContext":{"http":{"method":"GET","authorizer":ALL}}}`,
	"in authentication":              `{"version":"2.0","rawPath":"%s","requestContext":{"authentication":ALL,"http":{"method":"GET"}}}`,
	"other case":                     `{"version":"2.0","rawPath":"%s","requestContext":{"Authorizer":ALL,"http":{"method":"GET"}}}`,
	"the context in other case":      `{"version":"2.0","rawPath":"%s","RequestContext":{"authorizer":ALL},"requestContext":{"http":{"method":"GET"}}}`,
	"two contexts":                   `{"version":"2.0","rawPath":"%s","requestContext":{"authorizer":ALL},"requestContext":{"http":{"method":"GET"}}}`,
	"two contexts, the other way":    `{"version":"2.0","rawPath":"%s","requestContext":{"http":{"method":"GET"}},"requestContext":{"authorizer":ALL}}`,
	"two contexts, one escaped":      `{"version":"2.0","rawPath":"%s","requestContext":{"http":{"method":"GET"}},"request\u0043ontext":{"authorizer":ALL,"http":{"method":"GET"}}}`,
	"two contexts of two sources":    `{"rawPath":"%s","requestContext":{"http":{"method":"GET"}},"requestContext":{"resourcePath":"%[1]s","httpMethod":"GET"}}`,
	"two authorizers":                `{"version":"2.0","rawPath":"%s","requestContext":{"authorizer":null,"authorizer":ALL,"http":{"method":"GET"}}}`,
	"two authorizers, one escaped":   `{"version":"2.0","rawPath":"%s","requestContext":{"authorizer":ALL,"\u0061uthorizer":ALL,"http":{"method":"GET"}}}`,
	"two versions":                   `{"version":"1.0","version":"2.0","rawPath":"%s","requestContext":{"authorizer":ALL,"http":{"method":"GET"}}}`,
	"two http":                       `{"version":"2.0","rawPath":"%s","requestContext":{"authorizer":ALL,"http":{"method":"GET"},"http":{"method":"GET"}}}`,
	"a REST API's and an HTTP API's": `{"resource":"%s","rawPath":"%[1]s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","http":{"method":"GET"}}}`,
	"the same, http null":            `{"resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","http":null}}`,
	"format 2.0 without http":        `{"version":"2.0","resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","authorizer":ALL}}`,
	"format 1.0 with http":           `{"version":"1.0","rawPath":"%s","requestContext":{"authorizer":ALL,"http":{"method":"GET"}}}`,
	"format 1.0, a number":           `{"version":1.0,"resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET"}}`,
	"format null":                    `{"version":null,"resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET"}}`,
	"format 3.0":                     `{"version":"3.0","rawPath":"%s","requestContext":{"authorizer":ALL,"http":{"method":"GET"}}}`,
	"format 1.0, escaped":            `{"\u0076ersion":"1\u002e0","path":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","authorizer":ALL}}`,
	"format 1.0, at the end":         `{"path":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","authorizer":ALL},"version":"1.0"}`,
	"a load balancer's and another":  `{"path":"%s","httpMethod":"GET","requestContext":{"elb":{},"resourcePath":"%[1]s","httpMethod":"GET","authorizer":ALL}}`,
	"a load balancer's, an HTTP API": `{"path":"%s","rawPath":"%[1]s","httpMethod":"GET","requestContext":{"elb":{},"http":{"method":"GET"},"authorizer":ALL}}`,
	"elb null":                       `{"path":"%s","httpMethod":"GET","requestContext":{"elb":null,"authorizer":ALL}}`,
	"a websocket's":                  `{"resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET","connectionId":"c","authorizer":ALL}}`,
	"a question to an authorizer":    `{"type":"REQUEST","methodArn":"arn","resource":"%s","requestContext":{"resourcePath":"%[1]s","httpMethod":"GET"}}`,
	"the same, format 2.0":           `{"version":"2.0","type":"REQUEST","routeArn":"arn","rawPath":"%s","requestContext":{"http":{"method":"GET"},"authorizer":ALL}}`,
	"VPC Lattice":                    `{"version":"2.0","path":"%s","method":"GET","requestContext":{"serviceNetworkArn":"arn","authorizer":ALL}}`,
	"a context that is a text":       `{"rawPath":"%s","requestContext":"{\"resourcePath\":\"%[1]s\",\"httpMethod\":\"GET\"}"}`,
	"a list of events":               `[{"requestContext":{"resourcePath":"%s","httpMethod":"GET"}}]`,
	"an event in an event":           `{"event":{"requestContext":{"resourcePath":"%s","httpMethod":"GET"}}}`,
}

const allMembers = `{"iam":{},"jwt":{"scopes":["orders/read","orders/write"]},"lambda":{"scopes":["orders/read"]}}`

func forge(form, path string) string {
	return fmt.Sprintf(strings.ReplaceAll(form, "ALL", allMembers), path)
}

// TestForgeries: no forgery reaches a protected route.
func TestForgeries(t *testing.T) {
	quiet(t)
	s := newSafe(true)
	for name, form := range forgeries {
		for path := range protectedRoutes {
			event := forge(form, path)
			if status, _ := s.invoke(t, event); status != 0 && status != 401 || s.ran != nil {
				t.Errorf("%s: status %d, ran %v\n%s", name, status, s.ran, event)
			}
		}
	}
	// The members of the forgeries do let requests through where a gateway writes
	// them.
	for path := range protectedRoutes {
		s.check(t, path, forge(`{"version":"2.0","rawPath":"%s","requestContext":{"authorizer":ALL,"http":{"method":"GET"}}}`, path), 200)
	}
}

// FuzzProtection: an event that reaches a protected route is a REST API's,
// which has asked the authorizer, or has the member that the route requires,
// with one of its scopes.
func FuzzProtection(f *testing.F) {
	for _, form := range forgeries {
		f.Add([]byte(forge(form, "/jwt/scoped")))
	}
	for _, event := range protectionSources {
		f.Add([]byte(event("/iam", "")))
	}
	for _, members := range authorizerMembers {
		f.Add([]byte(protectionSources["an HTTP API"]("/jwt/scoped", `"authorizer":`+cmp.Or(members.value, "0")+`,`)))
	}
	s := newSafe(false)
	f.Fuzz(func(t *testing.T, event []byte) {
		quiet(t)
		s.invoke(t, string(event))
		for _, path := range s.ran {
			if asked, protected := protectedRoutes[path]; protected && !mayReach(event, asked.member, asked.scopes) {
				t.Errorf("%s was reached by %s", path, event)
			}
		}
	})
}

// mayReach reads an event independently, with encoding/json, and reports
// whether it may reach a protected route.
func mayReach(data []byte, member string, scopes []string) bool {
	var event, context, authorizer, given map[string]json.RawMessage
	if json.Unmarshal(data, &event) != nil || json.Unmarshal(event["requestContext"], &context) != nil {
		return false
	}
	_, versioned := event["version"]
	_, http := context["http"]
	if _, rest := context["resourcePath"]; rest && !http && !versioned && context["elb"] == nil && context["connectionId"] == nil {
		return true
	}
	if !http || context["elb"] != nil || json.Unmarshal(context["authorizer"], &authorizer) != nil ||
		json.Unmarshal(authorizer[member], &given) != nil || given == nil {
		return false
	}
	var values any
	if err := json.Unmarshal(authorizer[member], &values); err != nil {
		return false
	}
	return scopes == nil || slices.ContainsFunc(scopes, func(s string) bool { return strings.Contains(fmt.Sprint(values), s) })
}
