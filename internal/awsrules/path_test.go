package awsrules_test

import (
	"net/http"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/httpadapter"
)

// routes registers a route for each path, in order.
func routes(paths ...string) func(*app.App) {
	return func(a *app.App) {
		for _, path := range paths {
			a.Route(path, index, app.Name("index"))
		}
	}
}

func mounted(prefix string, paths ...string) func(*app.App) {
	return func(a *app.App) {
		httpadapter.Mount(a, prefix, http.NotFoundHandler())
		routes(paths...)(a)
	}
}

func TestPaths(t *testing.T) {
	const literal = `: a REST API takes only letters, digits, ., _, : and - in a part such as `
	const free = `; a parameter, as in /{name}, takes everything`
	checkAll(t, map[string]registration{
		"one name for a parameter": {routes("/users/{id}", "/users/{id}/posts", "/users/me", "/users/{id}/posts/{post}"), ""},
		"two names for a parameter": {
			routes("/users/{id}", "/users/{name}/posts"),
			"/users/{name}/posts has {name} where /users/{id} (LINE) has {id}, and a REST API takes one parameter in a place: call both {id}",
		},
		"two names, once reported": {
			routes("/{a}", "/{b}", "/{b}/x", "/{a}/x"),
			"/{b} has {b} where /{a} (LINE) has {a}, and a REST API takes one parameter in a place: call both {a}",
		},
		"other names elsewhere": {routes("/users/{id}", "/posts/{name}", "/{area}/{id}"), ""},
		"a greedy parameter beside a parameter": {
			routes("/{id}", "/{proxy+}"),
			"/{proxy+} has {proxy+} where /{id} (LINE) has {id}, and a REST API takes one parameter in a place: " +
				"let the handler of /{proxy+} serve /{id} as well, or put a literal part before one of them",
		},
		"a greedy parameter of the same name": {
			routes("/a/{rest}", "/a/{rest+}"),
			"/a/{rest+} has {rest+} where /a/{rest} (LINE) has {rest}, and a REST API takes one parameter in a place: " +
				"let the handler of /a/{rest+} serve /a/{rest} as well, or put a literal part before one of them",
		},
		"two greedy parameters": {
			routes("/a/{x+}", "/a/{y+}"),
			"/a/{y+} has {y+} where /a/{x+} (LINE) has {x+}, and a REST API takes one parameter in a place: call both {x+}",
		},
		"a greedy parameter beside literals": {routes("/{proxy+}", "/users", "/users/{id}", "/users/{id}/{rest+}"), ""},
		"a parameter below a mounted router": {
			mounted("/v1", "/v1/{id}"),
			"/v1/{id} has {id} where /v1/{proxy+} (LINE) has {proxy+}, and a REST API takes one parameter in a place: " +
				"register /v1/{id} in the router that is mounted there",
		},
		"a parameter beside a router mounted later": {
			func(a *app.App) { routes("/{id}/x")(a); mounted("/")(a) },
			"/{proxy+} has {proxy+} where /{id}/x (LINE) has {id}, and a REST API takes one parameter in a place: " +
				"register /{id}/x in the router that is mounted there",
		},
		"literals below a mounted router":  {mounted("/v1", "/v1/users", "/v1/users/{id}"), ""},
		"all that a literal can be":        {routes("/a-b_c.d:e/A1", "/.well-known/x", "/events:batch"), ""},
		"a space":                          {routes("/a b"), `path "/a b"` + literal + `"a b"` + free},
		"a percent sign":                   {routes("/a%20b"), `path "/a%20b"` + literal + `"a%20b"` + free},
		"a tilde":                          {routes("/~ann"), `path "/~ann"` + literal + `"~ann"` + free},
		"a plus":                           {routes("/a+b"), `path "/a+b"` + literal + `"a+b"` + free},
		"a star":                           {routes("/files/*"), `path "/files/*"` + literal + `"*"` + free},
		"a letter that is not ASCII's":     {routes("/straße"), `path "/straße"` + literal + `"straße"` + free},
		"two slashes":                      {routes("/a//b"), `path "/a//b" has two slashes one after the other, which a REST API can't have`},
		"the same path with other methods": {func(a *app.App) { a.Route("/{x}", index); a.Route("/{x}", index, app.Methods("PUT")) }, ""},
	})
}
