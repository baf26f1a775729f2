package load_test

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/load"
)

// module has packages of all kinds, which import each other.
const module = `
-- app/go.mod --
module example.com/app

go 1.24

require (
	example.com/beside v0.0.0
	example.com/old v0.0.0
)

replace example.com/beside => ../beside
replace example.com/old => ../old
-- app/main.go --
package main

import (
	_ "embed"
	"fmt"
	"net/http"
	"unsafe"

	"example.com/app/inner"
	between "example.com/beside"
)

//go:embed main.go
var text string

type client struct{ http.Client }

type list[T any] []T

func (l list[T]) each(f func(T)) {
	for _, v := range l {
		f(v)
	}
}

func main() {
	list[string]{text}.each(func(s string) { fmt.Println(s, unsafe.Sizeof(0)) })
	var c client
	c.Get(inner.Default().Name())
	for i := range 3 {
		_ = min(i, between.Of(inner.Inner{}).Count)
	}
}
-- app/main_windows.go --
package main

var elsewhere = 1
-- app/tagged.go --
//go:build special

package main

func init() { println("special") }
-- app/inner/inner.go --
package inner

type Inner struct{ Count int }

func Default() interface{ Name() string } { return Inner{} }

func (Inner) Name() string { return "" }
-- app/broken/syntax/main.go --
package main

import "fmt"

func main() {
	fmt.Println("a" "b")
}
-- app/broken/syntax/other.go --
package main

func other() int { return 1 }
-- app/broken/types/main.go --
package main

import "fmt"

var x int = "text"

func main() { fmt.Println(x, missing) }
-- app/broken/missing/main.go --
package main

import (
	"fmt"

	"example.com/app/nowhere"
)

func main() { fmt.Println(nowhere.Name()) }
-- app/broken/imports/main.go --
package main

import (
	"fmt"

	"example.com/app/broken/part"
)

func main() { fmt.Println(part.Name(), part.Count) }
-- app/broken/part/part.go --
package part

func Name() string { return 1 }

var Count = nothing
-- app/broken/cycle/main.go --
package main

import "example.com/app/broken/cycle/a"

func main() { a.A() }
-- app/broken/cycle/a/a.go --
package a

import "example.com/app/broken/cycle/b"

func A() { b.B() }
-- app/broken/cycle/b/b.go --
package b

import "example.com/app/broken/cycle/a"

func B() { a.A() }
-- app/broken/program/main.go --
package main

import "example.com/app"

func main() { app.X() }
-- app/broken/twice/main.go --
package main

func main() {}

func main() {}
-- app/broken/twonames/main.go --
package main

func main() {}
-- app/broken/twonames/other.go --
package other
-- app/broken/import/main.go --
package main

import fmt

func main() { fmt.Println() }
-- app/broken/nothing/main.go --
-- app/broken/old/main.go --
package main

import "example.com/old"

func main() { old.Loop() }
-- app/old/main.go --
package main

import "example.com/old/good"

func main() { good.Loop() }
-- beside/go.mod --
module example.com/beside

go 1.23

require example.com/app v0.0.0

replace example.com/app => ../app
-- beside/beside.go --
package beside

import "example.com/app/inner"

type Holder struct{ inner.Inner }

func Of(i inner.Inner) Holder { return Holder{i} }
-- old/go.mod --
module example.com/old

go 1.21
-- old/old.go --
package old

func Loop() {
	for range 3 {
	}
}
-- old/good/good.go --
package good

func Loop() {
	for i := 0; i < 3; i++ {
		defer func() { println(i) }()
	}
}
`

// write writes the module, and returns the folder of its main module.
func write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, err := txtar.FS(txtar.Parse([]byte(module)))
	if err == nil {
		err = os.CopyFS(dir, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "app")
}

var env = []string{"CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off"}

// command runs the go command in a folder, and counts how often.
func command(dir string, runs *int) golist.Run {
	return func(ctx context.Context, stdout io.Writer, args []string) error {
		*runs++
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir, c.Env, c.Stdout = dir, append(os.Environ(), env...), stdout
		return c.Run()
	}
}

// loader makes a loader of a package and what it imports.
func loader(t *testing.T, dir, pattern string, flags ...string) *load.Loader {
	t.Helper()
	run := command(dir, new(int))
	list, err := golist.Find(t.Context(), run, flags, pattern)
	if err != nil {
		t.Fatal(err)
	}
	return &load.Loader{List: list, Files: &load.Files{}, Exports: &load.Exports{Run: run, Flags: flags}, Arch: runtime.GOARCH}
}

