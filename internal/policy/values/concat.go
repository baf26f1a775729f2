package values

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// concat joins what x can be with what y can be. An unknown end leaves a
// prefix; an unknown start leaves nothing.
func (t *tracer) concat(b *ssa.BinOp, in *callContext) ([]arn.Name, bool) {
	if b.Op != token.ADD || !gotypes.IsString(b.Type()) {
		return nil, false
	}
	x, ok, grows := t.part(b.X, in)
	if !ok || grows && len(x) == 0 {
		return nil, ok // what it grows from is found where the cycle began
	}
	y, ok, grows := t.part(b.Y, in)
	if !ok || grows {
		y = []arn.Name{anything}
	}
	return product(x, y)
}

// part returns what a part of a longer name can be, and whether the longer name
// can be in it again.
func (t *tracer) part(value ssa.Value, in *callContext) (names []arn.Name, ok, grows bool) {
	before := t.growths
	t.concats++
	names, ok = t.trace(value, in)
	t.concats--
	return names, ok, t.growths > before
}

// product concatenates each name of x with each of y.
func product(x, y []arn.Name) ([]arn.Name, bool) {
	if len(x) == 0 {
		x = []arn.Name{{}}
	}
	if len(y) == 0 {
		y = []arn.Name{{}}
	}
	if len(x)*len(y) > maxNames {
		return nil, false
	}
	var names []arn.Name
	for _, a := range x {
		for _, b := range y {
			name := a.Add(b)
			if len(name) > 0 && name[0].Kind == arn.Anything {
				return nil, false
			}
			names = append(names, name)
		}
	}
	return names, true
}

// nonEmpty leaves out empty names, which name no resource.
func nonEmpty(names []arn.Name) []arn.Name {
	return slices.DeleteFunc(names, func(n arn.Name) bool { return len(n) == 0 })
}

// constants returns the name of a constant text.
func constants(text string) []arn.Name {
	if text == "" {
		return []arn.Name{{}}
	}
	return []arn.Name{{{Kind: arn.Constant, Text: text}}}
}
