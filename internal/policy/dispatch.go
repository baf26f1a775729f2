package policy

import (
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// dispatch finds what interfaces lead to, until nothing is new.
func (r *reach) dispatch() {
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
					r.implement(t, c)
				}
			}
			for i, o := range outside {
				if i >= done[2] || j >= done[1] {
					r.expose(t, o)
				}
			}
			if j >= done[1] {
				r.conventions(t)
			}
		}
		done = now
	}
}

// implement reaches a type's method that an interface's method may be.
func (r *reach) implement(t types.Type, c interfaceCall) {
	i := r.p.implementation(t, c.method)
	if i == nil {
		return
	}
	from := r.p.methodNode(c.method)
	if i.node != nil {
		r.visit(i.node, r.links[from].from, r.links[from].pos)
		return
	}
	// The type has the method from an interface embedded in it.
	if !r.known[i.call] {
		r.known[i.call] = true
		r.calls = append(r.calls, interfaceCall{i.call, c.pos})
		r.links[r.p.methodNode(i.call)] = r.links[from]
	}
}

// expose reaches the methods of a type that code out of sight can call.
func (r *reach) expose(t, outside types.Type) {
	if !r.p.implements(t, outside) {
		return
	}
	for m := range outside.Underlying().(*types.Interface).Methods() {
		r.exposeMethod(t, m.Name())
	}
}

func (r *reach) exposeMethod(t types.Type, name string) {
	n := r.p.method(t, name)
	if n == nil {
		return
	}
	if r.cold == nil && r.p.isWebHandler(n) {
		r.web = append(r.web, n)
		return
	}
	r.exposed[n] = true
	r.visit(n, nil, n.pos)
}

// conventional are methods that the standard library and the SDK call on any
// value that has them, and their signatures. A method with such a name and
// another signature is nothing to them.
var conventional = map[string][]string{
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

func (r *reach) conventions(t types.Type) {
	for _, name := range slices.Sorted(maps.Keys(conventional)) {
		if n := r.p.method(t, name); n != nil && slices.Contains(conventional[name], shape(n.obj.Signature())) {
			r.exposeMethod(t, name)
		}
	}
}

// shape gives a signature without the names of parameters.
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

// implKey is a type and a method of an interface.
type implKey struct {
	t types.Type
	m *types.Func
}

// implementation is what a method of an interface is for a type: a function
// with source, or the method of an interface that the type embeds.
type implementation struct {
	node *node
	call *types.Func
}

func (p *program) implementation(t types.Type, m *types.Func) *implementation {
	key := implKey{t, m}
	if i, ok := p.implCache[key]; ok {
		return i
	}
	var found *implementation
	if p.implements(t, m.Signature().Recv().Type()) {
		found = p.methodOf(t, m.Name(), m.Pkg())
	}
	p.implCache[key] = found
	return found
}

func (p *program) methodOf(t types.Type, name string, pkg *types.Package) *implementation {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, pkg, name)
	f, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	if n := p.funcs[f.Origin()]; n != nil {
		return &implementation{node: n}
	}
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return &implementation{call: f}
	}
	return nil
}

// method gives the node of a type's exported method.
func (p *program) method(t types.Type, name string) *node {
	if i := p.methodOf(t, name, nil); i != nil {
		return i.node
	}
	return nil
}

// implements tells whether a pointer to a type can be in an interface. Where
// type parameters are part of either, names decide.
func (p *program) implements(t, iface types.Type) bool {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok || types.IsInterface(t) {
		return false
	}
	ptr := types.NewPointer(t)
	if types.Implements(ptr, i) {
		return true
	}
	if !gotypes.MentionsTypeParam(t, 0) && !gotypes.MentionsTypeParam(iface, 0) && !genericInterface(i) {
		return false
	}
	for m := range i.Methods() {
		if obj, _, _ := types.LookupFieldOrMethod(ptr, true, m.Pkg(), m.Name()); obj == nil {
			return false
		}
	}
	return i.NumMethods() > 0
}

func genericInterface(i *types.Interface) bool {
	if !i.IsMethodSet() {
		return true
	}
	for m := range i.Methods() {
		if gotypes.HasTypeParams(m.Signature()) {
			return true
		}
	}
	return false
}

// methodNode stands for a method of an interface in links.
func (p *program) methodNode(m *types.Func) *node {
	n := p.methods[m]
	if n == nil {
		n = &node{name: funcName(m), pos: m.Pos()}
		p.methods[m] = n
	}
	return n
}

// isWebHandler tells whether a node has the signature of net/http's handlers,
// which nobody calls at a cold start, and the app mounts such handlers.
func (p *program) isWebHandler(n *node) bool {
	if !p.mounts || n.syntax == nil {
		return false
	}
	sig := paramsOf(n)
	if sig == nil || sig.Params().Len() != 2 || sig.Results().Len() != 0 {
		return false
	}
	return sig.Params().At(0).Type().String() == "net/http.ResponseWriter" && sig.Params().At(1).Type().String() == "*net/http.Request"
}
