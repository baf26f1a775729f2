package policy

import (
	"go/types"
	"maps"
	"slices"
	"strings"
)

// operation is something of the SDK that needs permissions: an operation of a
// service, or a helper that needs actions of its own.
type operation struct {
	service string       // Go package below aws-sdk-go-v2/service, such as "s3"
	name    string       // such as "GetObject"
	input   *types.Named // whose fields say more, or nil
	actions []string     // of helpers that are no operation
	feature string       // the helper's name
	// argument is the index of a helper's parameter that names the resource, and
	// field what it is.
	argument int
	field    string
}

// String gives the operation's name as reasons have it.
func (o operation) String() string {
	if o.name == "" {
		return o.feature
	}
	return o.service + "." + o.name
}

// operations gives what a function of the SDK does, or a method of an interface
// that the SDK's types satisfy. Types decide: who takes a *s3.GetObjectInput or
// returns a *s3.GetObjectOutput makes that call, be it a client, a paginator, a
// waiter or something that signs URLs.
func (p *program) operations(f *types.Func) []operation {
	f = f.Origin()
	if ops, ok := p.sinkCache[f]; ok {
		return ops
	}
	ops := p.findOperations(f)
	p.sinkCache[f] = ops
	return ops
}

func (p *program) findOperations(f *types.Func) []operation {
	if f.Pkg() == nil {
		return nil
	}
	path, recv := f.Pkg().Path(), f.Signature().Recv()
	isInterface := recv != nil && types.IsInterface(recv.Type())
	switch {
	case path == websocketPath:
		return connectionOperations(f)
	case isInterface:
		if ops := p.featureOfInterface(f); ops != nil {
			return ops
		}
		return p.interfaceOperations(f)
	case strings.HasPrefix(path, sdkPrefix):
		if ops := p.featureOperations(path, f); ops != nil {
			return ops
		}
		return p.bySignature(f.Signature())
	}
	return nil
}

// connectionOperations are those of this module's own websocket client.
func connectionOperations(f *types.Func) []operation {
	name, ok := map[string]string{"Send": "PostToConnection", "Close": "DeleteConnection", "Info": "GetConnection"}[f.Name()]
	if !ok || f.Signature().Recv() == nil {
		return nil
	}
	return []operation{{service: "apigatewaymanagementapi", name: name, feature: "websocket.Client." + f.Name()}}
}

// bySignature finds the operations whose inputs or outputs a function has.
func (p *program) bySignature(s *types.Signature) []operation {
	var ops []operation
	for v := range s.Params().Variables() {
		if op, ok := p.operationOf(v.Type(), "Input"); ok {
			ops = append(ops, op)
		}
	}
	for v := range s.Results().Variables() {
		if op, ok := p.operationOf(v.Type(), "Output"); ok && len(ops) == 0 {
			ops = append(ops, op)
		}
	}
	return ops
}

// operationOf gives the operation that *s3.GetObjectInput is the input of, or
// *s3.GetObjectOutput the output.
func (p *program) operationOf(t types.Type, suffix string) (operation, bool) {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return operation{}, false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return operation{}, false
	}
	service, ok := strings.CutPrefix(named.Obj().Pkg().Path(), servicePrefix)
	name, fits := strings.CutSuffix(named.Obj().Name(), suffix)
	if !ok || !fits || !hasOperation(named.Obj().Pkg(), name) {
		return operation{}, false
	}
	op := operation{service: service, name: name}
	if in, ok := named.Obj().Pkg().Scope().Lookup(name + "Input").(*types.TypeName); ok {
		op.input, _ = in.Type().(*types.Named)
	}
	return op, true
}

// hasOperation reports whether a service's client has a method of this name.
func hasOperation(service *types.Package, name string) bool {
	return clientMethod(service, name) != nil
}

// clientMethod returns the method of a service's client, nil if it has none.
func clientMethod(service *types.Package, name string) *types.Func {
	client := service.Scope().Lookup("Client")
	if client == nil {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(client.Type()), true, service, name)
	f, _ := m.(*types.Func)
	return f
}

// canBeInstance reports whether a signature can be what type parameters make of
// another.
func canBeInstance(s, generic *types.Signature) bool {
	fits := func(s, generic *types.Tuple) bool {
		if s.Len() != generic.Len() {
			return false
		}
		for i := range s.Len() {
			if t := generic.At(i).Type(); !mentionsTypeParam(t, 0) && !types.Identical(s.At(i).Type(), t) {
				return false
			}
		}
		return true
	}
	return s.Variadic() == generic.Variadic() && fits(s.Params(), generic.Params()) && fits(s.Results(), generic.Results())
}

