// Package programtest makes small programs for tests of the analysis, of a text each.
package programtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Read writes a main package into a module of its own, which has a name, and reads it. It
// can import the standard library.
func Read(t testing.TB, module, text string) *source.Program {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{"go.mod": "module " + module + "\n\ngo 1.24\n", "main.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
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
	return p
}

// Node returns the node of a function of package main.
func Node(t testing.TB, p *source.Program, name string) *source.Node {
	t.Helper()
	i := slices.IndexFunc(p.Nodes, func(n *source.Node) bool { return n.Name == "main."+name })
	if i < 0 {
		t.Fatalf("there is no function %s", name)
	}
	return p.Nodes[i]
}

// Build makes the SSA form of a main package in memory. importer has what it imports; nil
// for a package without imports.
func Build(t testing.TB, text string, importer types.Importer) (*ssaform.Program, *types.Package, *types.Info) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "main.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{Importer: importer}).Check("main", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	form, err := ssaform.Build(fset, []*load.Package{{Package: &golist.Package{ImportPath: "main"}, Types: pkg, Syntax: []*ast.File{file}, TypesInfo: info}})
	if err != nil {
		t.Fatal(err)
	}
	return form, pkg, info
}
