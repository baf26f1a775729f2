package load

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
)

// Loader loads packages of a program.
type Loader struct {
	// List has the packages.
	List *golist.List
	// Files reads their source.
	Files *Files
	// Exports finds the compiler's files.
	Exports *Exports
	// Arch is the processor that decides over the size of types.
	Arch string
}

// Loaded are packages that belong together: their types are identical.
type Loaded struct {
	Fset *token.FileSet
	// Packages are those that were asked for, each after those that it imports.
	Packages []*Package
}

// Load reads the packages with these import paths. Packages that import one of these, and
// that one of them imports, are read from source as well, without bodies; and so are those
// that don't compile.
func (l *Loader) Load(ctx context.Context, paths []string) (*Loaded, error) {
	p := &plan{Loader: l, paths: map[string]bool{}, compiled: map[string]string{}, broken: map[string]bool{}}
	for _, path := range paths {
		p.paths[path] = true
	}
	for {
		if err := p.make(ctx); err != nil {
			return nil, err
		}
		unreadable := p.read(ctx)
		if unreadable == "" {
			return p.check(ctx)
		}
		delete(p.compiled, unreadable)
		p.broken[unreadable] = !l.Exports.Distrust(unreadable)
	}
}

// plan says which packages are read how.
type plan struct {
	*Loader
	paths    map[string]bool
	broken   map[string]bool   // packages that aren't compiled
	compiled map[string]string // the compiler's files of imported packages without source

	units  []*unit // packages with source, each after those that it imports
	byPath map[string]*unit
	fset   *token.FileSet
	types  map[string]*types.Package // of packages without source, also incomplete ones
}

// unit is a package with source.
type unit struct {
	*Package
	bodies  bool
	imports []*unit
	number  int
	files   []*source
	done    chan struct{} // closed when it is type-checked
}

// source is a file with source.
type source struct {
	name   string
	base   int // of its positions
	data   []byte
	file   *token.File
	syntax *ast.File // nil if there is none that can be read
	err    error
}

// make finds the packages with source, and the compiler's files of what they import.
func (p *plan) make(ctx context.Context) error {
	for {
		imported := p.divide()
		var missing []string
		for _, path := range imported {
			if p.compiled[path] == "" {
				missing = append(missing, path)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		found, err := p.Exports.Find(ctx, missing)
		if err != nil {
			return err
		}
		for _, path := range missing {
			p.compiled[path] = found[path]
			p.broken[path] = found[path] == ""
		}
	}
}

// divide makes a unit of each package with source. It returns the other packages that
// these import, sorted.
func (p *plan) divide() []string {
	p.units, p.byPath = nil, map[string]*unit{}
	needed := p.needed()
	imported := map[string]bool{}
	for _, l := range p.List.Packages {
		if !needed[l] {
			continue
		}
		u := &unit{bodies: p.paths[l.ImportPath], number: len(p.units), done: make(chan struct{})}
		var compiled []string
		for _, path := range l.Imports {
			if i := p.byPath[path]; i != nil {
				u.imports = append(u.imports, i)
			} else if path != "C" && path != "unsafe" && p.List.Package(path) != nil {
				compiled = append(compiled, path)
			}
		}
		if !u.bodies && len(u.imports) == 0 && l.Error == nil && !p.broken[l.ImportPath] || l.ImportPath == "unsafe" {
			continue
		}
		u.Package = &Package{Package: l, Types: types.NewPackage(l.ImportPath, l.Name)}
		p.units, p.byPath[l.ImportPath] = append(p.units, u), u
		for _, path := range compiled {
			imported[path] = true
		}
	}
	// In a cycle of imports, one is imported before it has a unit.
	maps.DeleteFunc(imported, func(path string, _ bool) bool { return p.byPath[path] != nil })
	return slices.Sorted(maps.Keys(imported))
}

// needed returns the packages that were asked for, with all that they import.
func (p *plan) needed() map[*golist.Package]bool {
	needed := map[*golist.Package]bool{}
	var visit func(path string)
	visit = func(path string) {
		l := p.List.Package(path)
		if l == nil || needed[l] {
			return
		}
		needed[l] = true
		for _, i := range l.Imports {
			visit(i)
		}
	}
	for path := range p.paths {
		visit(path)
	}
	return needed
}
