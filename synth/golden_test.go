package synth_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth"
)

var update = flag.Bool("update", false, "rewrite the templates in testdata/templates")

// zipDigest stands for the digest of a zip with the program.
const zipDigest = "5e2a5e1e4e2e8b6f0c7e7c9d0c2b7a1f3f6e5d4c3b2a19080706050403020100"

const templatesDir = "../testdata/templates"

// TestGolden renders each case of testdata/templates and compares with the
// templates beside it. "make golden" rewrites them; the diff is the review.
func TestGolden(t *testing.T) {
	for _, dir := range goldenCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			for name, got := range renderAll(t, dir) {
				compareGolden(t, filepath.Join(dir, name), got)
			}
		})
	}
}

// TestRenderingIsRepeatable builds and renders each case again.
func TestRenderingIsRepeatable(t *testing.T) {
	for _, dir := range goldenCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if diff := cmp.Diff(renderAll(t, dir), renderAll(t, dir)); diff != "" {
				t.Errorf("the second rendering differs (-first +second)\n%s", diff)
			}
		})
	}
}

func goldenCases(t *testing.T) []string {
	t.Helper()
	models, err := filepath.Glob(filepath.Join(templatesDir, "*", "model.json"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no cases in %s (%v)", templatesDir, err)
	}
	for i, model := range models {
		models[i] = filepath.Dir(model)
	}
	return models
}

// buildCase makes the graph of a case.
func buildCase(t *testing.T, dir string) (*synth.Graph, *config.Stage) {
	t.Helper()
	in := readCase(t, dir)
	graph, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return graph, in.Stage
}

// readCase reads a case: its model.json, its config.json as the configuration of a
// project, and the policy files beside them.
func readCase(t *testing.T, dir string) synth.Input {
	t.Helper()
	project := t.TempDir()
	if err := os.Mkdir(filepath.Join(project, ".chalice"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := os.WriteFile(filepath.Join(project, config.File), readFile(t, filepath.Join(dir, "config.json")), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	stage, err := config.Load(project, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	model, err := app.ParseModel(readFile(t, filepath.Join(dir, "model.json")))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range synth.RequiredFiles(model, stage) {
		files[name] = readFile(t, filepath.Join(dir, name))
	}
	merge := mergeOf(t, dir)
	in := synth.Input{Model: model, Stage: stage, Files: files, StandIns: standInsOf(merge, stage), Merge: merge, Version: "1.0.0", CodeSHA256: zipDigest}
	if data, err := os.ReadFile(filepath.Join(dir, "policies.json")); err == nil {
		readPolicies(t, data, &in)
	}
	return in
}

// mergeOf returns what a case has to merge; nil: nothing.
func mergeOf(t *testing.T, dir string) *synth.Part {
	t.Helper()
	file := filepath.Join(dir, "merge.yaml")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	part, err := synth.ParsePart(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

// standInsOf returns what the stand-ins in a case's model stand for: the values of its
// variables, as chalice describe has them.
func standInsOf(merge *synth.Part, stage *config.Stage) map[string]any {
	typeOf := func(string) string { return "" }
	if merge != nil {
		typeOf = merge.TypeOf
	}
	var table standin.Table
	for _, value := range stage.API().Environment {
		if value.Intrinsic != nil {
			table.Add(standin.Of(value.Intrinsic, typeOf))
		} else if standin.IsExpression(value.Text) {
			table.Add(standin.OfExpression(value.Text))
		}
	}
	return table.Contents()
}

// readPolicies reads what an analysis of the source would find. A resource
// that is an object with a Service is an ARN.
func readPolicies(t *testing.T, data []byte, in *synth.Input) {
	t.Helper()
	if err := json.Unmarshal(data, in); err != nil {
		t.Fatal(err)
	}
	for _, statements := range in.Policies {
		for _, s := range statements {
			for i, r := range s.Resources {
				if o, ok := r.(map[string]any); ok && o["Service"] != nil {
					s.Resources[i] = arnOf(t, o)
				}
			}
		}
	}
}

func arnOf(t *testing.T, o map[string]any) synth.ARN {
	t.Helper()
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var arn synth.ARN
	if err := json.Unmarshal(data, &arn); err != nil {
		t.Fatal(err)
	}
	return arn
}

// renderAll returns each file of a case's templates by its name.
func renderAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	graph, stage := buildCase(t, dir)
	written := map[string]string{}
	for name, render := range map[string]func(*synth.Graph) (*synth.Template, error){
		"sam.json":        synth.SAM,
		"sam.yaml":        synth.SAM,
		"chalice.tf.json": synth.Terraform,
		"template.json": func(g *synth.Graph) (*synth.Template, error) {
			return synth.CloudFormation(g, synth.Code{})
		},
	} {
		if !takes(name, filepath.Base(dir), stage) {
			continue
		}
		template, err := render(graph)
		if err != nil {
			t.Fatal(err)
		}
		if name != "chalice.tf.json" {
			if part := mergeOf(t, dir); part != nil {
				template.Merge(part)
			}
		}
		files, err := template.Files(synth.Layout{File: name, NestedStacks: stage.NestedStacks})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			written[f.Name] = string(f.Data)
		}
	}
	return written
}

// Cases whose configuration has what only CloudFormation or only Terraform fills in.
var (
	onlyCloudFormation = []string{"deployments", "alarms-letters", "references", "nested-references", "logging-references", "private-reference", "sources", "targets", "pollers-references", "async-references", "tagged-nested"}
	onlyTerraform      = []string{"alarms-expressions", "expressions", "private-expression", "module-sources", "pollers-expressions", "async-expressions"}
)

// takes reports whether a file's format can have what a case configures.
func takes(file, name string, stage *config.Stage) bool {
	if file == "chalice.tf.json" {
		return stage.NestedStacks == nil && !slices.Contains(onlyCloudFormation, name)
	}
	return !slices.Contains(onlyTerraform, name)
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := readFile(t, file)
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; \"make golden\" rewrites it (-want +got)\n%s", file, cmp.Diff(string(want), got))
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
