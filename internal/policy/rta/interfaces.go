package rta

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// resolveInterfaces finds what interfaces lead to, until nothing is new.
func (r *Run) resolveInterfaces() {
	done := [3]int{} // calls, types and outside interfaces that are done with each other
	if r.cold != nil {
		done = [3]int{len(r.cold.calls), len(r.cold.types), len(r.cold.outside)}
	}
	for {
		now := [3]int{len(r.calls), len(r.types), len(r.outside)}
		if now == done {
			return
		}
		calls, live, outside := clip(r.calls), clip(r.types), clip(r.outside)
		for j, t := range live {
			for i, c := range calls {
				if i >= done[0] || j >= done[1] {
					r.reachImplementation(t, c)
				}
			}
			for i, o := range outside {
				if i >= done[2] || j >= done[1] {
					r.exposeMethods(t, o)
				}
			}
			if j >= done[1] {
				r.exposeConventional(t)
			}
		}
		done = now
	}
}

// reachImplementation reaches a type's method that an interface's method may be.
func (r *Run) reachImplementation(t types.Type, c source.InterfaceCall) {
	i := r.hierarchy.implementation(t, c.Method)
	if i == nil {
		return
	}
	from := r.hierarchy.methodNode(c.Method)
	if i.node != nil {
		r.visit(i.node, r.links[from].from, r.links[from].pos)
		return
	}
	// The type has the method from an interface embedded in it.
	if !r.known[i.call] {
		r.known[i.call] = true
		r.calls = append(r.calls, source.InterfaceCall{Method: i.call, Pos: c.Pos})
		r.links[r.hierarchy.methodNode(i.call)] = r.links[from]
	}
}

// exposeMethods reaches the methods of a type that code out of sight can call through an
// interface: at once if anybody can know that, otherwise once such code is called.
func (r *Run) exposeMethods(t, outside types.Type) {
	if !r.hierarchy.implements(t, outside) {
		return
	}
	if pkg := packageOf(outside); pkg != "" {
		r.hand(t, outside, pkg)
		return
	}
	for m := range outside.Underlying().(*types.Interface).Methods() {
		if n := r.hierarchy.method(t, m.Name()); n != nil {
			r.exposeMethod(t, n, nil)
		}
	}
}

// exposeMethod reaches a type's method, which a function out of sight calls.
func (r *Run) exposeMethod(t types.Type, n, caller *source.Node) {
	if r.cold == nil && r.hierarchy.isWebHandler(n) {
		r.WebHandlers = append(r.WebHandlers, n)
		return
	}
	r.Exposed[n] = true
	l := r.whereLive(t)
	l.caller = caller
	r.visitBy(n, l)
}

// conventionalMethods are methods that the standard library and the SDK call on any
// value that has them, and their signatures. A method with such a name and
// another signature is nothing to them.
var conventionalMethods = map[string][]string{
	"Error": {"func() string"}, "String": {"func() string"}, "GoString": {"func() string"},
	"Unwrap": {"func() error", "func() []error"}, "Is": {"func(error) bool"}, "As": {"func(any) bool"},
	"Format": {"func(fmt.State, rune)"}, "LogValue": {"func() log/slog.Value"}, "IsZero": {"func() bool"},
	"MarshalJSON": {toBytes}, "UnmarshalJSON": {fromBytes},
	"MarshalJSONTo":     {"func(*encoding/json/jsontext.Encoder) error", "func(*github.com/go-json-experiment/json/jsontext.Encoder) error"},
	"UnmarshalJSONFrom": {"func(*encoding/json/jsontext.Decoder) error", "func(*github.com/go-json-experiment/json/jsontext.Decoder) error"},
	"MarshalText":       {toBytes}, "UnmarshalText": {fromBytes}, "AppendText": {appendsBytes},
	"MarshalBinary": {toBytes}, "UnmarshalBinary": {fromBytes}, "AppendBinary": {appendsBytes},
	"GobEncode": {toBytes}, "GobDecode": {fromBytes},
	"MarshalXML":   {"func(*encoding/xml.Encoder, encoding/xml.StartElement) error"},
	"UnmarshalXML": {"func(*encoding/xml.Decoder, encoding/xml.StartElement) error"},
	"MarshalYAML":  {"func() (any, error)", toBytes},
	"UnmarshalYAML": {
		"func(func(any) error) error", "func(*gopkg.in/yaml.v3.Node) error", "func(*go.yaml.in/yaml/v3.Node) error",
		"func(*go.yaml.in/yaml/v4.Node) error", fromBytes,
	},
	"MarshalDynamoDBAttributeValue":   {"func() (" + attributeValue + ", error)"},
	"UnmarshalDynamoDBAttributeValue": {"func(" + attributeValue + ") error"},
	"Scan":                            {"func(any) error"}, "Value": {"func() (database/sql/driver.Value, error)"},
	"ReadFrom": {"func(io.Reader) (int64, error)"}, "WriteTo": {"func(io.Writer) (int64, error)"},
}

const (
	toBytes        = "func() ([]byte, error)"
	fromBytes      = "func([]byte) error"
	appendsBytes   = "func([]byte) ([]byte, error)"
	attributeValue = sdk.ServicePrefix + "dynamodb/types.AttributeValue"
)

// exposeConventional reaches the conventional methods of a type.
func (r *Run) exposeConventional(t types.Type) {
	for _, name := range slices.Sorted(maps.Keys(conventionalMethods)) {
		if n := r.hierarchy.method(t, name); n != nil && slices.Contains(conventionalMethods[name], shape(n.Obj.Signature())) {
			r.exposeMethod(t, n, nil)
		}
	}
}

// shape returns a signature without the names of parameters.
func shape(s *types.Signature) string {
	bare := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewVar(token.NoPos, nil, "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	text := types.NewSignatureType(nil, nil, nil, bare(s.Params()), bare(s.Results()), s.Variadic()).String()
	return aliasesOfNames.Replace(text)
}

// aliasesOfNames spells types as the table of conventions does.
var aliasesOfNames = strings.NewReplacer("interface{}", "any", "[]uint8", "[]byte", "int32", "rune")
