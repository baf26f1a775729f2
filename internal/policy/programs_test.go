package policy_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/chalice-go/chalice/internal/policy"
)

// TestPrograms analyzes the programs of testdata/programs, whose registrations
// are those of package app.
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/programs/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no programs: %v", err)
	}
	module := programModule(t, files...)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]expected
			if err := json.Unmarshal(part(archive, "expected.json"), &want); err != nil {
				t.Fatal(err)
			}
			in := policy.Input{Dir: filepath.Join(module, name)}
			if part(archive, "model") != nil {
				in.Registrations = describe(t, in.Dir)
			}
			report := analyze(t, in)
			checkCase(t, report, want)
			kinds := []string{}
			for _, w := range report.Warnings {
				kinds = append(kinds, string(w.Kind))
			}
			slices.Sort(kinds)
			if diff := cmp.Diff(strings.Fields(strings.ReplaceAll(string(part(archive, "warnings")), " ", "_")), strings.Fields(strings.ReplaceAll(strings.Join(slices.Compact(kinds), "\n"), " ", "_"))); diff != "" {
				t.Errorf("kinds of warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func part(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// programModule makes a module with a folder for each program.
func programModule(t testing.TB, files ...string) string {
	t.Helper()
	module := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("testdata", "module", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(module, name), data)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".go") || strings.HasSuffix(f.Name, ".s") {
				write(t, filepath.Join(module, strings.TrimSuffix(filepath.Base(file), ".txtar"), f.Name), f.Data)
			}
		}
	}
	requireChalice(t, module)
	return module
}

func write(t testing.TB, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
