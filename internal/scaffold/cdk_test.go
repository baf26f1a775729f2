package scaffold_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/scaffold"
)

var update = flag.Bool("update", false, "write what the new projects' modules need into their templates")

// TestCDKProject makes a project for the CDK and goes through what its README
// says, but for what needs AWS.
func TestCDKProject(t *testing.T) {
	dir := newCDKProject(t, "my_users")
	if diff, err := exec.Command("gofmt", "-d", dir).Output(); err != nil || len(diff) > 0 {
		t.Errorf("gofmt: %v\n%s", err, diff)
	}
	run(t, dir, []string{"GOFLAGS=-mod=readonly"}, "go", "vet", "./...")
	run(t, dir, []string{"GOFLAGS=-mod=readonly"}, "go", "test", "./...")
	if _, err := os.Stat(filepath.Join(dir, "runtime", ".chalice", "config.schema.json")); err != nil {
		t.Error(err)
	}
}

// TestCDKRequirements: the module of a new project is tidy. make golden makes
// it so after a change to what chalice or its constructs need.
func TestCDKRequirements(t *testing.T) {
	const name = "hello"
	dir := newCDKProject(t, name)
	if !*update {
		run(t, dir, nil, "go", "mod", "tidy", "-diff")
		return
	}
	run(t, dir, nil, "go", "mod", "tidy")
	mod, sum := string(read(t, filepath.Join(dir, "go.mod"))), string(read(t, filepath.Join(dir, "go.sum")))
	mod, _, _ = strings.Cut(mod, "\nreplace ")
	mod = strings.NewReplacer(
		"module "+name+"\n", "module {{.Name}}\n",
		chalice+" v0.0.0\n", "{{.Framework.Module}} {{.Framework.Version}}\n",
	).Replace(mod) + "{{- with .Framework.Dir}}\n\nreplace {{$.Framework.Module}} => {{.}}\n{{- end}}\n"
	sum = strings.TrimSuffix(sum, "\n") + "\n{{- with .Framework}}{{if .Sum}}\n" +
		"{{.Module}} {{.Version}} {{.Sum}}\n{{.Module}} {{.Version}}/go.mod {{.ModSum}}\n{{- end}}{{end}}\n"
	write(t, "cdktemplate/go.mod.tmpl", []byte(mod))
	write(t, "cdktemplate/go.sum.tmpl", []byte(sum))
}

func newCDKProject(t *testing.T, name string) string {
	t.Helper()
	project, err := scaffold.New(t.Context(), scaffold.Input{
		Name: name, Template: scaffold.CDK, Parent: t.TempDir(), Source: "../..",
	})
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
