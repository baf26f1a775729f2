package awsrules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

func protected(authorizer app.Authorizer) func(*app.App) {
	return func(a *app.App) { a.Route("/", index, app.Auth(authorizer)) }
}

// TestTokenAuthorizers: what an HTTP API takes of issuers and identities.
func TestTokenAuthorizers(t *testing.T) {
	const good = "https://login.example.com/tenant/"
	jwt := func(issuer string, audiences ...string) app.AuthorizerModel {
		return app.AuthorizerModel{Name: "a", Type: app.JWTAuthorizerType, Issuer: issuer, Audiences: audiences}
	}
	identity := func(in, name string) app.AuthorizerModel {
		return app.AuthorizerModel{Name: "a", Type: app.BuiltinAuthorizerType, Identity: []app.IdentityModel{{In: in, Name: name}}}
	}
	for name, tc := range map[string]struct {
		authorizer app.AuthorizerModel
		want       string // "" for no mistake
	}{
		"issuer":              {jwt(good, "web"), ""},
		"issuer to fill in":   {jwt("${local.issuer}", "web"), ""},
		"issuer of a test":    {jwt("http://127.0.0.1:8080", "web"), ""},
		"no issuer":           {jwt("", "web"), "has no issuer"},
		"http":                {jwt("http://login.example.com", "web"), "which is no URL of https"},
		"no URL":              {jwt("login.example.com", "web"), "which is no URL of https"},
		"query":               {jwt(good+"?a=b", "web"), "has more than a host and a path"},
		"no audience":         {jwt(good), "names no audience"},
		"empty audience":      {jwt(good, "web", ""), "has an empty audience"},
		"header":              {identity("header", "X-Token"), ""},
		"odd header":          {identity("header", "X Token"), "which is no name of a header"},
		"nameless header":     {identity("header", "X!Token"), "which API Gateway can't name"},
		"odd sign":            {identity("query", "$token"), "which API Gateway can't name"},
		"all signs":           {identity("query", "a.b_c-D1"), ""},
		"parameter":           {identity("query", "token"), ""},
		"odd parameter":       {identity("query", "a,b"), "which API Gateway can't name"},
		"Audience without id": {app.AuthorizerModel{Name: "a", Type: app.CognitoAuthorizerType, ProviderARNs: []string{"${pool}"}, Audiences: []string{}}, "Audience names no audience"},
	} {
		mistakes := awsrules.Check(&app.Model{Authorizers: []app.AuthorizerModel{tc.authorizer}})
		switch {
		case tc.want == "" && len(mistakes) > 0:
			t.Errorf("%s: %v", name, mistakes)
		case tc.want != "" && (len(mistakes) != 1 || !strings.Contains(mistakes[0].Message, tc.want)):
			t.Errorf("%s: got %v, want %q", name, mistakes, tc.want)
		}
	}
}

