package diagram_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// templates returns the folders of the apps with which templates are tested.
func templates(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("../../testdata/templates/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no apps to draw: %v", err)
	}
	return dirs
}

// built returns the graph of the app in a folder.
func built(t *testing.T, dir string) *synth.Graph {
	t.Helper()
	project := t.TempDir()
	if err := os.Mkdir(filepath.Join(project, ".chalice"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(project, config.File), read(t, dir, "config.json"), 0o644); err != nil {
		t.Fatal(err)
	}
	stage, err := config.Load(project, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	model, err := app.ParseModel(read(t, dir, "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	in := synth.Input{Model: model, Stage: stage, Files: map[string][]byte{}, Version: "1.0.0"}
	for _, name := range synth.RequiredFiles(model, stage) {
		in.Files[name] = read(t, dir, name)
	}
	if _, err := os.Stat(filepath.Join(dir, "policies.json")); err == nil {
		readPolicies(t, read(t, dir, "policies.json"), &in)
	}
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// readPolicies reads what an analysis of the source would find. The drawing has
// the actions, and no resources.
func readPolicies(t *testing.T, data []byte, in *synth.Input) {
	t.Helper()
	if err := json.Unmarshal(data, in); err != nil {
		t.Fatal(err)
	}
	for _, statements := range in.Policies {
		for i := range statements {
			statements[i].Resources = []any{"*"}
		}
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
