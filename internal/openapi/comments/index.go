package comments

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	pathpkg "path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// index is what a package declares, by names: Order, Order.Total, Order.Buyer.Name of a
// struct without a name, getOrder and Shop.getOrder.
type index struct {
	set       *token.FileSet
	files     []*ast.File
	comment   string // of the package
	comments  map[string]string
	functions map[string]*ast.FuncDecl
	variables map[string]string // comments of variables
	bases     map[string][]base // of types
}

// base is a type that another one is made of, or that is embedded in it.
type base struct {
	path string // of its package; empty: the same
	name string
}

// newIndex parses a package. Files that can't be read are left out.
func newIndex(p *golist.Package) *index {
	i := &index{
		set: token.NewFileSet(), comments: map[string]string{}, functions: map[string]*ast.FuncDecl{},
		variables: map[string]string{}, bases: map[string][]base{},
	}
	for _, path := range p.Sources() {
		f, err := parser.ParseFile(i.set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		i.files = append(i.files, f)
		if said := f.Doc.Text(); i.comment == "" || said != "" && filepath.Base(path) == "doc.go" {
			i.comment = said
		}
		i.file(f)
	}
	return i
}

func (i *index) line(at token.Pos) int { return i.set.Position(at).Line }

func (i *index) file(f *ast.File) {
	imports := importsOf(f)
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			i.function(d)
		case *ast.GenDecl:
			i.declaration(d, imports, true)
		}
	}
	// Types of functions have no path in their names; those of the package come first.
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			ast.Inspect(fn, func(n ast.Node) bool {
				if local, ok := n.(*ast.GenDecl); ok {
					i.declaration(local, imports, false)
				}
				return true
			})
		}
	}
}

// function adds a function, or a method by the name of its receiver's type.
func (i *index) function(f *ast.FuncDecl) {
	name := f.Name.Name
	if f.Recv != nil && len(f.Recv.List) == 1 {
		name = typeName(f.Recv.List[0].Type).name + "." + name
	}
	i.functions[name] = f
	i.comments[name] = f.Doc.Text()
}

// declaration adds types and variables. Those of a function have no variables that others
// could name, and no names that the package has.
func (i *index) declaration(d *ast.GenDecl, imports map[string]string, ofPackage bool) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if _, known := i.comments[spec.Name.Name]; known && !ofPackage {
				continue
			}
			i.comments[spec.Name.Name] = firstOf(spec.Doc, alone(d), spec.Comment)
			i.typ(spec.Name.Name, spec.Type, imports)
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if ofPackage && d.Tok == token.VAR {
					i.variables[name.Name] = firstOf(spec.Doc, alone(d), spec.Comment)
				}
			}
		}
	}
}

// alone returns the comment of a declaration that declares one thing, and so is its comment.
func alone(d *ast.GenDecl) *ast.CommentGroup {
	if len(d.Specs) > 1 {
		return nil
	}
	return d.Doc
}

func firstOf(groups ...*ast.CommentGroup) string {
	var texts []string
	for _, g := range groups {
		texts = append(texts, g.Text())
	}
	return cmp.Or(texts...)
}

// typ adds what a type has: fields, those of structs without a name within it, and
// methods of an interface; and notes what it is made of.
func (i *index) typ(name string, t ast.Expr, imports map[string]string) {
	switch t := t.(type) {
	case *ast.StructType:
		for _, field := range t.Fields.List {
			i.field(name, field, imports)
		}
	case *ast.InterfaceType:
		for _, method := range t.Methods.List {
			i.field(name, method, imports)
		}
	case *ast.StarExpr:
		i.typ(name, t.X, imports)
	case *ast.ArrayType:
		i.typ(name, t.Elt, imports)
	case *ast.MapType:
		i.typ(name, t.Value, imports)
	case *ast.ParenExpr:
		i.typ(name, t.X, imports)
	default:
		if b := typeName(t); b.name != "" {
			b.path = imports[b.path]
			i.bases[name] = append(i.bases[name], b)
		}
	}
}

func (i *index) field(owner string, f *ast.Field, imports map[string]string) {
	said := firstOf(f.Doc, f.Comment)
	if len(f.Names) == 0 {
		b := typeName(f.Type)
		i.comments[owner+"."+b.name] = said
		b.path = imports[b.path]
		i.bases[owner] = append(i.bases[owner], b)
		return
	}
	for _, name := range f.Names {
		full := owner + "." + name.Name
		i.comments[full] = said
		i.typ(full, f.Type, imports)
	}
}

// typeName returns the name of a type, behind a pointer too; path is what the file calls
// its package.
func typeName(t ast.Expr) base {
	switch t := t.(type) {
	case *ast.Ident:
		return base{name: t.Name}
	case *ast.SelectorExpr:
		if p, ok := t.X.(*ast.Ident); ok {
			return base{p.Name, t.Sel.Name}
		}
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.ParenExpr:
		return typeName(t.X)
	case *ast.IndexExpr:
		return typeName(t.X)
	case *ast.IndexListExpr:
		return typeName(t.X)
	}
	return base{}
}

// importsOf returns the paths of a file's imports by what the file calls them, which for
// most is the last part of the path that isn't a version.
func importsOf(f *ast.File) map[string]string {
	imports := map[string]string{}
	for _, s := range f.Imports {
		path, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			continue
		}
		if s.Name != nil {
			imports[s.Name.Name] = path
			continue
		}
		for _, name := range namesOf(path) {
			imports[name] = path
		}
	}
	return imports
}

// namesOf returns what a package may be called whose import has no name: as the last part
// of its path, without gopkg.in's version, or as the part before a version.
func namesOf(path string) []string {
	last := pathpkg.Base(path)
	names := []string{last}
	if name, _, ok := strings.Cut(last, ".v"); ok {
		names = append(names, name)
	}
	if isVersion().MatchString(last) {
		names = append(names, pathpkg.Base(pathpkg.Dir(path)))
	}
	return names
}

var isVersion = lazyregexp.New(`^v[0-9]+$`)