func TestAuthorizers(t *testing.T) {
	pool := func(arns ...string) func(*app.App) { return protected(app.CognitoUserPool("pool", arns)) }
	custom := func(uri string, options ...app.CustomOption) func(*app.App) {
		return protected(app.CustomAuthorizer("custom", uri, options...))
	}
	builtin := func(options ...app.AuthorizerOption) func(*app.App) {
		return func(a *app.App) { a.Route("/", index, app.Auth(a.Authorizer(check, options...))) }
	}
	const (
		poolARN  = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbC123"
		noPool   = ` is not the ARN of a user pool, which is arn:aws:cognito-idp:region:account:userpool/id`
		function = "arn:aws:lambda:eu-west-1:123456789012:function:check"
		invoke   = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
		noURI    = ` is not the URI of a function, which is arn:aws:apigateway:region:lambda:path/2015-03-31/functions/arn:aws:lambda:region:account:function:name/invocations`
		plain    = `custom authorizer "custom" has the ARN of its function, but API Gateway wants the URI to invoke it by: `
		role     = "arn:aws:iam::123456789012:role/service-role/invoke-1"
		noRole   = `, which is not the ARN of a role: that is arn:aws:iam::account:role/name`
	)
	uri := invoke + function + "/invocations"
	checkAll(t, map[string]registration{
		"a pool":                         {pool(poolARN), ""},
		"two pools":                      {pool(poolARN, "arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_a"), ""},
		"a pool to fill in":              {pool("${aws_cognito_user_pool.p.arn}"), ""},
		"no pool":                        {pool(), `authorizer "pool" names no user pool: give the ARN of one, which is arn:aws:cognito-idp:region:account:userpool/id`},
		"a pool's id":                    {pool("eu-west-1_AbC123"), `authorizer "pool": "eu-west-1_AbC123"` + noPool},
		"an empty pool":                  {pool(""), `authorizer "pool": ""` + noPool},
		"an identity pool":               {pool("arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/eu-west-1:1a2b"), `authorizer "pool": "arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/eu-west-1:1a2b"` + noPool},
		"a pool without account":         {pool("arn:aws:cognito-idp:eu-west-1::userpool/eu-west-1_a"), `authorizer "pool": "arn:aws:cognito-idp:eu-west-1::userpool/eu-west-1_a"` + noPool},
		"the second pool is wrong":       {pool(poolARN, "arn:x"), `authorizer "pool": "arn:x"` + noPool},
		"a function's URI":               {custom(uri, app.InvokeRole(role)), ""},
		"an alias's URI":                 {custom(invoke + function + ":live/invocations"), ""},
		"a URI of China":                 {custom("arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/arn:aws-cn:lambda:cn-north-1:123456789012:function:f/invocations"), ""},
		"a URI with two slashes":         {custom("arn:aws:apigateway:eu-west-1:lambda:path//2015-03-31/functions/" + function + "/invocations"), ""},
		"a URI with a stage's variable":  {custom(invoke + "arn:aws:lambda:eu-west-1:123456789012:function:${stageVariables.check}/invocations"), ""},
		"a function's ARN":               {custom(function), plain + uri},
		"an ARN of China":                {custom("arn:aws-cn:lambda:cn-north-1:123456789012:function:f"), plain + "arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/arn:aws-cn:lambda:cn-north-1:123456789012:function:f/invocations"},
		"a function's name":              {custom("check"), `custom authorizer "custom": "check"` + noURI},
		"a URI that ends too early":      {custom(invoke + function), `custom authorizer "custom": "` + invoke + function + `"` + noURI},
		"a URI of a name":                {custom(invoke + "check/invocations"), `custom authorizer "custom": "` + invoke + `check/invocations"` + noURI},
		"a URL":                          {custom("https://example.com"), `custom authorizer "custom": "https://example.com"` + noURI},
		"no URI":                         {custom(""), `custom authorizer "custom" needs the URI of its function`},
		"a role's name":                  {custom(uri, app.InvokeRole("role")), `InvokeRole is "role"` + noRole},
		"a user's ARN":                   {custom(uri, app.InvokeRole("arn:aws:iam::123456789012:user/ann")), `InvokeRole is "arn:aws:iam::123456789012:user/ann"` + noRole},
		"a role in a region":             {custom(uri, app.InvokeRole("arn:aws:iam:eu-west-1:123456789012:role/r")), `InvokeRole is "arn:aws:iam:eu-west-1:123456789012:role/r"` + noRole},
		"a role of a builtin authorizer": {builtin(app.ExecutionRole(role)), ""},
		"a role without account":         {builtin(app.ExecutionRole("arn:aws:iam::role/r")), `ExecutionRole is "arn:aws:iam::role/r"` + noRole},
		"an hour":                        {builtin(app.TTL(time.Hour)), ""},
		"no time at all":                 {builtin(app.TTL(0)), ""},
		"more than an hour":              {custom(uri, app.TTL(time.Hour+time.Second)), "TTL is 3601s: it can be from 0 to 3600s, which is 1 hour"},
		"less than no time":              {builtin(app.TTL(-time.Second)), "TTL is -1s: it can be from 0 to 3600s, which is 1 hour"},
		"another header":                 {builtin(app.Header("X-Token")), ""},
		"a header with a space":          {builtin(app.Header("X Token")), `Header is "X Token", which is no name of a header`},
		"signatures":                     {protected(app.IAMAuthorizer()), ""},
	})
}

