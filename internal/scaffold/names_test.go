package scaffold_test

import (
	"context"
	"os/exec"
	"path/filepath"
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
		if _, err := scaffold.New(context.Background(), scaffold.Input{Dir: filepath.Join(t.TempDir(), name)}); err == nil {
			t.Errorf("a project can have the name %q", name)
		}
	}
	if tried < 30 {
		t.Errorf("found %d packages of the standard library", tried)
	}
}