// interfaceOperations finds the operations of a method of an interface. Its
// name has to be one that the SDK's types have for them: other interfaces are
// implemented by code that is seen.
func (p *program) interfaceOperations(f *types.Func) []operation {
	if hasTypeParams(f.Signature()) {
		return p.genericOperations(f)
	}
	var ops []operation
	for _, op := range p.bySignature(f.Signature()) {
		switch f.Name() {
		case op.name, "Presign" + op.name, "NextPage", "Wait", "WaitForOutput":
			ops = append(ops, op)
		}
	}
	return ops
}

// genericOperations finds the operations of a method whose types are
// parameters: those of that name of all services that the program has, whose
// client's method can be an instance of it.
func (p *program) genericOperations(f *types.Func) []operation {
	var ops []operation
	for _, path := range slices.Sorted(maps.Keys(p.all)) {
		t := p.all[path]
		service, ok := strings.CutPrefix(path, servicePrefix)
		if !ok {
			continue
		}
		m := clientMethod(t, f.Name())
		if m == nil || !canBeInstance(m.Signature(), f.Signature()) {
			continue
		}
		op := operation{service: service, name: f.Name()}
		if in, ok := t.Scope().Lookup(f.Name() + "Input").(*types.TypeName); ok {
			op.input, _ = in.Type().(*types.Named)
		}
		ops = append(ops, op)
	}
	return ops
}

// hasTypeParams tells whether a signature mentions type parameters.
func hasTypeParams(s *types.Signature) bool {
	for _, tuple := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range tuple.Variables() {
			if mentionsTypeParam(v.Type(), 0) {
				return true
			}
		}
	}
	return false
}

func mentionsTypeParam(t types.Type, depth int) bool {
	if depth > 6 {
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Slice:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Map:
		return mentionsTypeParam(t.Key(), depth+1) || mentionsTypeParam(t.Elem(), depth+1)
	case *types.Chan:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Signature:
		return hasTypeParams(t)
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if mentionsTypeParam(a, depth+1) {
				return true
			}
		}
	}
	return false
}

// featureOperations looks a helper of the SDK up: Uploader.Upload and the like.
func (p *program) featureOperations(path string, f *types.Func) []operation {
	features := p.table.Features[path]
	if features == nil {
		return nil
	}
	name := f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		name = receiverName(recv.Type()) + "." + name
	}
	feature, ok := features[name]
	if !ok {
		return nil
	}
	base := operation{feature: f.Pkg().Name() + "." + name, input: inputOf(f.Signature()), argument: feature.Argument, field: feature.Field}
	if in, ok := f.Pkg().Scope().Lookup(feature.Input).(*types.TypeName); ok && base.input == nil {
		base.input, _ = in.Type().(*types.Named)
	}
	if len(feature.Ops) == 0 {
		base.actions = feature.Actions
		return []operation{base}
	}
	var ops []operation
	for _, full := range feature.Ops {
		op := base
		op.service, op.name, _ = strings.Cut(full, ".")
		ops = append(ops, op)
	}
	return ops
}

func receiverName(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// inputOf gives the structure of the SDK that a helper takes.
func inputOf(s *types.Signature) *types.Named {
	for v := range s.Params().Variables() {
		if ptr, ok := types.Unalias(v.Type()).(*types.Pointer); ok {
			if named, ok := types.Unalias(ptr.Elem()).(*types.Named); ok && strings.HasSuffix(named.Obj().Name(), "Input") {
				return named
			}
		}
	}
	return nil
}

// featureOfInterface finds the helper whose method an interface of the user's
// asks for.
func (p *program) featureOfInterface(f *types.Func) []operation {
	for _, path := range slices.Sorted(maps.Keys(p.table.Features)) {
		features, pkg := p.table.Features[path], p.all[path]
		if pkg == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(features)) {
			typeName, method, ok := strings.Cut(name, ".")
			if !ok || method != f.Name() || pkg.Scope().Lookup(typeName) == nil {
				continue
			}
			m, _, _ := types.LookupFieldOrMethod(types.NewPointer(pkg.Scope().Lookup(typeName).Type()), true, pkg, method)
			if own, ok := m.(*types.Func); ok && identicalCalls(own.Signature(), f.Signature()) {
				return p.featureOperations(path, own)
			}
		}
	}
	return nil
}
