package packager_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/migrate"
	"github.com/chalice-go/chalice/internal/templatefile"
	packager "github.com/chalice-go/chalice/package"
)

// TestMigrated migrates apps that are written for Chalice for Python, and holds the
// templates of the Go projects against those of the Python apps: of the apps that the
// oracle's cases describe, as far as these are there, of the reference's own project
// templates, and of the apps in testdata/migrated. CHALICE_PYTHON names a Python with
// Chalice; "make conformance-migrate" installs one.
//
// The Go projects are compiled as one program, a package for each.
func TestMigrated(t *testing.T) {
	python := os.Getenv("CHALICE_PYTHON")
	if python == "" {
		t.Skip("CHALICE_PYTHON names no Python with Chalice: make conformance-migrate installs one")
	}
	python, err := filepath.Abs(filepath.Join("..", python))
	if err != nil {
		t.Fatal(err)
	}
	cases := migratedCases(t, python)
	referencePackages(t, python, cases)
	migrateAll(t, python, cases)
	models := migratedModels(t, cases)
	counts := map[string]int{}
	for _, c := range cases {
		if c.failure != nil {
			continue
		}
		for _, format := range []string{"sam", "terraform"} {
			t.Run(c.name+"/"+format, func(t *testing.T) { counts[c.compare(t, format, models[c.name])]++ })
		}
	}
	t.Logf("migrated: %d apps, templates: %v", len(models), counts)
	if fewest := 10; counts["same"] < fewest { // those of the reference's own projects
		t.Errorf("only %d templates were compared, want %d at least", counts["same"], fewest)
	}
}

// migratedCase is an app in Python, and what becomes of it.
type migratedCase struct {
	name, dir string
	// oracle is the case that the app is written from; nil: none.
	oracle  *oracleCase
	stage   string
	merge   string // a file of the project
	format  string // of templates
	region  string
	failure error // of migrate
}

func (c *migratedCase) python() string    { return filepath.Join(c.dir, "python") }
func (c *migratedCase) project() string   { return filepath.Join(c.dir, "go") }
func (c *migratedCase) reference() string { return filepath.Join(c.dir, "reference") }

func (c *migratedCase) mergeTemplate() string {
	if c.merge == "" {
		return ""
	}
	return filepath.Join(c.python(), c.merge)
}

