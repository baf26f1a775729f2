package functions_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

const program = `package main

import "example.com/found/v2.shop/api"

type server struct{ base }

type base struct{}

func (*base) index() {}

func (server) list() {}

type lister interface{ show() }

func plain() {}

func generic[T any]() {}

func literal() func() { return func() {} }

func main() { api.Index() }
`

// read reads the program, and a package that its runtime names with escapes.
func read(t *testing.T) *source.Program {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{
		"go.mod":             "module example.com/found\n\ngo 1.24\n",
		"main.go":            program,
		"v2.shop/api/api.go": "package api\n\nfunc Index() {}\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o, err := source.Look(t.Context(), source.Config{Dir: dir, Env: []string{"CGO_ENABLED=0", "GOWORK=off"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Read()
	p.ReadHandlers()
	return p
}

// TestSymbols finds handlers by the symbols that the runtime has for them.
func TestSymbols(t *testing.T) {
	p := read(t)
	for symbol, want := range map[string]string{
		"main.plain":               "main.plain",
		"main.generic[...]":        "main.generic",
		"main.(*server).list-fm":   "main.server.list",
		"main.server.list-fm":      "main.server.list",
		"main.(*server).index-fm":  "main.(*base).index", // promoted
		"main.lister.show-fm":      "main.lister.show",
		"example.com/found.plain":  "main.plain", // as tests have it
		"main.literal.func1":       "",
		"main.missing":             "",
		"example.com/other.plain":  "",
		"example.com/found/%zz.no": "",
	} {
		a := functions.Find(p, []functions.Registration{{Function: "f", File: "main.go", Line: 1, Handler: symbol}})
		var got []string
		for _, n := range a.ByName["f"].Named {
			got = append(got, n.Name)
		}
		var all []string
		if want != "" {
			all = []string{want}
		}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", symbol, diff)
		}
		for _, n := range a.ByName["f"].Named {
			if !a.Registered[n] {
				t.Errorf("%s: the handler isn't registered", symbol)
			}
		}
	}
}

// TestNotFound is of a handler that the source doesn't show: it can be anything, with a
// warning, unless it is a literal of the program.
func TestNotFound(t *testing.T) {
	p := read(t)
	f := functions.Find(p, []functions.Registration{{Function: "f", File: "main.go", Line: 1, Handler: "main.literal.func1"}}).ByName["f"]
	if len(f.Candidates) != 1 || f.AnyCandidate || !f.AnySite {
		t.Errorf("a literal: %d candidates, any: %v, any site: %v", len(f.Candidates), f.AnyCandidate, f.AnySite)
	}
	f = functions.Find(p, []functions.Registration{{Function: "g", File: "main.go", Line: 1, Handler: "main.missing"}}).ByName["g"]
	if !f.AnyCandidate || !f.AnySite {
		t.Errorf("a missing function: any: %v, any site: %v", f.AnyCandidate, f.AnySite)
	}
	warned := slices.ContainsFunc(p.Warnings, func(w source.Warning) bool { return slices.Contains(w.Functions, "g") })
	if !warned {
		t.Error("there is no warning of a handler that isn't found")
	}
}
