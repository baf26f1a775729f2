package policy

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"golang.org/x/tools/go/ssa"
)

// concat joins what x can be with what y can be. An unknown end leaves a
// prefix; an unknown start leaves nothing.
func (t *tracer) concat(b *ssa.BinOp, in *frame) ([]arn.Name, bool) {
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

// part gives what a part of a longer name can be, and whether the longer name
// can be in it again.
func (t *tracer) part(value ssa.Value, in *frame) (names []arn.Name, ok, grows bool) {
	before := t.growths
	t.concats++
	names, ok = t.trace(value, in)
	t.concats--
	return names, ok, t.growths > before
}

// product puts each of some names behind each of others.
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

// format gives what fmt.Sprintf makes, up to the first verb that isn't %s or
// %v of a known string.
func (t *tracer) format(args []ssa.Value, in *frame) ([]arn.Name, bool) {
	formats, ok := t.trace(args[0], in)
	if !ok || len(formats) != 1 || len(formats[0]) != 1 || formats[0][0].Kind != arn.Constant {
		return nil, false
	}
	text := formats[0][0].Text
	values := t.variadic(args[1])
	names := []arn.Name{{}}
	for i := 0; ; i++ {
		before, after, found := strings.Cut(text, "%")
		names, ok = product(names, constants(before))
		if !ok || !found {
			return names, ok
		}
		value := []arn.Name{anything}
		if i < len(values) && after != "" && (after[0] == 's' || after[0] == 'v') {
			first := i == 0 && before == ""
			known, ok, grows := t.formatted(values[i], in)
			if first && grows && ok && len(known) == 0 {
				return nil, true
			}
			if ok && len(known) > 0 && (first || !grows) {
				value = known
			}
		}
		if names, ok = product(names, value); !ok {
			return nil, false
		}
		text = after[min(1, len(after)):]
	}
}

// formatted gives how fmt prints a value.
func (t *tracer) formatted(value ssa.Value, in *frame) (names []arn.Name, ok, grows bool) {
	m, ok := value.(*ssa.MakeInterface)
	if !ok || !gotypes.IsString(m.X.Type()) || formatsItself(m.X.Type()) {
		return nil, false, false
	}
	return t.part(m.X, in)
}

// formatsItself tells whether a type has a method that fmt calls.
func formatsItself(t types.Type) bool {
	methods := types.NewMethodSet(t)
	return slices.ContainsFunc([]string{"Format", "Error", "String"}, func(name string) bool { return methods.Lookup(nil, name) != nil })
}

// joined gives what strings.Join makes of strings that are all known.
func (t *tracer) joined(args []ssa.Value, in *frame) ([]arn.Name, bool) {
	separator, ok := t.trace(args[1], in)
	values := t.variadic(args[0])
	if !ok || len(values) == 0 {
		return nil, false
	}
	names := []arn.Name{{}}
	for i, value := range values {
		if i > 0 {
			if names, ok = product(names, separator); !ok {
				return nil, false
			}
		}
		part, ok, grows := t.part(value, in)
		if !ok || grows || part == nil {
			part = []arn.Name{anything}
		}
		if names, ok = product(names, part); !ok {
			return nil, false
		}
	}
	return names, true
}

func nonEmpty(names []arn.Name) []arn.Name {
	return slices.DeleteFunc(names, func(n arn.Name) bool { return len(n) == 0 })
}

func constants(text string) []arn.Name {
	if text == "" {
		return []arn.Name{{}}
	}
	return []arn.Name{{{Kind: arn.Constant, Text: text}}}
}

// variadic gives the values that a call has for a variadic parameter, in
// order; nil where it got a slice that isn't all known.
func (t *tracer) variadic(arg ssa.Value) []ssa.Value {
	slice, ok := arg.(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	values := map[int64]ssa.Value{}
	for _, use := range *array.Referrers() {
		index, ok := use.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		at, ok := index.Index.(*ssa.Const)
		if !ok {
			return nil
		}
		for _, u := range *index.Referrers() {
			if s, ok := u.(*ssa.Store); ok {
				values[at.Int64()] = s.Val
			}
		}
	}
	if w := t.v.writesTo(array); w.unknown || len(w.values) != len(values) {
		return nil // written by an alias, too
	}
	var ordered []ssa.Value
	for i := range int64(len(values)) {
		ordered = append(ordered, values[i])
	}
	return ordered
}
