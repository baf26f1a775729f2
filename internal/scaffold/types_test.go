package scaffold_test

import (
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/scaffold"
)

var update = flag.Bool("update", false, "write what the new projects' modules need into their templates")

// name has what a folder, a module, a stack and a bucket write in different ways.
const name = "My_app"

// TestTypes makes a project of each type and goes through what its README says, but
// for what needs AWS.
func TestTypes(t *testing.T) {
	for _, typ := range scaffold.Types() {
		t.Run(typ.Name, func(t *testing.T) {
			dir := newProject(t, scaffold.Input{Dir: name, Type: typ.Name, Module: "example.com/team/app"})
			if err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() && strings.Contains(string(read(t, path)), "{{") {
					t.Errorf("%s has a place for a value that nothing is put in", path)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
			if diff, err := exec.Command("gofmt", "-d", dir).Output(); err != nil || len(diff) > 0 {
				t.Errorf("gofmt: %v\n%s", err, diff)
			}
			run(t, dir, []string{"GOFLAGS=-mod=readonly"}, "go", "vet", "./...")
			run(t, dir, []string{"GOFLAGS=-mod=readonly"}, "go", "test", "./...")
			if got := strings.TrimSpace(run(t, dir, nil, "go", "list", "-m")); got != "example.com/team/app" {
				t.Errorf("the module is %s", got)
			}
			configuration := filepath.Join(dir, ".chalice")
			if typ.Name == scaffold.CDK {
				configuration = filepath.Join(dir, "runtime", ".chalice")
			}
			for _, file := range []string{"config.json", "config.schema.json"} {
				if _, err := os.Stat(filepath.Join(configuration, file)); err != nil {
					t.Error(err)
				}
			}
			if typ.Summary == "" || typ.Tries == "" {
				t.Error("nothing says what it is, or what to do with it")
			}
		})
	}
}

// modules has a type for each folder of templates with a go.mod.
var modules = map[string]string{"common": scaffold.RESTAPI, "sockets": "full", scaffold.CDK: scaffold.CDK}

// TestRequirements: the module of a new project is tidy. make golden makes it so after
// a change to what chalice or its constructs need.
func TestRequirements(t *testing.T) {
	found, err := filepath.Glob("templates/*/go.mod.tmpl")
	if err != nil || len(found) != len(modules) {
		t.Fatalf("the modules are %q and %v, and those that are looked at %v", found, err, modules)
	}
	for folder, typ := range modules {
		dir := newProject(t, scaffold.Input{Dir: "hello", Type: typ})
		if !*update {
			run(t, dir, nil, "go", "mod", "tidy", "-diff")
			continue
		}
		run(t, dir, nil, "go", "mod", "tidy")
		mod, sum := string(read(t, filepath.Join(dir, "go.mod"))), string(read(t, filepath.Join(dir, "go.sum")))
		mod, _, _ = strings.Cut(mod, "\nreplace ")
		mod = strings.NewReplacer(
			"module hello\n", "module {{Module}}\n",
			chalice+" v0.0.0\n", "{{Chalice}} {{ChaliceVersion}}\n",
		).Replace(mod)
		write(t, "templates/"+folder+"/go.mod.tmpl", []byte(mod+"{{Replace}}"))
		write(t, "templates/"+folder+"/go.sum.tmpl", []byte(sum+"{{ChaliceSums}}"))
	}
}

// TestFindType: legacy is what it is in Chalice for Python.
func TestFindType(t *testing.T) {
	if found, err := scaffold.FindType("legacy"); err != nil || found.Name != scaffold.RESTAPI {
		t.Errorf("legacy is %q, %v", found.Name, err)
	}
	if _, err := scaffold.FindType("rest"); err == nil || !strings.Contains(err.Error(), "s3-event-handler") {
		t.Errorf("the error for rest doesn't say what there is: %v", err)
	}
}

// TestNames: what can be a folder, an app and a module, and what can't.
func TestNames(t *testing.T) {
	for _, tc := range []struct {
		dir, module string
		ok          bool
	}{
		{"hello", "", true},
		{"services/hello", "", true},
		{"../my_app-2/", "", true},
		{"net", "", false},
		{"net", "example.com/net", true},
		{"hello", "example.com/a b", false},
		{"hello", "std", false},
		{"hello", "/hello", false},
		{"2nd", "", false},
		{"", "", false},
		{".", "", false},
		{"..", "", false},
		{"/", "", false},
		{"a b", "example.com/ab", false},
	} {
		if err := scaffold.CheckName(tc.dir, tc.module); (err == nil) != tc.ok {
			t.Errorf("folder %q with module %q: %v", tc.dir, tc.module, err)
		}
	}
}

// newProject makes a project in a folder of the test's, outside of any repository.
func newProject(t *testing.T, in scaffold.Input) string {
	t.Helper()
	in.Dir, in.Source, in.NoGit = filepath.Join(t.TempDir(), in.Dir), "../..", true
	project, err := scaffold.New(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return project.Dir
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
