package source

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// input notes that an input of the SDK is made.
func (w *walker) input(c *ast.CompositeLit) {
	t := w.info.TypeOf(c)
	if t == nil {
		return
	}
	if op, ok := sdk.OfInput(t); ok {
		w.n.Inputs = append(w.n.Inputs, Sink{Operations: []sdk.Operation{op}, Pos: c.Pos()})
	}
}

// setRegion notes that a field of the SDK is set which is a region.
func (w *walker) setRegion(field ast.Expr) {
	id, ok := field.(*ast.Ident)
	if !ok || id.Name != "Region" {
		return
	}
	if v, ok := w.info.Uses[id].(*types.Var); ok && v.IsField() && v.Pkg() != nil && strings.HasPrefix(v.Pkg().Path(), sdk.Prefix) {
		w.n.SetsRegion = true
	}
}

// noteCaller keeps who calls a function, also one that a variable holds.
func (w *walker) noteCaller(fun ast.Expr, c *ast.CallExpr, callee *types.Func) {
	if callee != nil {
		callee = callee.Origin()
		w.p.callers[callee] = append(w.p.callers[callee], helperCall{c, w.n})
	} else if id, ok := fun.(*ast.Ident); ok {
		if v, ok := w.info.Uses[id].(*types.Var); ok {
			w.p.callers[v] = append(w.p.callers[v], helperCall{c, w.n})
		}
	}
}

// noteCall notes calls that the analysis can't see through.
func (w *walker) noteCall(c *ast.CallExpr, f *types.Func) {
	if f.Pkg() == nil {
		return
	}
	name := f.Pkg().Path() + "." + f.Name()
	switch {
	case f.Pkg().Path() == "reflect" && (f.Name() == "MethodByName" || f.Name() == "Method" && f.Signature().Recv() != nil):
		w.note(WarnReflection, c.Pos(), "a method is looked up by reflection: calls made so aren't seen, allow them by hand")
	case name == sdk.Prefix+"aws/signer/v4.SignHTTP" || name == sdk.Prefix+"aws/signer/v4.PresignHTTP":
		w.note(WarnSigning, c.Pos(), "a request is signed by hand: which action it needs isn't seen, allow it by hand")
	case name == sdk.Prefix+"config.WithRegion" || name == sdk.Prefix+"config.WithDefaultRegion":
		w.n.SetsRegion = true
	case f.Pkg().Path() == "plugin":
		w.note(WarnOpaque, c.Pos(), "a plugin is opened: calls made in it aren't seen, allow them by hand")
	}
}

// note keeps a warning with the node.
func (w *walker) note(kind WarningKind, pos token.Pos, message string) {
	w.n.Notes = append(w.n.Notes, Note{kind, pos, message})
}

// noteFiles finds what in a package's files is out of sight.
func (p *Program) noteFiles(l *packages.Package) {
	for _, file := range l.Syntax {
		for _, i := range file.Imports {
			if i.Path.Value == `"C"` {
				p.WarnAt(i.Pos(), WarnOpaque, "the file uses cgo: calls made in C aren't seen, allow them by hand")
			}
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if len(c.Text) > 13 && c.Text[:13] == "//go:linkname" {
					p.WarnAt(c.Pos(), WarnOpaque, fmt.Sprintf("%q: calls of functions linked by name aren't seen, allow them by hand", c.Text))
				}
			}
		}
	}
}