// migratedCases writes all apps.
func migratedCases(t *testing.T, python string) []*migratedCase {
	t.Helper()
	root := t.TempDir()
	var cases []*migratedCase
	add := func(name string) *migratedCase {
		c := &migratedCase{name: name, dir: filepath.Join(root, name), stage: "dev", format: "json", region: "us-west-2"}
		cases = append(cases, c)
		return c
	}
	apps, err := filepath.Glob("testdata/migrated/*")
	if err != nil || len(apps) == 0 {
		t.Fatalf("no apps in testdata/migrated: %v", err)
	}
	for _, dir := range apps {
		if err := os.CopyFS(add(filepath.Base(dir)).python(), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	referenceProjects(t, python, root, add)
	if files, _ := filepath.Glob(filepath.Join(oracleDir(), "synth", "*.json")); len(files) == 0 {
		t.Log("no oracle beside the project: its cases are left out")
		return cases
	}
	for _, o := range oracleCases(t) {
		if o.ConfigText == nil && string(o.Config) != "null" {
			o.writePython(t, add("oracle-"+o.Name))
		}
	}
	return cases
}

// referenceProjects has the reference's new-project make a project of each type.
func referenceProjects(t *testing.T, python, root string, add func(string) *migratedCase) {
	t.Helper()
	folder := t.TempDir()
	runPython(t, python, "projects", folder)
	types, err := os.ReadDir(folder)
	if err != nil || len(types) < 5 {
		t.Fatalf("the reference's new-project made %d projects: %v", len(types), err)
	}
	for _, typ := range types {
		dir := filepath.Join(folder, typ.Name())
		if _, err := os.Stat(filepath.Join(dir, "runtime")); err == nil {
			dir = filepath.Join(dir, "runtime")
		}
		c := add("project-" + typ.Name())
		if err := os.CopyFS(c.python(), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		fillIn(t, filepath.Join(c.python(), ".chalice", "config.json"), typ.Name())
	}
}

// fillIn sets the variables that a new project asks for.
func fillIn(t *testing.T, file, name string) {
	t.Helper()
	data := fmt.Sprintf(`{"version": "2.0", "app_name": %q, "stages": {"dev": {"api_gateway_stage": "api",
		"environment_variables": {"APP_BUCKET_NAME": "uploads", "APP_TABLE_NAME": "users"}}}}`, name)
	if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// writePython writes the app of an oracle's case.
func (c *oracleCase) writePython(t *testing.T, to *migratedCase) {
	t.Helper()
	model, err := app.ParseModel(c.Model)
	if err != nil && model == nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	// The model as it is, without what ParseModel fills in.
	var plain app.Model
	if err := json.Unmarshal(c.Model, &plain); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	dir := to.python()
	for name, text := range c.pythonApp(&plain) {
		write(t, dir, name, text)
	}
	write(t, dir, ".chalice/config.json", string(c.Config))
	for name, text := range c.Files {
		write(t, dir, name, text)
	}
	to.oracle, to.stage, to.merge = c, c.Stage, c.Options.MergeTemplate
	if c.Options.TemplateFormat != "" {
		to.format = c.Options.TemplateFormat
	}
	if c.Options.Region != "" {
		to.region = c.Options.Region
	}
}

// referencePackages has the reference package all apps.
func referencePackages(t *testing.T, python string, cases []*migratedCase) {
	t.Helper()
	var request []map[string]any
	for _, c := range cases {
		request = append(request, map[string]any{
			"project": c.python(), "out": c.reference(), "stage": c.stage, "region": c.region,
			"formats": []string{"cloudformation", "terraform"}, "template_format": c.format, "merge_template": c.mergeTemplate(),
		})
	}
	data, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	runPython(t, python, "package", file)
}

func runPython(t *testing.T, python string, args ...string) {
	t.Helper()
	c := exec.Command(python, append([]string{"-B", "../tools/conformance/reference.py"}, args...)...)
	c.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-west-2", "PYTHONDONTWRITEBYTECODE=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("reference.py %v: %v\n%s", args, err, out)
	}
}

// migrateAll migrates all apps, two at a time, since each waits for a Python.
func migrateAll(t *testing.T, python string, cases []*migratedCase) {
	t.Helper()
	todo := make(chan *migratedCase)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for c := range todo {
				in := migrate.Input{App: c.python(), Out: c.project(), Stage: c.stage, Python: python, Source: ".."}
				_, c.failure = migrate.Run(t.Context(), in)
				// One that isn't configured is an error here, and has no variables there.
				if c.failure != nil && strings.Contains(c.failure.Error(), "stages has no stage") {
					in.Stage = ""
					_, c.failure = migrate.Run(t.Context(), in)
				}
			}
		})
	}
	for _, c := range cases {
		todo <- c
	}
	close(todo)
	workers.Wait()
	for _, c := range cases {
		// What the reference can't declare can't be migrated, and nothing else.
		wanted := c.oracle != nil && c.oracle.Expected.Error != nil && c.oracle.Expected.Error.Phase == "declare"
		switch {
		case wanted && c.failure == nil:
			t.Errorf("%s: migrated, but the reference says %q", c.name, c.oracle.Expected.Error.Message)
		case !wanted && c.failure != nil:
			t.Errorf("%s: %v", c.name, c.failure)
		case wanted:
			c.oracle.checkError(t, c.failure)
			if !strings.HasPrefix(c.failure.Error(), filepath.Join(c.python(), "app.py")+":") {
				t.Errorf("%s: the error doesn't start with a line of app.py: %v", c.name, c.failure)
			}
		}
		if _, err := os.Stat(c.project()); c.failure != nil && err == nil {
			t.Errorf("%s: there is a project nevertheless", c.name)
		}
	}
}

