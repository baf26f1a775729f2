package load

import (
	"bufio"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"slices"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/chalice-go/chalice/internal/policy/parallel"
)

// read parses the source, and reads the compiler's files beside that. It returns the path
// of a package of which this has no file that can be read.
func (p *plan) read(ctx context.Context) (unreadable string) {
	p.fset = token.NewFileSet()
	sources, reserved := p.sources()
	parallel.Do(len(sources)+1, func(i int) {
		if i == 0 {
			unreadable = p.readCompiled(ctx)
		} else if ctx.Err() == nil {
			sources[i-1].parse()
		}
	})
	p.fset.RemoveFile(reserved)
	for _, s := range sources {
		if s.syntax != nil {
			p.fset.AddExistingFiles(s.file)
		}
	}
	return unreadable
}

// sources reads the files, and gives each the positions that it has in every run, whichever
// is parsed first. The file that it returns reserves these.
func (p *plan) sources() ([]*source, *token.File) {
	var all []*source
	for _, u := range p.units {
		u.files = nil
		for _, name := range u.Sources() {
			u.files = append(u.files, &source{name: name})
		}
		all = append(all, u.files...)
	}
	parallel.Do(len(all), func(i int) { all[i].data, all[i].err = p.Files.Read(all[i].name) })
	base := p.fset.Base() + 1
	for _, s := range all {
		s.base = base
		base += len(s.data) + 1
	}
	return all, p.fset.AddFile("", -1, base-p.fset.Base())
}

// parse makes the syntax of a file that was read.
func (s *source) parse() {
	if s.err != nil {
		return
	}
	fset := token.NewFileSet()
	fset.AddFile("", -1, s.base-fset.Base()-1)
	s.syntax, s.err = parser.ParseFile(fset, s.name, s.data, parser.AllErrors|parser.ParseComments|parser.SkipObjectResolution)
	s.file, s.data = fset.File(token.Pos(s.base)), nil
}

// readCompiled reads the compiler's files, in a fixed order.
func (p *plan) readCompiled(ctx context.Context) (unreadable string) {
	p.types = map[string]*types.Package{}
	for _, path := range slices.Sorted(maps.Keys(p.compiled)) {
		if ctx.Err() != nil {
			return ""
		}
		if p.compiled[path] != "" && p.byPath[path] == nil && p.readTypes(path) != nil {
			return path
		}
	}
	return ""
}

// readTypes reads what the compiler wrote about a package.
func (p *plan) readTypes(path string) error {
	f, err := os.Open(p.compiled[path])
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(bufio.NewReader(f))
	if err == nil {
		_, err = gcexportdata.Read(r, p.fset, p.types, path)
	}
	return err
}

// check type-checks the packages with source, each after those that it imports.
func (p *plan) check(ctx context.Context) (*Loaded, error) {
	parallel.Do(len(p.units), func(i int) {
		u := p.units[i]
		defer close(u.done)
		for _, before := range u.imports {
			<-before.done
		}
		if ctx.Err() == nil {
			p.checkUnit(u)
		}
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	loaded := &Loaded{Fset: p.fset}
	for _, u := range p.units {
		if u.bodies {
			loaded.Packages = append(loaded.Packages, u.Package)
		}
	}
	return loaded, nil
}

// checkUnit type-checks a package.
func (p *plan) checkUnit(u *unit) {
	if u.Error != nil {
		u.Errors = append(u.Errors, ofList(u.Error))
	}
	var syntax []*ast.File
	for _, s := range u.files {
		if s.err != nil {
			u.fail(s.err)
		}
		if s.syntax != nil {
			syntax = append(syntax, s.syntax)
		}
	}
	u.files = nil
	config := types.Config{
		Importer: importer(func(path string) (*types.Package, error) { return p.imported(u, path) }),
		Sizes:    types.SizesFor("gc", p.Arch), IgnoreFuncBodies: !u.bodies, FakeImportC: true, Error: u.fail,
	}
	if u.Module != nil && u.Module.GoVersion != "" {
		config.GoVersion = "go" + u.Module.GoVersion
	}
	if u.bodies {
		u.Syntax, u.TypesInfo = syntax, newInfo()
	}
	known := len(u.Errors)
	if err := types.NewChecker(&config, p.fset, u.Types, u.TypesInfo).Files(syntax); err != nil && len(u.Errors) == known {
		u.fail(err)
	}
	for _, file := range syntax {
		for _, i := range file.Imports {
			if i.Path.Value == `"C"` {
				u.failAt(p.fset.Position(i.Pos()), `import "C" isn't followed`)
			}
		}
	}
	u.IllTyped = len(u.Errors) > 0 || slices.ContainsFunc(u.imports, func(i *unit) bool { return i.IllTyped })
}

// newInfo is what the type checker is to tell.
func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
}

// importer is a [types.Importer].
type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// imported returns what an import path stands for in a package.
func (p *plan) imported(u *unit, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	l := p.List.Import(u.Package.Package, path)
	if l == nil {
		return nil, fmt.Errorf("package %s isn't there", path)
	}
	if i := p.byPath[l.ImportPath]; i != nil {
		if i.number >= u.number {
			return nil, fmt.Errorf("package %s is in a cycle of imports", path)
		}
		return i.Types, nil
	}
	if t := p.types[l.ImportPath]; t != nil && t.Complete() {
		return t, nil
	}
	return nil, fmt.Errorf("package %s isn't compiled", path)
}
