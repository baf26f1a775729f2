package apptest_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

type order struct {
	ID string `json:"id"`
}

type getOrder struct {
	ID string `path:"id"`
}

func documented(path string, options ...app.RouteOption) *app.App {
	a := app.New("shop", app.ServeOpenAPI(path, options...))
	app.TypedRoute(a, "/orders/{id}", func(_ context.Context, in *getOrder) (*order, error) { return &order{in.ID}, nil }, app.Name("getOrder"))
	return a
}

// TestServedDocument: a test gets the document that packaging would make, behind each front.
func TestServedDocument(t *testing.T) {
	for name, opts := range map[string][]apptest.Option{"REST API": nil, "load balancer": {apptest.LoadBalancer()}} {
		t.Run(name, func(t *testing.T) {
			c := apptest.NewClient(t, documented("/docs/openapi.json", app.CORS()), opts...)
			r := c.HTTP.Get("/docs/openapi.json")
			var document struct {
				OpenAPI string
				Servers []struct{ URL string }
				Paths   map[string]map[string]struct{ OperationID string }
			}
			if err := json.Unmarshal(r.Body, &document); err != nil || r.Status != 200 {
				t.Fatalf("%d %s: %v", r.Status, r.Body, err)
			}
			if document.OpenAPI != "3.1.0" || len(document.Servers) != 1 || document.Servers[0].URL != ".." ||
				document.Paths["/orders/{id}"]["get"].OperationID != "getOrder" {
				t.Errorf("the document is %s", r.Body)
			}
			if got := r.Header.Get("Content-Type"); got != "application/json" {
				t.Errorf("its type is %q", got)
			}
			if got := r.Header.Get("Access-Control-Allow-Origin"); got != "*" {
				t.Errorf("for other origins: %q", got)
			}
			again := c.HTTP.Get("/docs/openapi.json", apptest.Header("If-None-Match", r.Header.Get("ETag")))
			if again.Status != 304 || len(again.Body) > 0 || again.Header.Get("ETag") != r.Header.Get("ETag") || again.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("the same again: %d %v %q", again.Status, again.Header, again.Body)
			}
		})
	}
}

// TestServedDocumentIsProtected: the route's authorizer and API key are asked as for any
// route.
func TestServedDocumentIsProtected(t *testing.T) {
	c := apptest.NewClient(t, documented("/openapi.json", app.APIKeyRequired(), app.Methods("GET", "HEAD")), apptest.APIKeys("k"))
	if r := c.HTTP.Get("/openapi.json"); r.Status != 403 {
		t.Errorf("without a key: %d", r.Status)
	}
	if r := c.HTTP.Get("/openapi.json", apptest.Header("X-Api-Key", "k")); r.Status != 200 || len(r.Body) == 0 {
		t.Errorf("with a key: %d %s", r.Status, r.Body)
	}
	if r := c.HTTP.Head("/openapi.json", apptest.Header("X-Api-Key", "k")); r.Status != 200 || r.Header.Get("ETag") == "" {
		t.Errorf("HEAD: %d %v", r.Status, r.Header)
	}
	if r := c.HTTP.Post("/openapi.json", apptest.Header("X-Api-Key", "k")); r.Status < 400 {
		t.Errorf("POST: %d", r.Status)
	}
}
