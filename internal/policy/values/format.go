package values

import (
	"fmt"
	"go/constant"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// piece is a part of a format: text, or what to print a value with.
type piece struct{ text, directive string }

// pieces takes a format apart. One whose values aren't in their order ends there, and
// isn't complete.
func pieces(format string) (all []piece, complete bool) {
	for {
		before, after, found := strings.Cut(format, "%")
		all = append(all, piece{text: before})
		if !found {
			return all, true
		}
		end := strings.IndexFunc(after, func(r rune) bool { return !strings.ContainsRune("+-# 0123456789.", r) })
		switch {
		case end < 0 || after[end] == '*' || after[end] == '[':
			return all, false
		case after[end] == '%':
			all = append(all, piece{text: "%"})
		default:
			all = append(all, piece{directive: "%" + after[:end+1]})
		}
		format = after[end+1:]
	}
}

// format returns what fmt.Sprintf makes, up to the first value that isn't known.
func (t *tracer) format(args []ssa.Value, in *callContext) ([]arn.Name, bool) {
	formats, ok := t.trace(args[0], in)
	if !ok || len(formats) != 1 {
		return nil, false
	}
	text, ok := constantText(formats[0])
	if !ok {
		return nil, false
	}
	all, complete := pieces(text)
	values := t.variadic(args[1])
	names := []arn.Name{{}}
	for _, p := range all {
		if p.directive == "" {
			names, ok = product(names, constants(p.text))
		} else {
			var value ssa.Value
			if len(values) > 0 {
				value, values = values[0], values[1:]
			}
			names, ok = t.then(names, value, p.directive, in)
		}
		if !ok || len(names) == 0 {
			return names, ok
		}
	}
	if !complete {
		return product(names, []arn.Name{anything})
	}
	return names, true
}

// then puts a value behind names, as a directive of fmt prints it. There are none if
// it grows in a cycle, and nothing is before it: then what it grows from is found where
// the cycle began.
func (t *tracer) then(names []arn.Name, value ssa.Value, directive string, in *callContext) ([]arn.Name, bool) {
	first := len(names) == 1 && len(names[0]) == 0
	known, ok, grows := t.formatted(directive, value, in)
	switch {
	case first && grows && ok && len(known) == 0:
		return nil, true
	case !ok || len(known) == 0 || grows && !first:
		known = []arn.Name{anything}
	}
	return product(names, known)
}

// formatted returns how fmt prints a value with a directive.
func (t *tracer) formatted(directive string, value ssa.Value, in *callContext) (names []arn.Name, ok, grows bool) {
	m, ok := value.(*ssa.MakeInterface)
	if !ok || formatsItself(m.X.Type()) {
		return nil, false, false
	}
	if c, ok := m.X.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
		return constants(fmt.Sprintf(directive, constant.BoolVal(c.Value))), strings.HasSuffix(directive, "t") || strings.HasSuffix(directive, "v"), false
	}
	isString := gotypes.IsString(m.X.Type())
	if !isString && !isInteger(m.X.Type()) {
		return nil, false, false
	}
	names, ok, grows = t.part(m.X, in)
	if !ok || grows || isString && (directive == "%s" || directive == "%v") {
		return names, ok, grows
	}
	printed := make([]arn.Name, len(names))
	for i, name := range names {
		text, ok := printedWith(directive, name, isString)
		if !ok {
			return nil, false, false
		}
		printed[i] = constants(text)[0]
	}
	return printed, true, false
}

// printedWith returns how fmt prints a constant string or integer; false if it isn't one.
func printedWith(directive string, name arn.Name, isString bool) (string, bool) {
	text, ok := constantText(name)
	verb := directive[len(directive)-1]
	switch {
	case !ok:
		return "", false
	case isString:
		return fmt.Sprintf(directive, text), strings.IndexByte("svqxX", verb) >= 0
	}
	return fmt.Sprintf(directive, number(text)), strings.IndexByte("dvxXob", verb) >= 0
}

// isInteger reports whether a type is one of integers.
func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// formatsItself reports whether a type has a method that fmt calls.
func formatsItself(t types.Type) bool {
	methods := types.NewMethodSet(t)
	return slices.ContainsFunc([]string{"Format", "Error", "String"}, func(name string) bool { return methods.Lookup(nil, name) != nil })
}

// printed returns what fmt.Sprint makes: it puts a space between two values neither of
// which is a string.
func (t *tracer) printed(arg ssa.Value, in *callContext) ([]arn.Name, bool) {
	names, ok := []arn.Name{{}}, true
	wasString := true
	values := t.variadic(arg)
	if len(values) == 0 {
		return nil, false
	}
	for _, value := range values {
		m, isMade := value.(*ssa.MakeInterface)
		isString := isMade && gotypes.IsString(m.X.Type())
		if !wasString && !isString {
			names, ok = product(names, constants(" "))
		}
		if wasString = isString; ok {
			names, ok = t.then(names, value, "%v", in)
		}
		if !ok || len(names) == 0 {
			return names, ok
		}
	}
	return names, true
}

// expanded returns what os.ExpandEnv makes of a constant text.
func (t *tracer) expanded(arg ssa.Value, in *callContext) ([]arn.Name, bool) {
	texts, ok := t.trace(arg, in)
	if !ok || len(texts) != 1 {
		return nil, false
	}
	text, ok := constantText(texts[0])
	if !ok || strings.Contains(text, "\x00") {
		return nil, false
	}
	names := []arn.Name{{}}
	for i, part := range strings.Split(os.Expand(text, func(key string) string { return "\x00" + key + "\x00" }), "\x00") {
		part, ok := constants(part), true
		if i%2 == 1 {
			part, ok = t.variableNamed(part[0][0].Text)
		}
		if !ok {
			part = []arn.Name{anything}
		}
		if names, ok = product(names, part); !ok {
			return nil, false
		}
	}
	return names, true
}

// joined returns what strings.Join makes of strings that are all known.
func (t *tracer) joined(args []ssa.Value, in *callContext) ([]arn.Name, bool) {
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

// variadic returns the values that a call has for a variadic parameter, in
// order; nil where it got a slice that isn't all known.
func (t *tracer) variadic(arg ssa.Value) []ssa.Value {
	array := t.v.arrayOf(arg, 0)
	if array == nil {
		return nil
	}
	elements := t.v.elements(array)
	var ordered []ssa.Value
	for i := range int64(len(elements)) {
		ordered = append(ordered, elements[i])
	}
	return ordered
}
