package openapi_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/ordered"
)

var update = flag.Bool("update", false, "rewrite the documents in testdata")

// caseOf reads a folder of testdata: a model, and perhaps the configuration of a stage, and
// comments.
func caseOf(t *testing.T, dir string) (*app.Model, *config.Stage, openapi.Comments) {
	t.Helper()
	stage := config.New("dev")
	if data := optional(t, filepath.Join(dir, "config.json")); data != nil {
		var err error
		if stage, err = config.Parse(data, config.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	var kept struct {
		Package string
		Of      map[string]string
		At      []struct {
			app.Source
			Comment string
		}
	}
	if data := optional(t, filepath.Join(dir, "comments.json")); data != nil {
		if err := json.Unmarshal(data, &kept); err != nil {
			t.Fatal(err)
		}
	}
	comments := openapi.Comments{Package: kept.Package, Of: kept.Of, At: map[app.Source]string{}}
	for _, c := range kept.At {
		comments.At[c.Source] = c.Comment
	}
	return modelOf(t, string(optional(t, filepath.Join(dir, "model.json")))), stage, comments
}

func optional(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return data
}

// cases are the folders of testdata with a model.
func cases(t *testing.T) []string {
	t.Helper()
	models, err := filepath.Glob("testdata/*/model.json")
	if err != nil || len(models) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	for i, model := range models {
		models[i] = filepath.Dir(model)
	}
	return models
}

// TestDocuments compares documents with those in testdata; -update writes these. The
// conformance target gives them to validators.
func TestDocuments(t *testing.T) {
	for _, dir := range cases(t) {
		for _, version := range openapi.Versions() {
			t.Run(filepath.Base(dir)+" "+version, func(t *testing.T) {
				model, stage, comments := caseOf(t, dir)
				doc, err := openapi.Build(model, stage, comments, nil, version)
				if err != nil {
					t.Fatal(err)
				}
				got, file := ordered.YAML(doc), filepath.Join(dir, "openapi-"+version+".yaml")
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				if diff := cmp.Diff(string(optional(t, file)), string(got)); diff != "" {
					t.Errorf("-update rewrites it (-file +document)\n%s", diff)
				}
			})
		}
	}
}