// TestLikePackages: packages are loaded as go/packages loads them.
func TestLikePackages(t *testing.T) {
	dir := write(t)
	for name, tc := range map[string]struct {
		pattern string
		paths   []string
		flags   []string
	}{
		"one of several":         {".", []string{"example.com/app"}, nil},
		"what is between":        {".", []string{"example.com/app", "example.com/app/inner"}, nil},
		"all":                    {".", []string{"example.com/app", "example.com/app/inner", "example.com/beside"}, nil},
		"a tag":                  {".", []string{"example.com/app"}, []string{"-tags=special"}},
		"the standard library's": {".", []string{"net", "slices", "sync/atomic"}, nil},
		"an older Go":            {"./old", []string{"example.com/app/old", "example.com/old/good"}, nil},
		"syntax":                 {"./broken/syntax", []string{"example.com/app/broken/syntax"}, nil},
		"types":                  {"./broken/types", []string{"example.com/app/broken/types"}, nil},
		"missing":                {"./broken/missing", []string{"example.com/app/broken/missing"}, nil},
		"broken and asked for":   {"./broken/imports", []string{"example.com/app/broken/imports", "example.com/app/broken/part"}, nil},
		"broken":                 {"./broken/imports", []string{"example.com/app/broken/imports"}, nil},
		"a program":              {"./broken/program", []string{"example.com/app/broken/program"}, nil},
		"twice":                  {"./broken/twice", []string{"example.com/app/broken/twice"}, nil},
		"two names":              {"./broken/twonames", []string{"example.com/app/broken/twonames"}, nil},
		"a broken import":        {"./broken/import", []string{"example.com/app/broken/import"}, nil},
		"an empty file":          {"./broken/nothing", []string{"example.com/app/broken/nothing"}, nil},
		"too new":                {"./broken/old", []string{"example.com/app/broken/old", "example.com/old"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := loader(t, dir, tc.pattern, tc.flags...).Load(t.Context(), tc.paths)
			if err != nil {
				t.Fatal(err)
			}
			others, err := packages.Load(&packages.Config{
				Dir: dir, Env: append(os.Environ(), env...), BuildFlags: tc.flags, Fset: token.NewFileSet(),
				Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
					packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule,
			}, tc.paths...)
			if err != nil {
				t.Fatal(err)
			}
			got, want := map[string][]string{}, map[string][]string{}
			for _, p := range loaded.Packages {
				got[p.ImportPath] = describe(loaded.Fset, p.Name, p.Syntax, p.TypesInfo, p.IllTyped, len(p.Errors) > 0)
			}
			for _, p := range others {
				want[p.PkgPath] = describe(p.Fset, p.Name, p.Syntax, p.TypesInfo, p.IllTyped, len(p.Errors) > 0)
			}
			if diff := gocmp.Diff(want, got); diff != "" || len(got) != len(tc.paths) {
				t.Errorf("(-go/packages +load):\n%s", diff)
			}
			checkOnce(t, loaded)
		})
	}
}

// TestCycle: packages that import each other are broken, wherever the circle is cut.
func TestCycle(t *testing.T) {
	paths := []string{"example.com/app/broken/cycle", "example.com/app/broken/cycle/a", "example.com/app/broken/cycle/b"}
	loaded, err := loader(t, write(t), "./broken/cycle").Load(t.Context(), paths)
	if err != nil || len(loaded.Packages) != len(paths) {
		t.Fatal(loaded, err)
	}
	for _, p := range loaded.Packages {
		if !p.IllTyped {
			t.Errorf("%s has no errors", p.ImportPath)
		}
	}
}

// describe says what a package has in it, and what each name in it stands for.
func describe(fset *token.FileSet, name string, syntax []*ast.File, info *types.Info, illTyped, broken bool) []string {
	lines := []string{fmt.Sprintf("%s: wrong types %v, errors %v", name, illTyped, broken)}
	qualified := func(p *types.Package) string { return p.Path() }
	for _, file := range syntax {
		lines = append(lines, filepath.Base(fset.Position(file.FileStart).Filename)+" "+file.GoVersion+" "+info.FileVersions[file])
		ast.Inspect(file, func(n ast.Node) bool {
			var what string
			switch n := n.(type) {
			case *ast.Ident:
				if obj := info.ObjectOf(n); obj != nil {
					what = types.ObjectString(obj, qualified)
				}
			case ast.Expr:
				if tv, ok := info.Types[n]; ok && tv.Type != nil {
					what = fmt.Sprintf("%T %s %v", n, types.TypeString(tv.Type, qualified), tv.Value)
				}
			}
			if what != "" {
				lines = append(lines, fmt.Sprintf("%v: %s", fset.Position(n.Pos()), what))
			}
			return true
		})
	}
	return lines
}

// checkOnce: a package is there once, whoever imports it, and the positions of the files
// are in the order of the packages.
func checkOnce(t *testing.T, loaded *load.Loaded) {
	t.Helper()
	known := map[string]*types.Package{}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if other := known[p.Path()]; other != nil {
			if other != p {
				t.Errorf("package %s is there twice", p.Path())
			}
			return
		}
		known[p.Path()] = p
		for _, i := range p.Imports() {
			visit(i)
		}
	}
	var places []token.Pos
	for _, p := range loaded.Packages {
		visit(p.Types)
		for _, file := range p.Syntax {
			places = append(places, file.Pos())
		}
	}
	if !slices.IsSorted(places) {
		t.Errorf("the files are at %v", places)
	}
}

