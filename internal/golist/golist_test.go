package golist_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/chalice-go/chalice/internal/golist"
)

// module is a program whose packages are of all kinds that Find tells apart.
const module = `
-- app/go.mod --
module example.com/app

go 1.24

require (
	example.com/beside v0.0.0
	example.com/kept v1.0.0
)

replace example.com/beside => ../beside
replace example.com/kept v1.0.0 => ../kept
-- app/main.go --
package main

import (
	_ "embed"
	_ "net/http"

	_ "example.com/app/broken"
	_ "example.com/app/missing"
	_ "example.com/app/program"
	_ "example.com/beside"
)

//go:embed text/*.txt
var text string

func main() {}
-- app/main_windows.go --
package main
-- app/main_test.go --
package main
-- app/code.s --
-- app/text/a.txt --
a
-- app/broken/broken.go --
package broken

import fmt
-- app/program/main.go --
package main

func main() {}
-- beside/go.mod --
module example.com/beside

go 1.23
-- beside/beside.go --
package beside
-- kept/go.mod --
module example.com/kept
-- kept/kept.go --
package kept
`

// find writes the module into a folder, and lists a package of it with what it imports.
func find(t *testing.T, patterns ...string) (string, *golist.List) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, must(txtar.FS(txtar.Parse([]byte(module))))); err != nil {
		t.Fatal(err)
	}
	list, err := golist.Find(t.Context(), command(filepath.Join(dir, "app"), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off"), nil, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return dir, list
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// command runs the go command in a folder.
func command(dir string, env ...string) golist.Run {
	return func(ctx context.Context, stdout io.Writer, args []string) error {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir, c.Env, c.Stdout = dir, append(os.Environ(), env...), stdout
		return c.Run()
	}
}

func TestFind(t *testing.T) {
	dir, list := find(t, ".")
	app := filepath.Join(dir, "app")
	asked := list.Asked()
	if len(asked) != 1 || asked[0].ImportPath != "example.com/app" || asked[0] != list.Package("example.com/app") {
		t.Fatalf("asked for %v", asked)
	}
	main := asked[0]
	for what, got := range map[string][2][]string{
		"Sources":  {main.Sources(), {"main.go"}},
		"Files":    {main.Files(), {"main.go", "code.s"}},
		"Ignored":  {main.Ignored(), {"main_windows.go"}},
		"Embedded": {main.Embedded(), {"text/a.txt"}},
	} {
		for i := range got[1] {
			got[1][i] = filepath.Join(app, filepath.FromSlash(got[1][i]))
		}
		if !slices.Equal(got[0], got[1]) {
			t.Errorf("%s: %v, not %v", what, got[0], got[1])
		}
	}
	if !slices.Equal(main.EmbedPatterns, []string{"text/*.txt"}) || !main.Incomplete || main.Module.GoVersion != "1.24" {
		t.Errorf("%+v", main)
	}
	for path, ofUser := range map[string]bool{"example.com/app": true, "example.com/app/broken": true, "example.com/beside": true, "net/http": false} {
		p := list.Import(main, path)
		if path == main.ImportPath {
			p = main
		}
		if p == nil || p.Module.OfUser() != ofUser || p.Standard == ofUser {
			t.Errorf("%s: %+v", path, p)
		}
	}
	for _, path := range []string{"example.com/app/broken", "example.com/app/missing"} {
		if p := list.Package(path); p == nil || p.Error == nil || p.Error.Err == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	http := list.Package("net/http")
	if path := "golang.org/x/net/http/httpguts"; list.Package(path) != nil || list.Import(http, path) == nil {
		t.Errorf("%s isn't the standard library's: %v", path, http.ImportMap)
	}
	before := map[string]bool{}
	for _, p := range list.Packages {
		for _, path := range p.Imports {
			if list.Package(path) != nil && !before[path] {
				t.Errorf("%s is before %s, which it imports", p.ImportPath, path)
			}
		}
		before[p.ImportPath] = true
	}
}

// A program that is imported, which isn't allowed, is listed twice.
func TestTwice(t *testing.T) {
	_, list := find(t, ".", "./program")
	if p := list.Package("example.com/app/program"); p == nil || p.Error != nil || p.DepOnly {
		t.Fatalf("%+v", p)
	}
	seen := map[string]bool{}
	for _, p := range list.Packages {
		if seen[p.ImportPath] {
			t.Errorf("%s is there twice", p.ImportPath)
		}
		seen[p.ImportPath] = true
	}
}

// Replaced modules are the user's if they are in a folder.
func TestOfUser(t *testing.T) {
	for m, want := range map[*golist.Module]bool{
		nil:                            false,
		{Path: "m", Version: "v1.0.0"}: false,
		{Path: "m", Main: true}:        true,
		{Path: "m", Replace: &golist.Module{Path: "../m"}}:                 true,
		{Path: "m", Replace: &golist.Module{Path: "n", Version: "v1.0.0"}}: false,
	} {
		if m.OfUser() != want || m.IsFixed() && want {
			t.Errorf("%+v", m)
		}
	}
}

// A version stands for the source of a module that isn't in a folder, nor vendored.
func TestIsFixed(t *testing.T) {
	for m, want := range map[*golist.Module]bool{
		nil:                            false,
		{Path: "m", Version: "v1.0.0"}: false,
		{Path: "m", Version: "v1.0.0", Dir: "/m"}:                                                        true,
		{Path: "m", Dir: "/m", Main: true}:                                                               false,
		{Path: "m", Version: "v1.0.0", Dir: "/m", Replace: &golist.Module{Path: "/m"}}:                   false,
		{Path: "m", Version: "v1.0.0", Dir: "/n", Replace: &golist.Module{Path: "n", Version: "v1.0.0"}}: true,
	} {
		if m.IsFixed() != want {
			t.Errorf("%+v", m)
		}
	}
}

// Without a list there is the error of whoever runs the go command.
func TestNoList(t *testing.T) {
	if list, err := golist.Find(t.Context(), command(t.TempDir(), "GOFLAGS=-mod=nonsense"), nil, "."); err == nil {
		t.Errorf("%+v", list)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"ImportPath": "a", "Imports": ["b"]}{"ImportPath": "b", "Error": {"Err": "no"}}{"ImportPath": "b"}`))
	f.Add([]byte(`{"ImportPath": "a"`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := golist.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, p := range list.Packages {
			if list.Package(p.ImportPath) != p {
				t.Errorf("%q is another package", p.ImportPath)
			}
		}
	})
}
