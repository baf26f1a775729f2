package policy

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// concat joins what x can be with what y can be. An unknown end leaves a
// prefix; an unknown start leaves nothing.
func (t *tracer) concat(b *ssa.BinOp, in *frame) ([]Name, bool) {
	if b.Op != token.ADD || !isString(b.Type()) {
		return nil, false
	}
	x, ok := t.trace(b.X, in)
	if !ok {
		return nil, false
	}
	y, ok := t.trace(b.Y, in)
	if !ok {
		y = []Name{anything}
	}
	return product(x, y)
}

func product(x, y []Name) ([]Name, bool) {
	if len(x) == 0 {
		x = []Name{{}}
	}
	if len(y) == 0 {
		y = []Name{{}}
	}
	if len(x)*len(y) > maxNames {
		return nil, false
	}
	var names []Name
	for _, a := range x {
		for _, b := range y {
			name := a.add(b)
			if len(name) > 0 && name[0].Kind == Anything {
				return nil, false
			}
			if len(name) > 0 {
				names = append(names, name)
			}
		}
	}
	return names, true
}

// format gives what fmt.Sprintf makes, up to the first verb that isn't %s or
// %v of a known string.
func (t *tracer) format(args []ssa.Value, in *frame) ([]Name, bool) {
	formats, ok := t.trace(args[0], in)
	if !ok || len(formats) != 1 || len(formats[0]) != 1 || formats[0][0].Kind != Constant {
		return nil, false
	}
	text := formats[0][0].Text
	values := variadic(args[1])
	names := []Name{{}}
	for i := 0; ; i++ {
		before, after, found := strings.Cut(text, "%")
		names, ok = product(names, constants(before))
		if !ok || !found {
			return nonEmpty(names), ok
		}
		value := []Name{anything}
		if i < len(values) && after != "" && (after[0] == 's' || after[0] == 'v') {
			if m, isInterface := values[i].(*ssa.MakeInterface); isInterface && isString(m.X.Type()) {
				if known, ok := t.trace(m.X, in); ok && len(known) > 0 {
					value = known
				}
			}
		}
		if names, ok = product(names, value); !ok {
			return nil, false
		}
		text = after[min(1, len(after)):]
	}
}

func nonEmpty(names []Name) []Name {
	return slices.DeleteFunc(names, func(n Name) bool { return len(n) == 0 })
}

func constants(text string) []Name {
	if text == "" {
		return []Name{{}}
	}
	return []Name{{{Kind: Constant, Text: text}}}
}

// variadic gives the values that a call has for a variadic parameter, in
// order; nil where it got a slice.
func variadic(arg ssa.Value) []ssa.Value {
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
	var ordered []ssa.Value
	for i := range int64(len(values)) {
		ordered = append(ordered, values[i])
	}
	return ordered
}
