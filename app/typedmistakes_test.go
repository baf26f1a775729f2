package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
)

type (
	mistakenResult struct {
		OK bool `json:"ok"`
	}
	mistakenOutcome interface{ outcome() }
	noParameters    struct{}
	inner           struct {
		Page int `query:"page"`
	}
	decodesItself struct{ ID string }
	embedsPointer struct{ *hidden }
	hidden        struct {
		Page int `query:"page"`
	}
	noStruct int
)

func (*mistakenResult) outcome() {}

type (
	namedFirst  struct{ A string }
	namedSecond struct{ A string }
)

type writesItself struct{}

func (writesItself) MarshalJSON() ([]byte, error) { return []byte("1"), nil }

func (*decodesItself) UnmarshalJSON([]byte) error { return nil }

// typedHandler makes a handler for types that are mistaken.
func typedHandler[In, Out any](context.Context, *In) (out Out, err error) { return out, nil }

// post registers a typed route that takes a body.
func post[In any](path string, options ...app.RouteOption) func(a *app.App) {
	return func(a *app.App) {
		app.TypedRoute(a, path, typedHandler[In, *mistakenResult], append(options, app.Methods("POST"))...)
	}
}

// returns registers a typed route that answers with a type.
func returns[Out any](options ...app.RouteOption) func(a *app.App) {
	return func(a *app.App) { app.TypedRoute(a, "/", typedHandler[noParameters, Out], options...) }
}

