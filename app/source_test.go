package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestSources builds a program in several ways. In each, the files of its model
// are relative to the module's root.
func TestSources(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	for name, flags := range map[string][]string{
		"as go build does":      nil,
		"as the packager does":  {"-trimpath", "-buildvcs=false"},
		"without optimisations": {"-gcflags=-N -l"},
	} {
		t.Run(name, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "program")
			build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", binary, "./testdata/program")...)
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			run := exec.Command(binary)
			run.Stderr = os.Stderr
			data, err := run.Output()
			if err != nil {
				t.Fatal(err)
			}
			m, err := app.ParseModel(data)
			if err != nil {
				t.Fatal(err)
			}
			want := []app.RouteModel{{
				Path: "/", Methods: []string{"GET"}, Name: "index", ContentTypes: []string{"application/json"},
				Handler: "main.index", Source: &app.Source{File: "app/testdata/program/main.go", Line: 15},
			}}
			if diff := cmp.Diff(want, m.Routes); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
