package sdk

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// Finder finds the operations of the SDK that functions make, by their types
// alone: whoever takes a *s3.GetObjectInput or returns a *s3.GetObjectOutput
// makes that call, be it a client, a paginator, a waiter or something that signs
// URLs.
type Finder struct {
	packages map[string]*types.Package // all of the program, by their paths
	known    map[*types.Func][]Operation
	other    map[*types.Func]*Other
	otherOf  map[string][]*types.Func // see otherMethods
}

// NewFinder returns a finder for a program with these packages.
func NewFinder(packages map[string]*types.Package) *Finder {
	return &Finder{packages: packages, known: map[*types.Func][]Operation{}, other: map[*types.Func]*Other{}}
}

// Of returns the operations of a function of the SDK, or of a method of an
// interface that the SDK's types satisfy.
func (f *Finder) Of(fn *types.Func) []Operation {
	fn = fn.Origin()
	if ops, ok := f.known[fn]; ok {
		return ops
	}
	ops := f.find(fn)
	f.known[fn] = ops
	return ops
}

// find is Of without what is known already.
func (f *Finder) find(fn *types.Func) []Operation {
	if fn.Pkg() == nil {
		return nil
	}
	path, recv := fn.Pkg().Path(), fn.Signature().Recv()
	isInterface := recv != nil && types.IsInterface(recv.Type())
	switch {
	case path == WebsocketPath:
		return connectionOperations(fn)
	case path == DeployPath:
		return shiftOperations(fn)
	case isInterface:
		if ops := f.helperOfInterface(fn); ops != nil {
			return ops
		}
		return f.ofInterface(fn)
	case strings.HasPrefix(path, Prefix):
		if ops := helperOperations(path, fn); ops != nil {
			return ops
		}
		return bySignature(fn.Signature())
	}
	return nil
}

// ofInterface finds the operations of a method of an interface. Its name has to
// be one that the SDK's types have for them: other interfaces are implemented by
// code whose source is read.
func (f *Finder) ofInterface(fn *types.Func) []Operation {
	if gotypes.HasTypeParams(fn.Signature()) {
		return f.ofGeneric(fn)
	}
	var ops []Operation
	for _, op := range bySignature(fn.Signature()) {
		switch fn.Name() {
		case op.Name, "Presign" + op.Name, "NextPage", "Wait", "WaitForOutput":
			ops = append(ops, op)
		}
	}
	return ops
}

// ofGeneric finds the operations of a method whose types are parameters: those
// of that name of all services that the program has, whose client's method can
// be an instance of it.
func (f *Finder) ofGeneric(fn *types.Func) []Operation {
	var ops []Operation
	for _, path := range slices.Sorted(maps.Keys(f.packages)) {
		pkg := f.packages[path]
		service, ok := strings.CutPrefix(path, ServicePrefix)
		if !ok {
			continue
		}
		m := clientMethod(pkg, fn.Name())
		if m != nil && canBeInstance(m.Signature(), fn.Signature()) {
			ops = append(ops, Operation{Service: service, Name: fn.Name(), Input: structure(pkg, fn.Name()+"Input")})
		}
	}
	return ops
}

// helperOfInterface finds the helper whose method an interface of the user's
// asks for.
func (f *Finder) helperOfInterface(fn *types.Func) []Operation {
	helpers := loadTable().Features
	for _, path := range slices.Sorted(maps.Keys(helpers)) {
		pkg := f.packages[path]
		if pkg == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(helpers[path])) {
			typeName, method, ok := strings.Cut(name, ".")
			if !ok || method != fn.Name() || pkg.Scope().Lookup(typeName) == nil {
				continue
			}
			m, _, _ := types.LookupFieldOrMethod(types.NewPointer(pkg.Scope().Lookup(typeName).Type()), true, pkg, method)
			if own, ok := m.(*types.Func); ok && gotypes.IdenticalCalls(own.Signature(), fn.Signature()) {
				return helperOperations(path, own)
			}
		}
	}
	return nil
}

// bySignature finds the operations whose inputs or outputs a function has.
func bySignature(s *types.Signature) []Operation {
	var ops []Operation
	for v := range s.Params().Variables() {
		if op, ok := withStructure(v.Type(), "Input"); ok {
			ops = append(ops, op)
		}
	}
	for v := range s.Results().Variables() {
		if op, ok := withStructure(v.Type(), "Output"); ok && len(ops) == 0 {
			ops = append(ops, op)
		}
	}
	return ops
}

// OfInput returns the operation that a structure such as s3.GetObjectInput is
// the input of.
func OfInput(t types.Type) (Operation, bool) { return withStructure(types.NewPointer(t), "Input") }

// withStructure returns the operation that *s3.GetObjectInput is the input of,
// or *s3.GetObjectOutput the output.
func withStructure(t types.Type, suffix string) (Operation, bool) {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return Operation{}, false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return Operation{}, false
	}
	service, isService := strings.CutPrefix(named.Obj().Pkg().Path(), ServicePrefix)
	name, hasSuffix := strings.CutSuffix(named.Obj().Name(), suffix)
	if !isService || !hasSuffix || clientMethod(named.Obj().Pkg(), name) == nil {
		return Operation{}, false
	}
	return Operation{Service: service, Name: name, Input: structure(named.Obj().Pkg(), name+"Input")}, true
}

// structure returns a package's type, nil if it has none of that name.
func structure(pkg *types.Package, name string) *types.Named {
	in, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	named, _ := in.Type().(*types.Named)
	return named
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
			if t := generic.At(i).Type(); !gotypes.MentionsTypeParam(t) && !types.Identical(s.At(i).Type(), t) {
				return false
			}
		}
		return true
	}
	return s.Variadic() == generic.Variadic() && fits(s.Params(), generic.Params()) && fits(s.Results(), generic.Results())
}
