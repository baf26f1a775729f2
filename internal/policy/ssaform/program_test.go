package ssaform_test

import (
	"go/token"
	"go/types"
	"testing"

	"github.com/chalice-go/chalice/internal/policy/programtest"
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

// TestKeyOf has types that share their fields, and types that don't.
func TestKeyOf(t *testing.T) {
	form, pkg, _ := programtest.Build(t, instances, nil)
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
	form, pkg, _ := programtest.Build(t, instances, nil)
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
