package layout_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestExamples: each example says what it shows, has a test and a configuration, is in
// the index, and is run, packaged and deployed by make conformance.
func TestExamples(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(names ...string) string {
		data, err := os.ReadFile(filepath.Join(append([]string{root}, names...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	index := read("examples", "README.md")
	conformance := programs(t, read("tools", "conformance", "examples.py"))
	entries, err := os.ReadDir(filepath.Join(root, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatal("there are no examples")
	}
	for _, name := range names {
		app := name
		if name == "cdk" {
			app = filepath.Join(name, "runtime") // beside the infrastructure
		}
		for _, pattern := range []string{
			filepath.Join(name, "README.md"), filepath.Join(name, "*_test.go"),
			filepath.Join(app, ".chalice", "config.json"), filepath.Join(app, "*_test.go"),
		} {
			if found, err := filepath.Glob(filepath.Join(root, "examples", pattern)); err != nil || len(found) == 0 {
				t.Errorf("there is no examples/%s: %v", filepath.ToSlash(pattern), err)
			}
		}
		if !strings.Contains(index, "["+name+"]("+name+"/README.md)") {
			t.Errorf("examples/README.md has no link to %s", name)
		}
		if name != "cdk" && !slices.Contains(conformance, name) {
			t.Errorf("PROGRAMS in tools/conformance/examples.py has no %q: make conformance leaves it out", name)
		}
	}
	for _, name := range conformance {
		if !slices.Contains(names, name) {
			t.Errorf("PROGRAMS in tools/conformance/examples.py has %q, and examples/ hasn't", name)
		}
	}
	if !strings.Contains(read("tools", "conformance", "cdk.py"), `ROOT / "examples" / "cdk"`) {
		t.Error("tools/conformance/cdk.py doesn't deploy examples/cdk")
	}
}

// programs returns the names in the table of tools/conformance.
func programs(t *testing.T, script string) []string {
	t.Helper()
	_, rest, _ := strings.Cut(script, "\nPROGRAMS = {\n")
	table, _, ok := strings.Cut(rest, "\n}\n")
	if !ok {
		t.Fatal("tools/conformance/examples.py has no table PROGRAMS")
	}
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^    "([^"]+)": Program\(`).FindAllStringSubmatch(table, -1) {
		names = append(names, match[1])
	}
	return names
}
