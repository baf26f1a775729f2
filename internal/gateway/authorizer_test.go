package gateway_test

//lint:file-ignore SA1008 header names are compared as API Gateway spells them

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

const arnPrefix = "arn:aws:execute-api:mars-west-1:123456789012:ymy8tbxw7b/api"

// guarded is a gateway whose routes have an authorizer, with what it has
// logged.
type guarded struct {
	*gateway.Gateway
	lines *[]string
}

func guard(a app.AuthorizerModel, function func([]byte) ([]byte, error)) guarded {
	return guardAt(nil, a, function)
}

// guardAt is guard with another clock.
func guardAt(now func() time.Time, a app.AuthorizerModel, function func([]byte) ([]byte, error)) guarded {
	a.Name = "auth"
	var routes []app.RouteModel
	for _, path := range []string{"/", "/private", "/users/{id}"} {
		r := route(path, "GET", "PUT")
		r.Authorizer = a.Name
		routes = append(routes, r)
	}
	lines := new([]string)
	return guarded{gateway.New(gateway.API{
		Model:     &app.Model{Name: "guarded", Routes: routes, Authorizers: []app.AuthorizerModel{a}},
		Functions: functions{app.RESTHandler: echo, "auth": function},
		Now:       now,
		Log:       func(line string) { *lines = append(*lines, line) },
	}), lines}
}

var builtin = app.AuthorizerModel{Type: app.BuiltinAuthorizerType, Header: "Authorization"}

// allowing returns an authorizer's answer whose policy has one statement.
func allowing(resource string) string {
	return `{"principalId":"me","context":{},"policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":["` + resource + `"]}]}}`
}

// tokenOf returns the token that an authorizer's event is about.
func tokenOf(t *testing.T, event []byte) string {
	t.Helper()
	var e struct{ AuthorizationToken string }
	if err := json.Unmarshal(event, &e); err != nil {
		t.Error(err)
	}
	return e.AuthorizationToken
}

// answer is what the client and the function behind the gateway get.
type answer struct {
	Status int
	Type   string // of the error
	Body   string // of a refusal
	Auth   any    // what the function gets of the authorizer
}

func (g guarded) get(t *testing.T, method, target string, header http.Header) answer {
	t.Helper()
	r := do(g.Gateway, method, target, "", header)
	if r.Status == 200 {
		return answer{Status: 200, Auth: event(t, r)["requestContext"].(map[string]any)["authorizer"]}
	}
	return answer{Status: r.Status, Type: strings.Join(r.Header["x-amzn-ErrorType"], ","), Body: string(r.Body)}
}

var (
	unauthorized = answer{Status: 401, Type: "UnauthorizedException", Body: `{"message":"Unauthorized"}`}
	denied       = answer{Status: 403, Type: "AccessDeniedException", Body: `{"Message": "User is not authorized to access this resource"}`}
	explicitly   = answer{Status: 403, Type: "AccessDeniedException", Body: `{"Message": "User is not authorized to access this resource with an explicit deny"}`}
	misconfig    = answer{Status: 500, Type: "AuthorizerConfigurationException", Body: `{"message":null}`}
)

