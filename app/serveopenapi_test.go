package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/apidoc"
)

// beside writes a document beside the program, which is the test's, until the test ends.
func beside(t *testing.T, document string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(filepath.Dir(program), apidoc.File)
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(file) })
}

// served asks an app with one route that serves the document for it.
func served(t *testing.T, ctx context.Context, a *app.App, ifNoneMatch string) (*app.Response, error) {
	t.Helper()
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	event := fmt.Sprintf(`{"resource": "/openapi.json", "path": "/openapi.json", "httpMethod": "GET", "headers": {"If-None-Match": %q}, "requestContext": {"resourcePath": "/openapi.json", "httpMethod": "GET"}}`, ifNoneMatch)
	r, err := app.NewRequest([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	result, err := registry.Routes()[0].Handler(ctx, r)
	if err != nil {
		return nil, err
	}
	return result.(*app.Response), nil
}

func serving() *app.App {
	return app.New("shop", app.ServeOpenAPI("/openapi.json"))
}

func TestServeOpenAPI(t *testing.T) {
	const document = `{"openapi": "3.1.0"}`
	beside(t, document)
	a := serving()
	first, err := served(t, t.Context(), a, "")
	if err != nil {
		t.Fatal(err)
	}
	tag := first.Headers["ETag"]
	if first.Body != document || first.StatusCode != 0 || first.Headers["Content-Type"] != "application/json" || len(tag) < 10 {
		t.Fatalf("answered %+v", first)
	}
	for value, same := range map[string]bool{
		tag: true, "W/" + tag: true, `"x", ` + tag: true, `"x",W/` + tag + `,"y"`: true, "*": true,
		"": false, `"x"`: false, strings.Trim(tag, `"`): false, strings.ToUpper(tag) + "x": false,
	} {
		again, err := served(t, t.Context(), a, value)
		if err != nil {
			t.Fatal(err)
		}
		if is := again.StatusCode == 304; is != same || same != (again.Body == "") || again.Headers["ETag"] != tag {
			t.Errorf("If-None-Match: %s: answered %+v", value, again)
		}
	}
	beside(t, document+" ") // which this app has read
	if again, err := served(t, t.Context(), a, ""); err != nil || again.Body != document {
		t.Errorf("the document is read again: %v %v", again, err)
	}
	if other, err := served(t, t.Context(), serving(), tag); err != nil || other.StatusCode == 304 || other.Headers["ETag"] == tag {
		t.Errorf("another document: %+v %v", other, err)
	}
}

func TestServeOpenAPIOfATest(t *testing.T) {
	ctx := apidoc.With(t.Context(), func() ([]byte, error) { return []byte(`{}`), nil })
	if r, err := served(t, ctx, serving(), ""); err != nil || r.Body != `{}` {
		t.Errorf("answered %+v, %v", r, err)
	}
}

func TestServeOpenAPIWithoutTheFile(t *testing.T) {
	_, err := served(t, t.Context(), serving(), "")
	if err == nil || !strings.Contains(err.Error(), "chalice package") || strings.Count(err.Error(), "\n") > 0 {
		t.Errorf("failed with %v", err)
	}
}

func TestServeOpenAPIModel(t *testing.T) {
	a := app.New("shop", app.ServeOpenAPI("/docs/api.json", app.CORS(), app.Doc("What there is"), app.Name("described"), app.Methods("GET", "HEAD")))
	a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil })
	model := a.Describe()
	if model.Mistakes != nil {
		t.Fatal(model.Mistakes)
	}
	if model.Routes[0].ServesOpenAPI {
		t.Error("so does another route")
	}
	r := model.Routes[1]
	if !r.ServesOpenAPI || r.Path != "/docs/api.json" || r.Name != "described" || r.Doc != "What there is" || r.CORS == nil ||
		r.ContentTypes == nil || len(r.ContentTypes) > 0 || !strings.HasSuffix(r.Source.File, "serveopenapi_test.go") {
		t.Errorf("the model has %+v", r)
	}
	var operation struct{ Responses map[string]any }
	if err := json.Unmarshal(r.Operation, &operation); err != nil || operation.Responses["200"] == nil || operation.Responses["304"] == nil {
		t.Errorf("the operation is %s: %v", r.Operation, err)
	}
	tagged := app.New("shop", app.ServeOpenAPI("/openapi.json", app.Tags("meta", "docs"), app.Deprecated(), app.Errors(418)))
	var with struct {
		Tags       []string
		Deprecated bool
		Responses  map[string]any
		Parameters []any
	}
	if err := json.Unmarshal(tagged.Describe().Routes[0].Operation, &with); err != nil || len(with.Tags) != 2 || !with.Deprecated ||
		with.Responses["418"] == nil || with.Responses["304"] == nil || len(with.Parameters) != 1 {
		t.Errorf("with options the operation is %+v: %v", with, err)
	}
	if m := serving().Describe().Routes[0]; m.Name != "get_openapi_json" || m.Doc == "" {
		t.Errorf("without options it is %+v", m)
	}
}

func TestServeOpenAPIMistakes(t *testing.T) {
	for want, options := range map[string][]app.Option{
		"not POST":                           {app.ServeOpenAPI("/openapi.json", app.Methods("GET", "POST"))},
		"looks like YAML":                    {app.ServeOpenAPI("/openapi.yaml")},
		"/docs/api.YML looks":                {app.ServeOpenAPI("/docs/api.YML")},
		"greedy":                             {app.ServeOpenAPI("/{rest+}")},
		"leave out Streams":                  {app.ServeOpenAPI("/openapi.json", app.Streams())},
		"Results is an option of TypedRoute": {app.ServeOpenAPI("/openapi.json", app.Results(new(int)))},
		"has to start":                       {app.ServeOpenAPI("openapi.json")},
		"equally many parts":                 {app.ServeOpenAPI("/openapi.json"), app.ServeOpenAPI("/docs/openapi.json")},
		"GET /openapi.json":                  {app.ServeOpenAPI("/openapi.json"), app.ServeOpenAPI("/openapi.json")},
	} {
		mistakes := app.New("shop", options...).Describe().Mistakes
		if len(mistakes) == 0 || !strings.Contains(mistakes.Error(), want) || !strings.HasSuffix(mistakes[0].File, "serveopenapi_test.go") {
			t.Errorf("%s: the mistakes are %v", want, mistakes)
		}
	}
	b := app.NewBlueprint()
	auth := b.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("staff"))
	a := app.New("shop", app.ServeOpenAPI("/openapi.json", app.Auth(auth)), app.ServeOpenAPI("/internal.json", app.Auth(app.IAMAuthorizer())))
	a.RegisterBlueprint(b)
	if mistakes := a.Describe().Mistakes; mistakes != nil {
		t.Error(mistakes)
	}
}
