package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

type shopLine struct {
	Count int `json:"count" minimum:"1" maximum:"9"`
}

type shopOrder struct {
	Status   int        `status:"200,201"`
	ID       string     `json:"id" doc:"Its id"`
	Lines    []shopLine `json:"lines"`
	Location string     `header:"Location,omitzero" doc:"Where it is"`
}

type shopQueued struct {
	Status int `status:"202"`
}

type shopOutcome interface{ outcome() }

func (*shopOrder) outcome()  {}
func (*shopQueued) outcome() {}

type putShopOrder struct {
	ID   string   `path:"id" format:"uuid"`
	Page int8     `query:"page" default:"3" minimum:"1"`
	Auth string   `header:"Authorization,omitzero"`
	Line shopLine `json:"line"`
}

type sendShopForm struct {
	Title string   `form:"title" minLength:"2"`
	Image app.File `form:"image"`
}

func putOrderOf(_ context.Context, in *putShopOrder) (shopOutcome, error) {
	return &shopOrder{ID: in.ID, Lines: []shopLine{in.Line}, Location: "/" + in.ID}, nil
}

// shopRoutes are typed routes that show what the model says of them.
func shopRoutes() *app.App {
	a := app.New("a", app.MaxBody(100))
	app.TypedRoute(a, "/shop/{id}", putOrderOf, app.Methods("PUT"), app.Results(new(shopOrder), new(shopQueued)), app.Errors(404))
	app.TypedRoute(a, "/{any}/form", func(context.Context, *sendShopForm) (*app.Response, error) { return nil, nil }, app.Methods("POST"), app.Deprecated(), app.Tags("forms"))
	a.Route("/plain", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Tags("plain"), app.Errors(409))
	return a
}

// TestTypedModel: what a model says of typed routes.
func TestTypedModel(t *testing.T) {
	m := shopRoutes().Describe()
	if m.Mistakes != nil {
		t.Fatal(m.Mistakes)
	}
	failure := func(status, title string) string {
		return `"` + status + `":{"description":"` + title + `","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}`
	}
	const order = `"headers":{"Location":{"description":"Where it is","schema":{"type":"string"},"x-go":"github.com/chalice-go/chalice/app_test.shopOrder.Location"}},` +
		`"content":{"application/json":{"schema":{"$ref":"#/components/schemas/shopOrder"}}}`
	refusals := strings.Join([]string{failure("413", "Content Too Large"), failure("415", "Unsupported Media Type"), failure("422", "Unprocessable Content")}, ",")
	want := []string{
		`{"tags":["shop"],"parameters":[` +
			`{"name":"id","in":"path","required":true,"schema":{"type":"string","format":"uuid"},"x-go":"github.com/chalice-go/chalice/app_test.putShopOrder.ID"},` +
			`{"name":"page","in":"query","schema":{"type":"integer","minimum":1,"maximum":127,"default":3},"x-go":"github.com/chalice-go/chalice/app_test.putShopOrder.Page"}],` +
			`"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/putShopOrder"}}},"required":true},` +
			`"responses":{"200":{"description":"OK",` + order + `},"201":{"description":"Created",` + order + `},"202":{"description":"Accepted"},` +
			failure("400", "Bad Request") + `,` + failure("404", "Not Found") + `,` + refusals + `}}`,
		`{"tags":["forms"],"requestBody":{"content":{"multipart/form-data":{"schema":{"type":"object","properties":{` +
			`"title":{"type":"string","minLength":2,"x-go":"github.com/chalice-go/chalice/app_test.sendShopForm.Title"},` +
			`"image":{"type":"string","format":"binary","x-go":"github.com/chalice-go/chalice/app_test.sendShopForm.Image"}},"required":["title","image"]}}},"required":true},` +
			`"responses":{"2XX":{"description":"Success"},` + failure("400", "Bad Request") + `,` + refusals + `},"deprecated":true}`,
		`{"tags":["plain"],"responses":{"2XX":{"description":"Success"},` + failure("409", "Conflict") + `}}`,
	}
	for i, r := range m.Routes {
		if diff := cmp.Diff(want[i], string(r.Operation)); diff != "" {
			t.Errorf("%s: %s", r.Path, diff)
		}
	}
	if m.Routes[0].Handler != "github.com/chalice-go/chalice/app_test.putOrderOf" || m.Routes[0].Name != "putOrderOf" {
		t.Errorf("the handler of the model is %s with the name %s", m.Routes[0].Handler, m.Routes[0].Name)
	}
	for _, name := range []string{"putShopOrder", "shopOrder", "shopLine"} {
		if !strings.Contains(string(m.Schemas), `"`+name+`":`) {
			t.Errorf("there is no schema %s in %s", name, m.Schemas)
		}
	}
}

// TestTypedWhereItRuns: in Lambda the types are read at a route's first request, and no
// sooner: mistakes, which the description shows, aren't looked for.
func TestTypedWhereItRuns(t *testing.T) {
	a := shopRoutes()
	app.TypedRoute(a, "/mistaken", func(context.Context, *struct{ ID string }) (*shopQueued, error) { return nil, nil }, app.Name("mistaken"))
	t.Setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
	if _, err := a.Registry(); err != nil {
		t.Fatal(err)
	}
	r := apptest.NewClient(t, a).HTTP.Put("/shop/6ba7b810-9dad-11d1-80b4-00c04fd430c8", apptest.Body(`{"line": {"count": 2}}`))
	if want := `{"id":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","lines":[{"count":2}]}`; r.Status != 200 || r.Text() != want || r.Header.Get("Location") == "" {
		t.Errorf("status %d: %s\nwant %s", r.Status, r.Text(), want)
	}
	if types := r.Header.Get("Content-Type"); types != "application/json" {
		t.Errorf("the type is %s", types)
	}
}
