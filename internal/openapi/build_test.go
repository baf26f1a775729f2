package openapi_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/ordered"
)

// modelOf reads a model, as programs write it.
func modelOf(t *testing.T, text string) *app.Model {
	t.Helper()
	m, err := app.ParseModel([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// built returns the document of a model for a stage without a configuration.
func built(t *testing.T, model string, c openapi.Comments, version string) *ordered.Object {
	t.Helper()
	doc, err := openapi.Build(modelOf(t, model), config.New("dev"), c, nil, version)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// at returns the value that a JSON pointer's steps lead to, as JSON.
func at(t *testing.T, v any, steps ...string) string {
	t.Helper()
	for _, step := range steps {
		o, ok := v.(*ordered.Object)
		if !ok {
			return ""
		}
		if v, ok = o.Get(step); !ok {
			return ""
		}
	}
	return string(ordered.AppendCompactJSON(nil, v))
}

// TestVersions: a version that nobody knows has no document.
func TestVersions(t *testing.T) {
	for _, version := range openapi.Versions() {
		doc := built(t, `{"version":1,"name":"shop"}`, openapi.Comments{}, version)
		if got := at(t, doc, "openapi"); !strings.HasPrefix(got, `"`+version+".") {
			t.Errorf("the document of version %s says that it is %s", version, got)
		}
	}
	_, err := openapi.Build(modelOf(t, `{"version":1,"name":"shop"}`), config.New("dev"), openapi.Comments{}, nil, "2.0")
	if want := `the version of OpenAPI is "2.0" and has to be 3.1 or 3.0`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