func TestCORS(t *testing.T) {
	cors := func(c app.CORSConfig) func(*app.App) { return func(a *app.App) { a.Route("/", index, app.CORS(c)) } }
	from := func(origin string) func(*app.App) { return cors(app.CORSConfig{AllowOrigin: origin}) }
	const all = `CORS has AllowCredentials for the origin "*", which browsers refuse: name the origin`
	cases := map[string]registration{
		"the default":             {cors(app.CORSConfig{}), ""},
		"credentials":             {cors(app.CORSConfig{AllowOrigin: "https://a.test", AllowCredentials: true, MaxAge: new(0)}), ""},
		"everybody's credentials": {cors(app.CORSConfig{AllowOrigin: "*", AllowCredentials: true}), all},
		"credentials by default":  {cors(app.CORSConfig{AllowCredentials: true}), all},
		"headers":                 {cors(app.CORSConfig{AllowHeaders: []string{"X-A", "x_b", "*"}, ExposeHeaders: []string{"ETag"}}), ""},
		"headers in one":          {cors(app.CORSConfig{AllowHeaders: []string{"X-A, X-B,X-C"}}), ""},
		"a header's value":        {cors(app.CORSConfig{AllowHeaders: []string{"X-A: 1"}}), `AllowHeaders of CORS has "X-A: 1", which is no name of a header`},
		"a quoted header":         {cors(app.CORSConfig{ExposeHeaders: []string{"X-'A'"}}), `ExposeHeaders of CORS has "X-'A'", which is no name of a header`},
		"an empty header":         {cors(app.CORSConfig{AllowHeaders: []string{""}}), `AllowHeaders of CORS has "", which is no name of a header`},
		"less than no time":       {cors(app.CORSConfig{MaxAge: new(-1)}), "MaxAge of CORS is -1: it can't be negative"},
		"a week":                  {cors(app.CORSConfig{MaxAge: new(604800)}), ""},
		"no CORS for a path":      {func(a *app.App) { a.Route("/", index, app.NoCORS()) }, ""},
	}
	for _, origin := range []string{
		"*", "null", "https://example.com", "http://localhost:3000", "https://a-b.example.co.uk:8443", "http://127.0.0.1:5173", "http://[::1]:3000",
		"chrome-extension://abcdef", "capacitor://localhost", "${var.origin}", "https://${Token[TOKEN.1]}",
	} {
		cases[origin] = registration{from(origin), ""}
	}
	const one, ends, starts = `a response names one origin: give one, or "*"`, "an origin ends with the host or the port, as in https://example.com", "an origin starts with its scheme, as in https://example.com"
	for origin, problem := range map[string]string{
		"https://a.test,https://b.test":  one,
		"https://a.test, https://b.test": one,
		"https://a.test https://b.test":  one,
		"https://a.test'":                "a quote can't be in an origin",
		`"https://a.test"`:               "a quote can't be in an origin",
		" https://a.test":                "an origin has no white space, and of letters only ASCII's",
		"https://bücher.test":            "an origin has no white space, and of letters only ASCII's",
		"https://*.a.test":               `a wildcard can't be in an origin: give it in full, or "*" for all; a pattern is for AllowOrigins`,
		"a.test":                         starts,
		"localhost:3000":                 starts,
		"https://a.test/":                ends,
		"https://a.test/path":            ends,
		"https://":                       ends,
	} {
		quoted := map[bool]string{true: `\"https://a.test\"`, false: origin}[origin == `"https://a.test"`]
		cases[origin] = registration{from(origin), `AllowOrigin of CORS is "` + quoted + `": ` + problem}
	}
	checkAll(t, cases)
}