func TestBuiltinAuthorizer(t *testing.T) {
	me := map[string]any{"principalId": "me"}
	token := http.Header{"Authorization": {"secret"}}
	for name, tc := range map[string]struct {
		output string
		err    error
		header http.Header
		want   answer
		logged string
	}{
		"no token":                  {output: allowing("*"), header: http.Header{}, want: unauthorized},
		"an empty token":            {output: allowing("*"), header: http.Header{"Authorization": {""}}, want: unauthorized},
		"a blank token":             {output: allowing("*"), header: http.Header{"Authorization": {" \t "}}, want: unauthorized},
		"allowed":                   {output: allowing("*"), want: answer{Status: 200, Auth: me}},
		"no resources":              {output: `{"principalId":"me","policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":[]}]}}`, want: denied},
		"another resource":          {output: allowing(arnPrefix + "/*/other"), want: denied},
		"no policy":                 {output: `{"principalId":"me"}`, want: denied},
		"nothing":                   {output: `null`, want: misconfig, logged: "GET /private: authorizer auth returned nothing"},
		"no answer":                 {output: `"yes"`, want: misconfig, logged: "what authorizer auth returned is no answer"},
		"a policy that is none":     {output: `{"policyDocument":"Allow"}`, want: misconfig, logged: "is no answer"},
		"a context of objects":      {output: strings.Replace(allowing("*"), `"context":{}`, `"context":{"a":{}}`, 1), want: misconfig, logged: `the value of "a" in its context is an object`},
		"an error":                  {err: errors.New("no database"), want: misconfig, logged: "authorizer auth failed: no database"},
		"an error for a 401":        {err: errors.New("Unauthorized"), want: unauthorized},
		"the same over the network": {err: &gateway.FunctionError{Type: "errorString", Message: "Unauthorized"}, want: unauthorized},
		"no principal, no context":  {output: `{"policyDocument":{"Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}}}`, want: answer{Status: 200, Auth: nil}},
		"API Gateway makes texts": {
			output: strings.Replace(allowing("*"), `"context":{}`, `"context":{"n":5,"b":true,"s":"x","none":null,"principalId":"other"}`, 1),
			want:   answer{Status: 200, Auth: map[string]any{"n": "5", "b": "true", "s": "x", "principalId": "me"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := guard(builtin, func([]byte) ([]byte, error) { return []byte(tc.output), tc.err })
			header := tc.header
			if header == nil {
				header = token
			}
			if diff := cmp.Diff(tc.want, g.get(t, "GET", "/private", header)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if got := strings.Join(*g.lines, "\n"); tc.logged == "" && got != "" || !strings.Contains(got, tc.logged) {
				t.Errorf("logged %q, want %q in it", got, tc.logged)
			}
		})
	}
}

// TestAuthorizerEvent: the event that the authorizer's function gets.
func TestAuthorizerEvent(t *testing.T) {
	for name, tc := range map[string]struct {
		header  string // of the authorizer
		method  string
		target  string
		headers http.Header
		want    string // ARN and token of the event; empty: the function isn't asked
	}{
		"a path":                    {"Authorization", "GET", "/private?a=1", http.Header{"Authorization": {"t"}}, "/GET/private t"},
		"the root":                  {"Authorization", "GET", "/", http.Header{"Authorization": {"t"}}, "/GET/ t"},
		"encoded, with a slash":     {"Authorization", "PUT", "/users/a%20b/", http.Header{"Authorization": {"t"}}, "/PUT/users/a%20b/ t"},
		"another header":            {"x-token", "GET", "/", http.Header{"X-Token": {"t"}, "Authorization": {"u"}}, "/GET/ t"},
		"another header is missing": {"x-token", "GET", "/", http.Header{"Authorization": {"u"}}, ""},
		"no header configured":      {"", "GET", "/", http.Header{"authorization": {"t"}}, "/GET/ t"},
		"the last of several":       {"Authorization", "GET", "/", http.Header{"Authorization": {"t", "u"}}, "/GET/ u"},
		"a method without a route":  {"Authorization", "DELETE", "/private", http.Header{"Authorization": {"t"}}, ""},
		"a preflight":               {"Authorization", "OPTIONS", "/private", http.Header{"Authorization": {"t"}}, ""},
		"a token with quotes":       {"Authorization", "GET", "/", http.Header{"Authorization": {`"<t>"`}}, `/GET/ "<t>"`},
		"a path that is not there":  {"Authorization", "GET", "/nowhere", http.Header{"Authorization": {"t"}}, ""},
		"a token of Unicode text":   {"Authorization", "GET", "/", http.Header{"Authorization": {"✓"}}, "/GET/ ✓"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			g := guard(app.AuthorizerModel{Type: app.BuiltinAuthorizerType, Header: tc.header}, func(event []byte) ([]byte, error) {
				var e map[string]string
				if err := json.Unmarshal(event, &e); err != nil || len(e) != 3 || e["type"] != "TOKEN" {
					t.Errorf("event %s: %v", event, err)
				}
				got = strings.TrimPrefix(e["methodArn"], arnPrefix) + " " + e["authorizationToken"]
				return []byte(allowing("*")), nil
			})
			do(g.Gateway, tc.method, tc.target, "", tc.headers)
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	statement := func(effect, action, resource string) string {
		return `{"Effect":"` + effect + `","Action":` + action + `,"Resource":` + resource + `}`
	}
	const invoke = `"execute-api:Invoke"`
	for name, tc := range map[string]struct {
		statements string
		method     string // empty: GET
		target     string
		want       answer
	}{
		"everything":                    {statement("Allow", invoke, `"*"`), "", "/private", answer{Status: 200}},
		"the method":                    {statement("Allow", invoke, `["`+arnPrefix+`/GET/private"]`), "", "/private", answer{Status: 200}},
		"another method":                {statement("Allow", invoke, `["`+arnPrefix+`/PUT/private"]`), "", "/private", denied},
		"the root":                      {statement("Allow", invoke, `["`+arnPrefix+`/GET/"]`), "", "/", answer{Status: 200}},
		"? stands for one character":    {statement("Allow", invoke, `["`+arnPrefix+`/???/private"]`), "PUT", "/private", answer{Status: 200}},
		"? isn't two":                   {statement("Allow", invoke, `["`+arnPrefix+`/??/private"]`), "", "/private", denied},
		"a dot is a dot":                {statement("Allow", invoke, `["`+arnPrefix+`/GET/priv..."]`), "", "/private", denied},
		"* in between":                  {statement("Allow", invoke, `["arn:*/GET/users/*5"]`), "", "/users/12345", answer{Status: 200}},
		"* that would have to go back":  {statement("Allow", invoke, `["*/users/*45"]`), "", "/users/4545", answer{Status: 200}},
		"* not far enough":              {statement("Allow", invoke, `["*/users/*6"]`), "", "/users/12345", denied},
		"case":                          {statement("Allow", invoke, `["*/get/private"]`), "", "/private", denied},
		"a template is no pattern":      {statement("Allow", invoke, `["`+arnPrefix+`/*/users/{id}"]`), "", "/users/1", denied},
		"a list of actions":             {statement("Allow", `["a:B",`+invoke+`]`, `"*"`), "", "/", answer{Status: 200}},
		"all of the service's actions":  {statement("Allow", `"execute-api:*"`, `"*"`), "", "/", answer{Status: 200}},
		"all actions":                   {statement("Allow", `"*"`, `"*"`), "", "/", answer{Status: 200}},
		"actions in any case":           {statement("Allow", `"EXECUTE-API:invoke"`, `"*"`), "", "/", answer{Status: 200}},
		"another action":                {statement("Allow", `"execute-api:ManageConnections"`, `"*"`), "", "/", denied},
		"another effect":                {statement("allow", invoke, `"*"`), "", "/", denied},
		"a denial first":                {statement("Deny", invoke, `"*"`) + "," + statement("Allow", invoke, `"*"`), "", "/", explicitly},
		"a denial last":                 {statement("Allow", invoke, `"*"`) + "," + statement("Deny", invoke, `"*/private"`), "", "/private", explicitly},
		"a denial of something else":    {statement("Allow", invoke, `"*"`) + "," + statement("Deny", invoke, `"*/private"`), "", "/", answer{Status: 200}},
		"all but another action":        {`{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`, "", "/", answer{Status: 200}},
		"all but this action":           {`{"Effect":"Allow","NotAction":"execute-api:*","Resource":"*"}`, "", "/", denied},
		"all but another resource":      {`{"Effect":"Allow","Action":"*","NotResource":"*/private"}`, "", "/", answer{Status: 200}},
		"all but this resource":         {`{"Effect":"Allow","Action":"*","NotResource":["*/private"]}`, "", "/private", denied},
		"a condition of a permission":   {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":"b"}}}`, "", "/", answer{Status: 200}},
		"a condition of a denial":       {statement("Allow", invoke, `"*"`) + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a":"b"}}}`, "", "/", answer{Status: 200}},
		"a statement without resources": {`{"Effect":"Allow","Action":"*"}`, "", "/", denied},
		"a denial that is misspelt":     {statement("Allow", invoke, `"*"`) + "," + statement("deny", invoke, `"*"`), "", "/", denied},
		"a denial without an action":    {statement("Allow", invoke, `"*"`) + `,{"Effect":"Deny","Resource":"*"}`, "", "/", denied},
		"null":                          {`null`, "", "/", denied},
	} {
		t.Run(name, func(t *testing.T) {
			method := tc.method
			if method == "" {
				method = "GET"
			}
			g := guard(builtin, returns(`{"policyDocument":{"Version":"2012-10-17","Statement":[`+tc.statements+`]}}`))
			got := g.get(t, method, tc.target, http.Header{"Authorization": {"t"}})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// jwt makes a token of claims, without a signature.
func jwt(claims string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".sig"
}

// TestBlankTokens: API Gateway refuses blank tokens without asking the
// authorizer.
func TestBlankTokens(t *testing.T) {
	for _, kind := range []app.AuthorizerType{app.BuiltinAuthorizerType, app.CognitoAuthorizerType, app.CustomAuthorizerType} {
		for name, token := range map[string]string{"empty": "", "spaces": "  ", "a tab": "\t"} {
			t.Run(string(kind)+", "+name, func(t *testing.T) {
				g := guard(app.AuthorizerModel{Type: kind, Header: "X-Token"}, func([]byte) ([]byte, error) {
					t.Error("the authorizer is asked")
					return []byte(allowing("*")), nil
				})
				got := g.get(t, "GET", "/private", http.Header{"X-Token": {token}})
				if diff := cmp.Diff(unauthorized, got); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestCognito(t *testing.T) {
	const warning = "authorizer auth (CognitoUserPoolAuthorizer) can't be asked on this machine, so every request goes on, " +
		"and the claims are those of its token, which nobody checks, or made-up ones if there is none"
	ada := answer{Status: 200, Auth: map[string]any{
		"principalId": "ada",
		"claims":      map[string]any{"cognito:username": "ada", "exp": 1.5e9, "sub": "ü"},
	}}
	standIn := answer{Status: 200, Auth: map[string]any{
		"principalId": "local-user",
		"claims": map[string]any{
			"cognito:username": "local-user", "sub": "00000000-0000-4000-8000-000000000000", "token_use": "access", "scope": "a/read b/write",
		},
	}}
	token := jwt(`{"cognito:username":"ada","exp":1500000000,"sub":"ü"}`)
	for name, tc := range map[string]struct {
		token string
		want  answer
		log   string
	}{
		"a user":                 {token, ada, warning},
		"with a scheme":          {"Bearer " + token, ada, warning},
		"padded":                 {strings.Replace(token, ".sig", "==.sig", 1), ada, warning},
		"unsigned":               {strings.TrimSuffix(token, ".sig"), ada, warning},
		"a machine":              {jwt(`{"client_id":"m"}`), answer{Status: 200, Auth: map[string]any{"claims": map[string]any{"client_id": "m"}}}, warning},
		"no token":               {"", standIn, warning},
		"no JSON Web Token":      {"secret", unauthorized, "GET /private: the token for auth can't be read: it has no dots, so it is no JSON Web Token"},
		"no base64":              {"a.%.c", unauthorized, "GET /private: the token for auth can't be read: illegal base64 data at input byte 0"},
		"claims that are a list": {jwt("[]"), unauthorized, "GET /private: the token for auth can't be read: json: cannot unmarshal array into Go value of type map[string]interface {}"},
	} {
		t.Run(name, func(t *testing.T) {
			g := guard(app.AuthorizerModel{Type: app.CognitoAuthorizerType, Header: "X-Token", Scopes: []string{"a/read", "b/write"}}, nil)
			header := http.Header{}
			if tc.token != "" {
				header.Set("X-Token", tc.token)
			}
			for range 2 { // the warning is logged once
				if diff := cmp.Diff(tc.want, g.get(t, "GET", "/private", header)); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
			}
			if diff := cmp.Diff(tc.log, (*g.lines)[0]); diff != "" || tc.log == warning && len(*g.lines) > 1 {
				t.Errorf("log (-want +got):\n%s\n%q", diff, *g.lines)
			}
		})
	}
}

// TestStandIns: only AWS can ask these authorizers, so all requests go on, with
// a made-up caller of the right kind, and the log says so once.
func TestStandIns(t *testing.T) {
	signed := map[string]any{
		"accountId": "123456789012", "caller": "AIDALOCALLOCALLOCAL00", "user": "AIDALOCALLOCALLOCAL00",
		"accessKey": "ASIALOCALLOCALLOCAL00", "userArn": "arn:aws:iam::123456789012:user/local-user",
	}
	unsigned := map[string]any{"accountId": nil, "caller": nil, "user": nil, "accessKey": nil, "userArn": nil}
	for kind, tc := range map[app.AuthorizerType]struct {
		identity map[string]any
		auth     any
		warning  string
	}{
		app.IAMAuthorizerType:    {signed, nil, " (IAMAuthorizer) can't be asked on this machine, so every request goes on, and the caller is a made-up one"},
		app.CustomAuthorizerType: {unsigned, map[string]any{"principalId": "local-user"}, " (CustomAuthorizer) can't be asked on this machine, so every request goes on, and the principal is a made-up one"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			g := guard(app.AuthorizerModel{Type: kind}, nil)
			for range 3 {
				context := event(t, do(g.Gateway, "GET", "/private", "", nil))["requestContext"].(map[string]any)
				identity := map[string]any{}
				for name := range tc.identity {
					identity[name] = context["identity"].(map[string]any)[name]
				}
				if diff := cmp.Diff([]any{tc.identity, tc.auth}, []any{identity, context["authorizer"]}); diff != "" {
					t.Errorf("identity and authorizer (-want +got):\n%s", diff)
				}
			}
			if diff := cmp.Diff([]string{"authorizer auth" + tc.warning}, *g.lines); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}