// migratedModels compiles all projects into one program, which describes each, and
// returns the descriptions by the names of the cases.
func migratedModels(t *testing.T, cases []*migratedCase) map[string]json.RawMessage {
	t.Helper()
	root := t.TempDir()
	var imports, calls strings.Builder
	for i, c := range cases {
		if c.failure != nil {
			continue
		}
		pkg := fmt.Sprintf("case%d", i)
		asPackage(t, c.project(), filepath.Join(root, pkg), pkg)
		fmt.Fprintf(&imports, "\t%q\n", "migrated/"+pkg)
		fmt.Fprintf(&calls, "\t\t%q: %s.NewApp(),\n", c.name, pkg)
	}
	write(t, root, "main.go", `package main

import (
	"encoding/json"
	"os"

	"github.com/chalice-go/chalice/app"

`+imports.String()+`)

func main() {
	models := map[string]json.RawMessage{}
	for name, a := range map[string]*app.App{
`+calls.String()+`	} {
		data, err := a.Describe().JSON()
		if err != nil {
			panic(err)
		}
		models[name] = data
	}
	if err := json.NewEncoder(os.Stdout).Encode(models); err != nil {
		panic(err)
	}
}
`)
	module := cases[0].project()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := bytes.Cut(data, []byte("\n"))
		if name == "go.mod" {
			data = append([]byte("module migrated\n"), after...)
		}
		write(t, root, name, string(data))
	}
	run := func(name string, args ...string) []byte {
		c := exec.Command(name, args...)
		c.Dir = root
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, &stderr)
		}
		return out
	}
	if unformatted := run("gofmt", "-l", "."); strings.Contains(string(unformatted), "case") {
		t.Errorf("these are not formatted:\n%s", unformatted)
	}
	run("go", "vet", "./...")
	var models map[string]json.RawMessage
	if err := json.Unmarshal(run("go", "run", "."), &models); err != nil {
		t.Fatal(err)
	}
	return models
}

// asPackage copies the program of a project into a package that others can import.
func asPackage(t *testing.T, project, dir, name string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(project, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimPrefix(strings.Replace("\n"+string(data), "\npackage main\n", "\npackage "+name+"\n", 1), "\n")
		text = strings.Replace(text, "\nfunc main() { dispatch.Start(newApp()) }\n", "\nfunc NewApp() *app.App { return newApp() }\n", 1)
		text = strings.Replace(text, "\t\"github.com/chalice-go/chalice/dispatch\"\n", "", 1)
		if !strings.HasSuffix(file, "_test.go") {
			write(t, dir, filepath.Base(file), text)
		}
	}
}

// compare packages a migrated app, and holds its template against the reference's. It
// says how it went.
func (c *migratedCase) compare(t *testing.T, format string, model json.RawMessage) string {
	want, quirks := c.want(t, format), []string(nil)
	if c.oracle != nil {
		quirks = c.oracle.Quirks
		if expected := c.oracle.expected(format); expected != nil {
			// The app in Python is the one that the case describes.
			if diff := cmp.Diff(normalizer{format, quirks}.normalize(expected), normalizer{format, quirks}.normalize(want)); diff != "" {
				t.Errorf("the app in Python isn't the case's (-case +app):\n%s", diff)
			}
		}
	}
	got, err := c.pack(t, format, model)
	switch {
	case err != nil && (want == nil || c.oracle != nil && (c.oracle.MayRefuse || c.oracle.fails(format))):
		return "refused by both"
	case err != nil:
		t.Fatalf("package the Go project: %v", err)
	case want == nil:
		return "refused by the reference"
	case c.oracle != nil && c.oracle.fails(format):
		return "refused by the reference's validation" // which its package doesn't ask
	}
	for _, difference := range compareTemplates(format, want, got, quirks) {
		t.Error(difference)
	}
	return "same"
}

// want is the reference's template, nil if it couldn't make one.
func (c *migratedCase) want(t *testing.T, format string) map[string]any {
	t.Helper()
	names := []string{"sam.json", "sam.yaml"}
	if format == "terraform" {
		names = []string{"chalice.tf.json"}
	}
	for _, name := range names {
		if data, err := os.ReadFile(filepath.Join(c.reference(), name)); err == nil {
			return readTemplate(t, name, data)
		}
	}
	if errors, _ := filepath.Glob(filepath.Join(c.reference(), "*.error")); len(errors) == 0 {
		t.Fatal("the reference made neither a template nor an error")
	}
	return nil
}

// pack packages what the Go program has described, with the project's configuration.
func (c *migratedCase) pack(t *testing.T, format string, model json.RawMessage) (map[string]any, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "model.json")
	if err := os.WriteFile(file, model, 0o600); err != nil {
		t.Fatal(err)
	}
	in := packager.Input{
		ProjectDir: c.project(), Stage: c.stage, Out: filepath.Join(t.TempDir(), "out"), AppModel: file,
		TemplateOnly: true, Version: "0.0.0", PackageFormat: format,
		NoAnalysis: true, // of functions that aren't written
	}
	if format == "sam" {
		in.TemplateFormat, in.MergeTemplate = c.format, c.mergeTemplate()
		if templatefile.IsYAML(in.MergeTemplate) {
			in.TemplateFormat = packager.YAML
		}
	}
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(out.Template)
	if err != nil {
		t.Fatal(err)
	}
	return readTemplate(t, out.Template, data), nil
}
