package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// shape is what the source of a module of the SDK says of a service: its operations,
// and the structures that they take, with those within them.
type shape struct {
	operations []string // sorted
	structs    map[string][]field
	methods    map[string]string // of requests, by operation
}

// field is a field of a structure, or a member of a union.
type field struct {
	name  string
	typ   string // name of its type, or of what it is a list or map of
	holds holding
	doc   string
}

// holding is what a field holds, one or many of.
type holding int

const (
	other holding = iota
	text
	structure
)

// input is a field of an operation's input, at any depth.
type input struct {
	path string // from the input, such as "Image.S3Object.Bucket"
	field
}

// maxDepth is how deep structures are looked into.
const maxDepth = 8

// inputs returns the fields of an operation's input, each structure before what is in
// it. A structure within itself isn't looked into again.
func (s *shape) inputs(operation string) []input {
	var all []input
	var look func(typ, before string, within []string)
	look = func(typ, before string, within []string) {
		within = append(slices.Clip(within), typ)
		for _, f := range s.structs[typ] {
			in := input{path: before + f.name, field: f}
			all = append(all, in)
			if f.holds == structure && len(within) < maxDepth && !slices.Contains(within, f.typ) {
				look(f.typ, in.path+".", within)
			}
		}
	}
	look(operation+"Input", "", nil)
	return all
}

// readShape reads the source of a module of the SDK.
func readShape(dir string) (*shape, error) {
	var files []string
	for _, pattern := range []string{"types/types.go", "api_op_*.go"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	s := &shape{structs: map[string][]field{}}
	fset := token.NewFileSet()
	for _, file := range files {
		f, err := parser.ParseFile(fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the SDK: %w", err)
		}
		for _, decl := range f.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if isOperation(decl) {
					s.operations = append(s.operations, decl.Name.Name)
				}
			case *ast.GenDecl:
				maps.Copy(s.structs, structs(decl))
			}
		}
	}
	s.addUnions()
	for _, fields := range s.structs {
		for i, f := range fields {
			if s.structs[f.typ] != nil {
				fields[i].holds = structure
			}
		}
	}
	slices.Sort(s.operations)
	var err error
	s.methods, err = readMethods(filepath.Join(dir, "serializers.go"))
	return s, err
}

// requestMethod matches how the SDK makes a request of an operation, up to its method.
var requestMethod = regexp.MustCompile(`(?s)_serializeOp(\w+)\) HandleSerialize\(.*?request\.Method = "([A-Z]+)"`)

// readMethods reads which methods the requests of operations have.
func readMethods(file string) (map[string]string, error) {
	source, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // requests without one
	}
	methods := map[string]string{}
	for _, found := range requestMethod.FindAllSubmatch(source, -1) {
		methods[string(found[1])] = string(found[2])
	}
	return methods, err
}

// addUnions makes a structure of each union, with its members for fields. The SDK has
// an interface for a union U, and for its member M a structure UMemberM with one field,
// Value.
func (s *shape) addUnions() {
	for _, name := range slices.Sorted(maps.Keys(s.structs)) {
		union, member, ok := strings.Cut(name, "Member")
		fields := s.structs[name]
		if !ok || len(fields) != 1 || fields[0].name != "Value" {
			continue
		}
		value := fields[0]
		value.name = member
		s.structs[union] = append(s.structs[union], value)
	}
}

// isOperation reports whether a function is the client's method for an operation: it
// takes a context and the operation's input.
func isOperation(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || typeName(fn.Recv.List[0].Type) != "Client" || !fn.Name.IsExported() {
		return false
	}
	params := fn.Type.Params.List
	return len(params) > 1 && typeName(params[1].Type) == fn.Name.Name+"Input"
}

// structs returns the structures that a declaration has, by their names. One without
// fields is there too.
func structs(decl *ast.GenDecl) map[string][]field {
	all := map[string][]field{}
	for _, spec := range decl.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		st, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		fields := []field{}
		for _, f := range st.Fields.List {
			for _, name := range f.Names {
				if name.IsExported() {
					fields = append(fields, fieldOf(name.Name, f))
				}
			}
		}
		all[t.Name.Name] = fields
	}
	return all
}

func fieldOf(name string, f *ast.Field) field {
	made := field{name: name, typ: typeName(f.Type), doc: strings.Join(strings.Fields(f.Doc.Text()), " ")}
	if made.typ == "string" {
		made.holds = text
	}
	return made
}

// typeName returns the name of a type without its package, or of what it is a pointer
// to, or a list or map of.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ArrayType:
		return typeName(e.Elt)
	case *ast.MapType:
		return typeName(e.Value)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