// TestOrigins: what a list of origins can have, and what no browser sends.
func TestOrigins(t *testing.T) {
	from := func(c app.CORSConfig) func(*app.App) { return func(a *app.App) { a.Route("/", index, app.CORS(c)) } }
	credentials := func(origins ...string) func(*app.App) {
		c := app.AllowOrigins(origins...)
		c.AllowCredentials = true
		return from(c)
	}
	const lower, port = "browsers send it in lower case: write it so", "a port is a number of up to 65535"
	cases := map[string]registration{
		"two":                     {from(app.AllowOrigins("https://a.test", "http://localhost:3000")), ""},
		"all":                     {from(app.AllowOrigins("*")), ""},
		"all and one":             {from(app.AllowOrigins("https://a.test", "*")), `AllowOrigins of CORS has "*" beside others: it allows all, so name either`},
		"one twice":               {from(app.AllowOrigins("https://a.test", "https://a.test")), `AllowOrigins of CORS has "https://a.test" twice`},
		"credentials":             {credentials("https://a.test", "https://*.b.test"), ""},
		"everybody's credentials": {credentials("*"), `CORS has AllowCredentials for the origin "*", which browsers refuse: name the origin`},
		"anybody's credentials":   {from(app.CORSConfig{AllowOrigin: "null", AllowCredentials: true}), `CORS has AllowCredentials for the origin "null", which every page can have: name the origin`},
		"in upper case":           {from(app.CORSConfig{AllowOrigin: "https://A.test"}), `AllowOrigin of CORS is "https://A.test": ` + lower},
		"the usual port":          {from(app.CORSConfig{AllowOrigin: "https://a.test:443"}), `AllowOrigin of CORS is "https://a.test:443": browsers leave out the port that is usual for https: leave out :443`},
		"another's usual port":    {from(app.CORSConfig{AllowOrigin: "https://a.test:80"}), ""},
		"two mistakes": {
			from(app.AllowOrigins("a.test", "https://b.test/")),
			`AllowOrigins of CORS has "a.test": an origin starts with its scheme, as in https://example.com` + "\n" +
				`AllowOrigins of CORS has "https://b.test/": an origin ends with the host or the port, as in https://example.com`,
		},
	}
	for _, origin := range []string{"https://*.a.test", "http://*.localhost:3000", "https://*.a-b.example.co.uk:8443", "app://*.local", "https://*.${var.domain}"} {
		cases[origin] = registration{from(app.AllowOrigins("https://a.test", origin)), ""}
	}
	const star, host, ends, starts = "a pattern has one star, for labels in front of a host's name, as in https://*.example.com",
		"a pattern names the host that the star is in front of, as in https://*.example.com",
		"an origin ends with the host or the port, as in https://example.com", "an origin starts with its scheme, as in https://example.com"
	for origin, problem := range map[string]string{
		"null": "every page can have it, a frame of any site's for one: leave it out",
		"":     starts, "*.a.test": star, "https://*": star, "https://*a.test": star, "https://a*.test": star, "https://a.*": star,
		"https://*.*.test": star, "*://*.a.test": star, "https://*.a.test:*": star, "https://a.*.test": star,
		"https://*.": host, "https://*.:8443": host, "https://*..test": host, "https://*.[::1]": host,
		"https://*.a.test/": ends, "https://*.a.test/path": ends, "https://u@*.a.test": star, "https://*.u@a.test": ends,
		"https://*.A.test": lower, "https://*.a.test:x": port, "https://a.test:70000": port, "https://a.test:": port,
		"https://*.a.test:443": "browsers leave out the port that is usual for https: leave out :443",
		"://*.a.test":          ends,
	} {
		cases["wrong: "+origin] = registration{from(app.AllowOrigins("https://ok.test", origin)), `AllowOrigins of CORS has "` + origin + `": ` + problem}
	}
	checkAll(t, cases)
}

func TestMediaTypes(t *testing.T) {
	takes := func(types ...string) func(*app.App) {
		return func(a *app.App) { a.Route("/", index, app.Methods("POST"), app.ContentTypes(types...)) }
	}
	const noType = " is no media type: that has two parts, as in application/json, image/* or */*"
	checkAll(t, map[string]registration{
		"types":            {takes("application/json", "application/vnd.api+json", "text/plain; charset=utf-8", "multipart/form-data"), ""},
		"all types":        {takes("*/*"), ""},
		"all of a kind":    {takes("text/*"), ""},
		"no types":         {takes(), ""},
		"one part":         {takes("json"), `content type "json"` + noType},
		"a star":           {takes("*"), `content type "*"` + noType},
		"nothing":          {takes(""), `content type ""` + noType},
		"two types":        {takes("text/css, text/plain"), `content type "text/css, text/plain"` + noType},
		"an end of a file": {takes("application/json", ".csv"), `content type ".csv"` + noType},
	})
}

// TestSettings: mistakes in the settings of an app as a whole are reported
// once, with the place where the app is made.
func TestSettings(t *testing.T) {
	const noType = " is no media type: that has two parts, as in application/json, image/* or */*"
	for name, tc := range map[string]struct {
		option app.Option
		want   string
	}{
		"credentials for all":  {app.DefaultCORS(app.CORSConfig{AllowCredentials: true}), `CORS has AllowCredentials for the origin "*", which browsers refuse: name the origin`},
		"one origin for all":   {app.DefaultCORS(app.CORSConfig{AllowOrigin: "https://a.test"}), ""},
		"binary types":         {app.BinaryTypes("image/png", "*/*", "application/x-protobuf"), ""},
		"no binary types":      {app.BinaryTypes(), ""},
		"one part":             {app.BinaryTypes("png"), `binary type "png"` + noType},
		"as JSON Patch has it": {app.BinaryTypes("image~1png"), `binary type "image~1png"` + noType},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("settings", tc.option)
			a.Route("/", index)
			a.Route("/other", index)
			checkApp(t, a, tc.want)
		})
	}
}
