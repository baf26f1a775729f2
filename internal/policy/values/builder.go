package values

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

// builders are what text is put together in, with the methods that don't take any of it
// away.
var builders = map[string]bool{
	"strings.Builder.WriteString": true, "strings.Builder.WriteByte": true, "strings.Builder.WriteRune": true, "strings.Builder.Write": true,
	"strings.Builder.String": false, "strings.Builder.Len": false, "strings.Builder.Cap": false, "strings.Builder.Grow": false,
	"bytes.Buffer.WriteString": true, "bytes.Buffer.WriteByte": true, "bytes.Buffer.WriteRune": true, "bytes.Buffer.Write": true,
	"bytes.Buffer.String": false, "bytes.Buffer.Len": false, "bytes.Buffer.Cap": false, "bytes.Buffer.Grow": false, "bytes.Buffer.Bytes": false,
}

// built returns the text of a builder that only this function writes to. What is written
// in the block that makes the builder is written in that order, and before all else.
func (t *tracer) built(builder ssa.Value, end *ssa.Call, in *callContext) ([]arn.Name, bool) {
	made, ok := builder.(ssa.Instruction)
	if !ok {
		return nil, false
	}
	names, ok := t.begun(builder, in)
	writes, plain := writesTo(builder)
	if !ok || !plain || len(names) == 0 {
		return nil, false
	}
	for _, i := range made.Block().Instrs {
		if i == ssa.Instruction(end) {
			return names, true
		}
		if write, ok := i.(*ssa.Call); ok && slices.Contains(writes, write) {
			if names, ok = t.written(names, write, in); !ok || len(names) == 0 {
				return names, ok
			}
		}
	}
	if slices.ContainsFunc(writes, func(w *ssa.Call) bool { return w.Block() != made.Block() }) {
		return product(names, []arn.Name{anything})
	}
	return names, true
}

// begun returns what is in a builder when it is made.
func (t *tracer) begun(builder ssa.Value, in *callContext) ([]arn.Name, bool) {
	switch made := builder.(type) {
	case *ssa.Alloc:
		return []arn.Name{{}}, true
	case *ssa.Call:
		if f := made.Call.StaticCallee(); f != nil && qualifiedName(f) == "bytes.NewBufferString" {
			names, ok, grows := t.part(made.Call.Args[0], in)
			return names, ok && !grows
		}
	}
	return nil, false
}

// writesTo returns the calls that write to a builder; false if it goes elsewhere.
func writesTo(builder ssa.Value) ([]*ssa.Call, bool) {
	var writes []*ssa.Call
	for _, use := range *builder.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			f := use.Call.StaticCallee()
			if f == nil || use.Call.Args[0] != builder {
				return nil, false
			}
			write, known := builders[qualifiedName(f)]
			if !known {
				return nil, false
			}
			if write {
				writes = append(writes, use)
			}
		case *ssa.MakeInterface:
			more, ok := printsTo(use)
			if !ok {
				return nil, false
			}
			writes = append(writes, more...)
		default:
			return nil, false
		}
	}
	return writes, true
}

// printsTo returns the calls that print to a builder; false if it goes elsewhere.
func printsTo(writer *ssa.MakeInterface) ([]*ssa.Call, bool) {
	var prints []*ssa.Call
	for _, use := range *writer.Referrers() {
		c, ok := use.(*ssa.Call)
		if !ok || c.Call.StaticCallee() == nil || c.Call.Args[0] != ssa.Value(writer) {
			return nil, false
		}
		switch qualifiedName(c.Call.StaticCallee()) {
		case "fmt.Fprint", "fmt.Fprintf", "io.WriteString":
			prints = append(prints, c)
		default:
			return nil, false
		}
	}
	return prints, true
}

// written puts what a call writes behind names.
func (t *tracer) written(names []arn.Name, write *ssa.Call, in *callContext) ([]arn.Name, bool) {
	f, args := write.Call.StaticCallee(), write.Call.Args[1:]
	more, ok, before := []arn.Name(nil), false, t.growths
	t.concats++
	switch f.Name() {
	case "WriteString":
		more, ok = t.trace(args[0], in)
	case "WriteByte", "WriteRune":
		if c, isConst := args[0].(*ssa.Const); isConst {
			more, ok = constants(string(rune(c.Int64()))), true
		}
	case "Fprintf":
		more, ok = t.format(args, in)
	case "Fprint":
		more, ok = t.printed(args[0], in)
	}
	t.concats--
	if !ok || len(more) == 0 || t.growths > before {
		more = []arn.Name{anything}
	}
	return product(names, more)
}