// TestSamePositions: positions don't depend on what is parsed first.
func TestSamePositions(t *testing.T) {
	dir := write(t)
	l := loader(t, dir, ".")
	positions := func() (all []token.Pos) {
		loaded, err := l.Load(t.Context(), []string{"example.com/app", "example.com/app/inner", "example.com/beside"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range loaded.Packages {
			for id := range p.TypesInfo.Defs {
				all = append(all, id.Pos())
			}
			for _, i := range p.Types.Imports() {
				for _, name := range i.Scope().Names() {
					all = append(all, i.Scope().Lookup(name).Pos())
				}
			}
		}
		slices.Sort(all)
		return all
	}
	first := positions()
	for range 5 {
		if !slices.Equal(first, positions()) {
			t.Fatal("positions differ")
		}
	}
}

// TestTable: the go command isn't asked for files that are known, unless one isn't there
// any more, or can't be read.
func TestTable(t *testing.T) {
	dir, kept := write(t), t.TempDir()
	const path = "example.com/app"
	runs := 0
	build := func(version string) map[string]string {
		l := loader(t, dir, ".")
		runs = 0
		l.Exports.Run = command(dir, &runs)
		l.Exports.Table = load.OpenTable(kept, version, l.List, l.Files)
		loaded, err := l.Load(t.Context(), []string{path, "example.com/app/inner", "example.com/beside"})
		if err != nil {
			t.Fatal(err)
		}
		if p := loaded.Packages[len(loaded.Packages)-1]; p.ImportPath != path || p.IllTyped {
			t.Fatalf("%s: %v", p.ImportPath, p.Errors)
		}
		files, err := l.Exports.Find(t.Context(), []string{"fmt", "net/http"})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	first := build("1")
	for what, tc := range map[string]struct {
		version string
		spoil   func(file string) error
		want    int
	}{
		"the same":         {"1", func(string) error { return nil }, 0},
		"another compiler": {"2", func(string) error { return nil }, 1},
		"no file":          {"1", func(file string) error { return replace(kept, file, filepath.Join(kept, "nowhere")) }, 1},
		"another file":     {"1", func(file string) error { return replace(kept, file, os.Args[0]) }, 1},
		"no table":         {"1", func(string) error { return replace(kept, "", "") }, 1},
	} {
		if err := tc.spoil(first["fmt"]); err != nil {
			t.Fatal(err)
		}
		again := build(tc.version)
		if runs != tc.want || again["fmt"] != first["fmt"] {
			t.Errorf("%s: the go command runs %d times, not %d", what, runs, tc.want)
		}
		build("1")
	}
}

// replace replaces a text in all tables; an empty one by all.
func replace(kept, from, to string) error {
	tables, err := filepath.Glob(filepath.Join(kept, "compiled-*"))
	for _, table := range tables {
		data, failed := os.ReadFile(table)
		text := "{"
		if from != "" {
			text = strings.ReplaceAll(string(data), from, to)
		}
		err = cmp.Or(err, failed, os.WriteFile(table, []byte(text), 0o644))
	}
	return err
}

// TestChanged: a package in a folder has another file when its source changes, or that of
// something that it imports.
func TestChanged(t *testing.T) {
	dir, kept := write(t), t.TempDir()
	paths := []string{"example.com/app/inner", "example.com/beside"}
	runs := 0
	find := func() map[string]string {
		l := loader(t, dir, ".")
		runs = 0
		l.Exports.Run = command(dir, &runs)
		l.Exports.Table = load.OpenTable(kept, "1", l.List, l.Files)
		found, err := l.Exports.Find(t.Context(), paths)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	first := find()
	if again := find(); !maps.Equal(first, again) || runs != 0 {
		t.Errorf("nothing changed, and the go command runs %d times", runs)
	}
	file := filepath.Join(dir, "inner", "inner.go")
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(old) + "\nvar More int\n", string(old)} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		changed := find()
		for _, path := range paths {
			if same := changed[path] == first[path]; same != (text == string(old)) {
				t.Errorf("%s: the file is the same: %v", path, same)
			}
		}
	}
	if runs != 0 {
		t.Errorf("as it was before, and the go command runs %d times", runs)
	}
}

// TestCalledOff: a context that ends is an error.
func TestCalledOff(t *testing.T) {
	l := loader(t, write(t), ".")
	ctx, cancel := context.WithCancelCause(t.Context())
	l.Exports.Before = func(context.Context) (func(error), error) {
		cancel(io.ErrClosedPipe)
		return func(error) {}, nil
	}
	if loaded, err := l.Load(ctx, []string{"example.com/app"}); err == nil {
		t.Error(loaded.Packages)
	}
}
