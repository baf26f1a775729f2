package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestCORSHeaders(t *testing.T) {
	type fields = []app.HeaderField
	needed := app.HeaderField{Name: "Access-Control-Allow-Headers", Value: "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"}
	all := app.HeaderField{Name: "Access-Control-Allow-Origin", Value: "*"}
	for name, tc := range map[string]struct {
		config app.CORSConfig
		want   fields
	}{
		"default": {app.CORSConfig{}, fields{all, needed}},
		"headers": {
			app.CORSConfig{AllowHeaders: []string{"x-z", "X-A", "Content-Type", "x-api-key"}},
			fields{all, {Name: needed.Name, Value: "Authorization,Content-Type,X-A,X-Amz-Date,X-Amz-Security-Token,X-Api-Key,x-api-key,x-z"}},
		},
		"everything": {
			app.CORSConfig{AllowOrigin: "https://a.test", ExposeHeaders: []string{"X-B", "X-A"}, MaxAge: new(600), AllowCredentials: true},
			fields{
				{Name: all.Name, Value: "https://a.test"}, needed, {Name: "Access-Control-Expose-Headers", Value: "X-B,X-A"},
				{Name: "Access-Control-Max-Age", Value: "600"}, {Name: "Access-Control-Allow-Credentials", Value: "true"},
			},
		},
		"age zero": {app.CORSConfig{MaxAge: new(0), ExposeHeaders: []string{}}, fields{all, needed, {Name: "Access-Control-Max-Age", Value: "0"}}},
	} {
		if diff := cmp.Diff(tc.want, tc.config.Headers()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCORSEqual(t *testing.T) {
	a, b := app.CORSConfig{AllowHeaders: []string{"A", "B"}}, app.CORSConfig{AllowOrigin: "*", AllowHeaders: []string{"B", "A"}}
	if !a.Equal(b) || a.Equal(app.CORSConfig{}) {
		t.Error("Equal compares something else than the headers")
	}
	if (app.CORSConfig{ExposeHeaders: []string{"A", "B"}}).Equal(app.CORSConfig{ExposeHeaders: []string{"B", "A"}}) {
		t.Error("the order of exposed headers doesn't count")
	}
}

// TestCORSResolution: a route's own configuration, even the default one, wins
// over the app's.
func TestCORSResolution(t *testing.T) {
	a := app.New("cors", app.DefaultCORS(app.CORSConfig{AllowOrigin: "https://a.test"}))
	a.Route("/app", index)
	a.Route("/own", index, app.CORS())
	a.Route("/none", index, app.NoCORS())
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range registry.Routes() {
		if r.CORS != nil {
			got[r.Path] = r.CORS.AllowOrigin
		}
	}
	if diff := cmp.Diff(map[string]string{"/app": "https://a.test", "/own": "*"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
