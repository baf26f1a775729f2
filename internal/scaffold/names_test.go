package scaffold_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/scaffold"
)

// TestStandardLibrary: a module that is called as a package of Go's can't be
// built.
func TestStandardLibrary(t *testing.T) {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for name := range strings.FieldsSeq(string(out)) {
		if strings.Contains(name, "/") {
			continue
		}
		tried++
		if _, err := scaffold.New(context.Background(), scaffold.Input{Name: name, Parent: t.TempDir()}); err == nil {
			t.Errorf("a project can have the name %q", name)
		}
	}
	if tried < 30 {
		t.Errorf("found %d packages of the standard library", tried)
	}
}

// TestRequirements: a new project names the versions that chalice itself is
// tested with.
func TestRequirements(t *testing.T) {
	ours, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("template/go.sum.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sum)) {
		if !strings.Contains(line, "{{") && !strings.Contains("\n"+string(ours), "\n"+line) {
			t.Errorf("template/go.sum.tmpl has a line that go.sum hasn't: %s", line)
		}
	}
	if len(sum) == 0 {
		t.Error("template/go.sum.tmpl is empty")
	}
	mod, err := os.ReadFile("template/go.mod.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if ours, err = os.ReadFile("../../go.mod"); err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(string(mod), "github.com/aws/aws-lambda-go ")
	version, _, _ = strings.Cut(version, " ")
	if version == "" || !strings.Contains(string(ours), "github.com/aws/aws-lambda-go "+version+"\n") {
		t.Errorf("template/go.mod.tmpl requires aws-lambda-go %q, go.mod another version", version)
	}
}
