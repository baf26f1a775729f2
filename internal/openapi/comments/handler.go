package comments

import (
	"go/ast"
	pathpkg "path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// closure matches the end of a closure's symbol, as in main.newApp.func1 and
// main.newApp.func1.2.
var closure = lazyregexp.New(`\.(func|gowrap|deferwrap)?[0-9]+(-range[0-9]+)?$`)

// handler returns the comment of a function by its symbol, or of the function that made it
// if it is a closure; "" for one that was made where routes are registered, see registered.
func (r *reader) handler(symbol string) string {
	made := false
	for {
		shorter := closure().ReplaceAllString(symbol, "")
		if shorter == symbol {
			break
		}
		symbol, made = shorter, true
	}
	p, name := r.split(strings.TrimSuffix(symbol, "-fm"))
	if p == nil || ours(p.ImportPath) {
		return ""
	}
	name = strings.NewReplacer("(*", "", ")", "").Replace(name)
	if !made {
		return r.lookUp(p, name, maxSteps)
	}
	i := r.index(p)
	// The function that makes it can be a part of another's symbol, which it was inlined in.
	for {
		if f, ok := i.functions[name]; ok {
			if registers(f) {
				return ""
			}
			return i.comments[name]
		}
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return ""
		}
		name = rest
	}
}

// ours reports whether a package is one of chalice's that make handlers of the user's own:
// what their comments say isn't about any of these.
func ours(path string) bool {
	own := reflect.TypeFor[app.Model]().PkgPath()
	return path == own || path == pathpkg.Join(pathpkg.Dir(own), "httpadapter")
}

// registration has the place of the handler among the arguments of what registers routes.
var registration = map[string]int{"Route": 1, "TypedRoute": 2}

// registers reports whether a function has a route registered with a closure: then its
// comment is about more than one handler.
func registers(f *ast.FuncDecl) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && handlerOf(call) != nil {
			found = true
		}
		return !found
	})
	return found
}

// handlerOf returns the handler that a call registers, nil if it registers none.
func handlerOf(call *ast.CallExpr) ast.Expr {
	place, ok := registration[called(call.Fun)]
	if !ok || place >= len(call.Args) {
		return nil
	}
	return call.Args[place]
}

// called returns the name of what a call is of, "" if it has none.
func called(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.IndexExpr:
		return called(fun.X)
	case *ast.IndexListExpr:
		return called(fun.X)
	}
	return ""
}

// registered returns the comment for a handler by the call that registers it, in a line of a
// file: that above a statement with a closure, or that of the variable or function which
// the call names.
func (r *reader) registered(file string, line int) string {
	for _, p := range r.packages.Packages {
		if p.Standard || p.Dir != filepath.Dir(file) {
			continue
		}
		i := r.index(p)
		for _, f := range i.files {
			if i.set.Position(f.Package).Filename == file {
				return r.atLine(p, f, line)
			}
		}
	}
	return ""
}

// atLine returns the comment for the handler that a call in a line registers.
func (r *reader) atLine(p *golist.Package, f *ast.File, line int) (said string) {
	i := r.index(p)
	ast.PreorderStack(f, nil, func(n ast.Node, around []ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || said != "" || i.line(call.Lparen) != line {
			return said == ""
		}
		switch handler := handlerOf(call).(type) {
		case *ast.FuncLit:
			said = i.above(f, around)
		case *ast.Ident:
			said = i.variables[handler.Name]
		case *ast.CallExpr:
			said = r.maker(p, f, handler)
		}
		return true
	})
	return said
}

// maker returns the comment of the function that a call in a file is of.
func (r *reader) maker(p *golist.Package, f *ast.File, call *ast.CallExpr) string {
	b := typeName(call.Fun)
	if b.path != "" {
		path, ok := importsOf(f)[b.path]
		if !ok { // it is a method
			return ""
		}
		p = r.packages.Import(p, path)
	}
	if p == nil || p.Standard || ours(p.ImportPath) {
		return ""
	}
	return r.lookUp(p, b.name, maxSteps)
}

// above returns the comment that ends on the line before the innermost statement or
// declaration around a call.
func (i *index) above(f *ast.File, around []ast.Node) string {
	for k := len(around) - 1; k >= 0; k-- {
		switch around[k].(type) {
		case ast.Stmt, ast.Decl:
			line := i.line(around[k].Pos())
			for _, c := range f.Comments {
				if i.line(c.End()) == line-1 {
					// Of a comment in /* */, all lines but the first have the indentation.
					indent := strings.Repeat("\t", i.set.Position(c.Pos()).Column-1)
					return strings.ReplaceAll(c.Text(), "\n"+indent, "\n")
				}
			}
			return ""
		}
	}
	return ""
}
