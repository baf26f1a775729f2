package packager_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	packager "github.com/chalice-go/chalice/package"
)

// TestWorking: what takes long is told, and what has begun ends, with its error if
// there is one.
func TestWorking(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the targets have other names here")
	}
	files := map[string]string{".chalice/config.json": `{"app_name": "shop", "stages": {"arm": {}, "intel": {"lambda_architecture": "x86_64"}}}`}
	broken := map[string]string{"steps.go": "package main\n\nfunc before() {}\n"}
	// What the analysis remembers of what it has once had compiled is in the user's cache.
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	arm, here, intel := "Compiling shop for linux/arm64", "Compiling shop for this machine", "Compiling shop for linux/amd64"
	analysis, imports := "Finding out what the functions of shop do in AWS", "Compiling what shop imports for linux/arm64"
	command := map[string]string{
		".chalice/config.json": files[".chalice/config.json"],
		"steps.go":             "package main\n\nimport \"os/exec\"\n\nfunc before() {}\nfunc after()  { exec.Command(\"aws\") }\n",
	}
	differing := maps.Clone(command)
	differing["more_arm64.go"] = "package main\n"
	policies := func(in packager.Input) error {
		in.Stage = "arm"
		_, err := packager.FindPolicies(t.Context(), in)
		return err
	}
	for name, tc := range map[string]struct {
		files  map[string]string
		do     func(packager.Input) error
		want   []string
		failed bool
	}{
		"a package":               {files, func(in packager.Input) error { in.Stage = "arm"; return buildOnce(t, in) }, []string{arm, here, analysis}, false},
		"for this machine's like": {files, func(in packager.Input) error { in.Stage = "intel"; return buildOnce(t, in) }, []string{intel, analysis}, false},
		"a description": {files, func(in packager.Input) error {
			in.Stage = "arm"
			_, _, err := packager.Describe(t.Context(), in)
			return err
		}, []string{here}, false},
		"local mode": {files, func(in packager.Input) error {
			in.Stage = "arm"
			_, err := packager.BuildProgram(t.Context(), in, t.TempDir(), false)
			return err
		}, []string{here}, false},
		"policies of what is compiled already": {command, policies, []string{here, analysis}, false},
		"policies of what differs for Lambda":  {differing, policies, []string{here, analysis, imports}, false},
		"an app without a name, broken":        {broken, func(in packager.Input) error { _, _, err := packager.Describe(t.Context(), in); return err }, []string{"Compiling shop for this machine"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := newProject(t, tc.files)
			if tc.failed {
				moved := filepath.Join(filepath.Dir(dir), "shop")
				if err := os.Rename(dir, moved); err != nil {
					t.Fatal(err)
				}
				dir = moved
				write(t, dir, ".chalice/config.json", "{}")
			}
			var mu sync.Mutex
			var began []string
			open, failures := 0, 0
			in := packager.Input{ProjectDir: dir, Working: func(label string) func(error) {
				mu.Lock()
				defer mu.Unlock()
				began = append(began, label)
				open++
				return func(err error) {
					mu.Lock()
					defer mu.Unlock()
					open--
					if err != nil {
						failures++
					}
				}
			}}
			if err := tc.do(in); (err != nil) != tc.failed {
				t.Fatal(err)
			}
			slices.Sort(began)
			slices.Sort(tc.want)
			if diff := cmp.Diff(tc.want, began); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if open != 0 || (failures > 0) != tc.failed {
				t.Errorf("%d go on, %d failed", open, failures)
			}
		})
	}
}

func buildOnce(t *testing.T, in packager.Input) error {
	in.Out = filepath.Join(t.TempDir(), "out")
	_, err := packager.Build(t.Context(), in)
	return err
}
