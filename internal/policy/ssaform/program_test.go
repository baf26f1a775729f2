package ssaform_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

const instances = `package main

type repo[T any] struct{ name string }

type alias = repo[int]

type plain struct{ name string }

type other struct{ name string }

func get[T any](r *repo[T]) string { return r.name }

func main() {
	get(&repo[int]{"a"})
	get(&repo[string]{"b"})
	get(&alias{"c"})
	_ = other(plain{"d"})
}
`

// build makes the SSA form of one package without imports.
func build(t *testing.T, source string) (*ssaform.Program, *types.Package) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "main.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{}).Check("main", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	form, err := ssaform.Build(fset, []*packages.Package{{PkgPath: "main", Types: pkg, Syntax: []*ast.File{file}, TypesInfo: info}})
	if err != nil {
		t.Fatal(err)
	}
	return form, pkg
}

// TestKeyOf has types that share their fields, and types that don't.
func TestKeyOf(t *testing.T) {
	form, pkg := build(t, instances)
	lookup := func(expr string) types.Type {
		tv, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, expr)
		if err != nil {
			t.Fatal(err)
		}
		return tv.Type
	}
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"repo[int]", "repo[int]", true},
		{"repo[int]", "*repo[int]", true},
		{"repo[int]", "alias", true},
		{"repo[int]", "repo[string]", false},
		{"plain", "other", true}, // one is converted into the other
		{"plain", "repo[int]", false},
		{"struct{ name string }", "struct{ name string }", true},
		{"struct{ name string }", "struct{ title string }", false},
	} {
		a, b := form.KeyOf(lookup(tc.a), 0), form.KeyOf(lookup(tc.b), 0)
		if (a == b) != tc.same {
			t.Errorf("the fields of %s and %s are the same: %v", tc.a, tc.b, a == b)
		}
		if len(form.FieldUses[a]) == 0 && tc.a[0] != 's' {
			t.Errorf("nothing uses the field of %s", tc.a)
		}
		if got := form.TypeOf(a); !types.Identical(got, types.Typ[types.String]) {
			t.Errorf("the field of %s has the type %v", tc.a, got)
		}
	}
}

// TestNameOf looks at types with and without a name.
func TestNameOf(t *testing.T) {
	form, pkg := build(t, instances)
	for expr, want := range map[string]string{"plain": "plain", "*repo[int]": "repo", "struct{ name string }": ""} {
		tv, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, expr)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, kin := range form.Class(form.KeyOf(tv.Type, 0).Owner) {
			if name := ssaform.NameOf(kin); name != nil && name.Name() == want {
				got = name.Name()
			}
		}
		if got != want {
			t.Errorf("%s has the name %q", expr, got)
		}
	}
}