// TestTypedMistakes: whatever is wrong with a typed route is a mistake at its registration,
// which names the field or the option, and says what to do.
func TestTypedMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		register func(a *app.App)
		want     string // a part of the message
	}{
		"no struct":   {post[noStruct]("/"), `the handler takes a *noStruct: it has to be a pointer to a struct`},
		"map":         {post[map[string]int]("/"), `the handler takes a *map[string]int: it has to be a pointer to a struct`},
		"nil handler": {func(a *app.App) { app.TypedRoute[noParameters, *mistakenResult](a, "/", nil) }, `the handler is nil`},
		"no segment": {post[struct {
			ID string `path:"id"`
		}]("/orders"), `is the path parameter "id", which isn't in the path /orders: it has no parameters`},
		"other segment": {post[struct {
			ID string `path:"id"`
		}]("/orders/{order}"), `it has {order}`},
		"optional path": {post[struct {
			ID string `path:"id,omitzero"`
		}]("/{id}"), `ID is the path parameter id, which is always there: leave out the pointer, omitzero or default`},
		"pointer in path": {post[struct {
			ID *string `path:"id"`
		}]("/{id}"), `which is always there`},
		"default in path": {post[struct {
			ID string `path:"id" default:"x"`
		}]("/{id}"), `which is always there`},
		"two tags": {post[struct {
			ID string `path:"id" query:"id"`
		}]("/{id}"), `has the tags path and query: it can be one part of a request`},
		"no name": {post[struct {
			Page int `query:""`
		}]("/"), "has the tag query without a name: write `query:\"page\"`"},
		"unknown option": {post[struct {
			Page int `query:"page,omitnothing"`
		}]("/"), `has the option "omitnothing"`},
		"unexported": {post[struct {
			page int `query:"page"`
		}]("/"), `begin with a capital letter`},
		"status in a request": {post[struct {
			Status int `status:"200"`
		}]("/"), `which only results have`},
		"no token": {post[struct {
			X string `header:"X Tenant"`
		}]("/"), `"X Tenant" is no name of a header`},
		"no token of a cookie": {post[struct {
			X string `cookie:"a=b"`
		}]("/"), `"a=b" is no name of a cookie`},
		"list of cookies": {post[struct {
			X []string `cookie:"x"`
		}]("/"), `is a list, which a cookie can't be`},
		"pointer to a list": {post[struct {
			X *[]string `query:"x"`
		}]("/"), `is a pointer to a list`},
		"map in a query": {post[struct {
			X map[string]string `query:"x"`
		}]("/"), `which no text of a request can be read into`},
		"struct in a query": {post[struct {
			X inner `query:"x"`
		}]("/"), `which no text of a request can be read into`},
		"any in a query": {post[struct {
			X any `query:"x"`
		}]("/"), `which no text of a request can be read into`},
		"list of lists": {post[struct {
			X [][]string `query:"x"`
		}]("/"), `which no text of a request can be read into`},
		"twice": {post[struct {
			A int `query:"page"`
			B int `query:"page"`
		}]("/"), `is the query parameter "page", and so is`},
		"header twice in other case": {post[struct {
			A int `header:"X-Page"`
			B int `header:"x-page"`
		}]("/"), `is the header parameter "x-page", and so is`},
		"default below the minimum": {post[struct {
			Page int `query:"page" default:"0" minimum:"1"`
		}]("/"), `Page`},
		"default that is no number": {post[struct {
			Page int `query:"page" default:"x"`
		}]("/"), `Page`},
		"default that is no bool": {post[struct {
			All bool `query:"all" default:"yes"`
		}]("/"), `All`},
		"default that is no time": {post[struct {
			Since time.Time `query:"since" default:"today"`
		}]("/"), `Since`},
		"minimum of a text": {post[struct {
			Name string `query:"name" minimum:"1"`
		}]("/"), `Name`},
		"misspelt tag": {post[struct {
			Page int `qurey:"page"`
		}]("/"), `qurey`},
		"misspelt constraint": {post[struct {
			Page int `query:"page" minimun:"1"`
		}]("/"), `minimun`},
		"two bodies": {post[struct {
			ID   string `json:"id"`
			Body map[string]int
		}]("/"), `has two bodies, the field Body and the member id`},
		"body and form": {post[struct {
			ID   string `form:"id"`
			Body map[string]int
		}]("/"), `has two bodies, the field Body and a form with "id"`},
		"form and members": {post[struct {
			ID   string `form:"id"`
			Name string
		}]("/"), `has two bodies, a form with "id" and the JSON member Name`},
		"body of GET": {func(a *app.App) {
			app.TypedRoute(a, "/", typedHandler[struct{ Body []int }, *mistakenResult])
		}, `has a body (the field Body), which a GET request doesn't`},
		"body of HEAD among others": {func(a *app.App) {
			app.TypedRoute(a, "/", typedHandler[struct{ ID int }, *mistakenResult], app.Methods("POST", "HEAD"))
		}, `has a body (the member ID), which a HEAD request doesn't`},
		"form of OPTIONS": {func(a *app.App) {
			app.TypedRoute(a, "/", typedHandler[struct {
				ID int `form:"id"`
			}, *mistakenResult], app.Methods("OPTIONS"))
		}, `has a body (the form field id), which a OPTIONS request doesn't`},
		"tag within a body": {post[struct{ Body inner }]("/"), `inner.Page has the tag query within a body`},
		"tag within a member": {post[struct {
			List []inner `json:"list"`
		}]("/"), `inner.Page has the tag query within a body`},
		"tag within a map": {post[struct{ Body map[string]*inner }]("/"), `inner.Page has the tag query within a body`},
		"embeds such a type": {post[struct {
			writesItself
			B string `json:"b"`
		}]("/"), `of a type that it embeds: a body that decodes itself has to be a field Body`},
		"one name for all": {post[struct {
			namedFirst
			namedSecond
		}]("/"), `the name "A" is also that of namedSecond.A`},
		"no boolean": {post[struct {
			A bool `json:"a" default:"yes"`
		}]("/"), `default: "yes" isn't true or false`},
		"no list": {post[struct {
			A []int `json:"a" example:"1,x"`
		}]("/"), `example: "1,x" isn't a list`},
		"no duration": {post[struct {
			A time.Duration `json:"a" example:"1 h"`
		}]("/"), `isn't a duration, such as 1m30s`},
		"no JSON": {post[struct {
			A map[string]int `json:"a" example:"a=1"`
		}]("/"), `example: "a=1" isn't`},
		"asks of a file": {post[struct {
			F app.File `form:"f" maxLength:"3"`
		}]("/"), `is a file, of which nothing is asked`},
		"asks of files": {post[struct {
			F []app.File `form:"f" pattern:"a"`
		}]("/"), `is a file, of which nothing is asked`},
		"asks of bytes": {post[struct {
			Body []byte `maxLength:"3"`
		}]("/", app.ContentTypes("image/png")), `bytes that are taken as they are, of which nothing is asked`},
		"raw default": {post[struct {
			Body string `default:"a"`
		}]("/", app.ContentTypes("text/plain")), `has a default, and is taken as it is`},
		"form within a body": {post[struct {
			Body struct {
				X string `json:"x" form:"x"`
			}
		}]("/"), `has the tag form within a body`},
		"writes itself": {returns[*struct {
			writesItself
			ETag string `header:"ETag"`
		}](), `beside a header or a status they have to be those of a field Body`},
		"decodes itself":   {post[decodesItself]("/"), `decodesItself has methods for JSON or text`},
		"embedded pointer": {post[embedsPointer]("/"), `embeds a pointer`},
		"file without a form": {post[struct {
			Image app.File
		}]("/"), "Image is a file: name the form's field, as in `form:\"image\"`"},
		"channel": {post[struct{ Body chan int }]("/"), `chan`},
		"URL in JSON": {post[struct {
			Link url.URL `json:"link"`
		}]("/"), `Link`},
		"JSON of another type": {post[struct{ Body []int }]("/", app.ContentTypes("text/csv")), `ContentTypes has ["text/csv"], and the body is JSON`},
		"JSON of any type":     {post[struct{ Body []int }]("/", app.ContentTypes()), `ContentTypes has all types, and the body is JSON`},
		"form of JSON": {post[struct {
			A string `form:"a"`
		}]("/", app.ContentTypes("application/json")), `ContentTypes has ["application/json"], and the body is a form`},
		"files not in a multipart form": {post[struct {
			A app.File `form:"a"`
		}]("/", app.ContentTypes("application/x-www-form-urlencoded")), `and the body is a form`},
		"text and JSON": {post[struct{ Body string }]("/", app.ContentTypes("text/plain", "application/json")), `list one or the other`},
		"MaxBody":       {post[noParameters]("/", app.MaxBody(0)), `MaxBody is 0: it has to be at least 1 byte`},
		"MaxDepth":      {post[noParameters]("/", app.MaxDepth(-1)), `MaxDepth is -1`},
		"Errors":        {post[noParameters]("/", app.Errors(404, 200)), `Errors has the status 200`},
		"Tags":          {post[noParameters]("/", app.Tags()), `Tags needs names`},
		"twice Tags":    {post[noParameters]("/", app.Tags("a"), app.Tags("b")), `Tags is given twice`},
		"Results of Route": {func(a *app.App) {
			a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Results(new(mistakenResult)))
		}, `Results is an option of TypedRoute`},
		"MaxDepth of Route": {func(a *app.App) {
			a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.MaxDepth(3))
		}, `MaxDepth is an option of TypedRoute`},

		"returns a value":         {returns[mistakenResult](), `the handler returns the struct app_test.mistakenResult: it has to return a pointer to a struct, such as *mistakenResult`},
		"returns a list":          {returns[[]int](), `the handler returns a []int: it has to return a pointer to a struct`},
		"returns a text":          {returns[string](), `it has to return a pointer to a struct`},
		"returns pointer to text": {returns[*string](), `it has to return a pointer to a struct`},
		"returns any":             {returns[any](), `say which results there are, as in app.Results`},
		"returns an interface":    {returns[mistakenOutcome](), `the handler returns the interface app_test.mistakenOutcome`},
		"empty Results":           {returns[mistakenOutcome](app.Results()), `say which results there are`},
		"Results of a pointer":    {returns[*mistakenResult](app.Results(new(mistakenResult))), `leave Results out`},
		"Results with a value":    {returns[mistakenOutcome](app.Results(mistakenResult{})), `Results has a app_test.mistakenResult: list pointers to structs`},
		"Results with nil":        {returns[mistakenOutcome](app.Results(nil)), `Results has a nil`},
		"Results with another":    {returns[mistakenOutcome](app.Results(new(inner))), `which isn't a app_test.mistakenOutcome`},
		"Results twice":           {returns[mistakenOutcome](app.Results(new(mistakenResult), new(mistakenResult))), `Results has *app_test.mistakenResult twice`},
		"status out of range": {returns[*struct {
			Status int `status:"99"`
		}](), `"99" is no status of an answer`},
		"status 600": {returns[*struct {
			Status int `status:"200,600"`
		}](), `"600" is no status of an answer`},
		"status of words": {returns[*struct {
			Status int `status:"created"`
		}](), `"created" is no status of an answer`},
		"status twice": {returns[*struct {
			Status int `status:"200,200"`
		}](), `the status 200 is listed twice`},
		"two statuses": {returns[*struct {
			A int `status:"200"`
			B int `status:"201"`
		}](), `is a second status`},
		"status of text": {returns[*struct {
			Status string `status:"200"`
		}](), `a status is an int`},
		"body with 204": {returns[*struct {
			Status int `status:"204"`
			ID     string
		}](), `has a body and the status 204 or 304`},
		"answer with two bodies": {returns[*struct {
			ID   string
			Body []int
		}](), `has two bodies, the field Body and the member ID`},
		"cookie of an answer": {returns[*struct {
			A string `cookie:"a"`
		}](), "write `header:\"Set-Cookie\"`"},
		"query of an answer": {returns[*struct {
			A string `query:"a"`
		}](), `which only the type that a handler takes can have`},
		"header of a struct": {returns[*struct {
			A inner `header:"X-A"`
		}](), `A is a app_test.inner`},
		"tag within an answer": {returns[*struct{ Body inner }](), `inner.Page has the tag query within a body`},
		"channel in an answer": {returns[*struct{ Body chan int }](), `chan`},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("a")
			tc.register(a)
			m := a.Describe()
			if len(m.Mistakes) == 0 {
				t.Fatalf("there is no mistake; want %q", tc.want)
			}
			if _, err := json.Marshal(m); err != nil {
				t.Error(err)
			}
			found := false
			for _, mistake := range m.Mistakes {
				found = found || strings.Contains(mistake.Message, tc.want)
				if strings.Contains(mistake.Message, "\n") || mistake.Line == 0 || !strings.HasSuffix(mistake.File, "_test.go") {
					t.Errorf("the mistake is no line with a place: %q %s:%d", mistake.Message, mistake.File, mistake.Line)
				}
			}
			if !found {
				t.Errorf("%v\ndoesn't say %q", m.Mistakes, tc.want)
			}
			if len(m.Mistakes) > 1 {
				t.Logf("%d mistakes:\n%v", len(m.Mistakes), m.Mistakes)
			}
		})
	}
}

// TestTypedLimitsOfApp: a limit that an app has for its typed routes is reported once.
func TestTypedLimitsOfApp(t *testing.T) {
	a := app.New("a", app.MaxBody(-1), app.MaxDepth(0))
	post[noParameters]("/a")(a)
	post[noParameters]("/b")(a)
	_, err := a.Registry()
	for _, want := range []string{"MaxBody is -1", "MaxDepth is 0"} {
		if strings.Count(fmt.Sprint(err), want) != 1 {
			t.Errorf("%v\ndoesn't say %q once", err, want)
		}
	}
}
