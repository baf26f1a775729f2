package flow

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/programtest"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// TestInstances asks for the bodies of a generic function by its type arguments.
func TestInstances(t *testing.T) {
	const text = `package main
func id[T any](t T) T { return t }
func plain() {}
func main() { id(1); id("a"); plain() }
`
	form, _, info := programtest.Build(t, text, nil)
	id, plain := &source.Node{Name: "id"}, &source.Node{Name: "plain"}
	b := &Bodies{Of: map[*source.Node][]*ssa.Function{}}
	for _, f := range form.Functions {
		switch {
		case f.Origin() != nil:
			b.Of[id] = append(b.Of[id], f)
		case f.Name() == "plain":
			b.Of[plain] = append(b.Of[plain], f)
		}
	}
	args := func(basic types.BasicKind) *types.TypeList {
		for _, inst := range info.Instances {
			if types.Identical(inst.TypeArgs.At(0), types.Typ[basic]) {
				return inst.TypeArgs
			}
		}
		t.Fatal("there is no such instance")
		return nil
	}
	for name, tc := range map[string]struct {
		node *source.Node
		args *types.TypeList
		want int
	}{
		"one instance":         {id, args(types.String), 1},
		"another":              {id, args(types.Int), 1},
		"no arguments to tell": {id, nil, 2},
		"no generic function":  {plain, nil, 1},
		"arguments of none":    {plain, args(types.Int), 1},
	} {
		got := b.instances(tc.node, tc.args)
		if len(got) != tc.want {
			t.Errorf("%s: %v", name, got)
		}
		if tc.want == 1 && tc.node == id && !types.Identical(got[0].TypeArgs()[0], tc.args.At(0)) {
			t.Errorf("%s: it is %v", name, got[0])
		}
	}
}
