package packager_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	packager "github.com/chalice-go/chalice/package"
)

// TestTogether: of packages that are written to one place at once, each is written, and
// all that is there in the end is of one.
func TestTogether(t *testing.T) {
	const writers, rounds = 4, 10
	for name, single := range map[string]bool{"a folder": false, "a file": true} {
		t.Run(name, func(t *testing.T) {
			var inputs [writers]packager.Input
			wholes := map[string]bool{}
			for i := range inputs {
				inputs[i] = largeInput(t, i, single)
				wholes[build(t, inputs[i], filepath.Join(t.TempDir(), "new", "out"))] = true
			}
			if len(wholes) != writers {
				t.Fatal("the packages are alike")
			}
			for range rounds {
				place := t.TempDir()
				var all sync.WaitGroup
				for _, in := range inputs {
					all.Go(func() {
						in.Out = filepath.Join(place, "new", "out")
						if _, err := packager.Build(t.Context(), in); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				if got := fmt.Sprint(contents(t, place)); !wholes[got] {
					t.Fatalf("what is there is of several:\n%s", got)
				}
			}
		})
	}
}

// largeInput is an app whose template is in several files, all of which differ between
// apps.
func largeInput(t *testing.T, i int, single bool) packager.Input {
	t.Helper()
	var functions []string
	for n := range 12 {
		functions = append(functions, fmt.Sprintf(`{"name": "work%d", "kind": "lambda"}`, n))
	}
	dir := newProject(t, map[string]string{
		"model.json":           fmt.Sprintf(`{"version": 1, "name": "shop", "functions": [%s]}`, strings.Join(functions, ",")),
		".chalice/config.json": fmt.Sprintf(`{"app_name": "shop", "nested_stacks": 3, "lambda_memory_size": %d}`, 128+i),
	})
	return packager.Input{ProjectDir: dir, AppModel: filepath.Join(dir, "model.json"), TemplateOnly: true, SingleFile: single}
}

// build packages alone, and returns all that is there then.
func build(t *testing.T, in packager.Input, out string) string {
	t.Helper()
	in.Out = out
	if _, err := packager.Build(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(contents(t, filepath.Dir(filepath.Dir(out))))
}

// TestCommit is TestTogether for the moment in which files are put into place.
func TestCommit(t *testing.T) {
	const writers, parts = 4, 20
	for range 50 {
		out := filepath.Join(t.TempDir(), "out")
		begin := make(chan struct{})
		var all sync.WaitGroup
		for i := range writers {
			files := map[string]string{"sam.yaml": fmt.Sprint(i)}
			for n := range parts {
				files[fmt.Sprintf("sam-functions-%d%02d.yaml", i, n)] = fmt.Sprint(i)
			}
			all.Go(func() {
				if err := packager.Put(out, files, begin); err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
		whole := contents(t, filepath.Dir(out))
		for name, text := range whole {
			if name != "out/" && text != whole["out/sam.yaml"] || len(whole) != parts+2 {
				t.Fatalf("what is there is of several: %v", whole)
			}
		}
	}
}
