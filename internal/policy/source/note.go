package source

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/seen"
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

// setRegion notes that a field of the SDK is set which is a region: that of a client, or
// one that a replica is in.
func (w *walker) setRegion(field ast.Expr) {
	id, ok := field.(*ast.Ident)
	if !ok || !strings.HasSuffix(strings.TrimSuffix(id.Name, "Name"), "Region") {
		return
	}
	if v, ok := w.info.Uses[id].(*types.Var); ok && v.IsField() && v.Pkg() != nil && strings.HasPrefix(v.Pkg().Path(), sdk.Prefix) {
		w.n.SetsRegion = true
	}
}

// setsVariable reports whether a function sets an environment variable, which its first
// argument names.
func setsVariable(f *types.Func) bool {
	return f.Name() == "Setenv" && f.Pkg() != nil && (f.Pkg().Path() == "os" || f.Pkg().Path() == "syscall")
}

// setVariable notes that an environment variable is set, or that a function which does so
// gets into a variable or elsewhere.
func (w *walker) setVariable(into *Node, called bool) {
	switch {
	case called:
		w.n.SetsVariables = true
	case into != nil:
		into.SetsRegion = true
	default:
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
	case f.Pkg().Path() == "os/exec" && w.runsCommandLine(c.Args):
		w.noteOther(sdk.CommandLine, c.Pos(), "", nil)
	case name == sdk.Prefix+"config.WithRegion" || name == sdk.Prefix+"config.WithDefaultRegion":
		w.n.SetsRegion = true
	case f.Pkg().Path() == "plugin":
		w.note(WarnOpaque, c.Pos(), "a plugin is opened: calls made in it aren't seen, allow them by hand")
	}
}

// note keeps a warning with the node.
func (w *walker) note(kind WarningKind, pos token.Pos, message string) {
	w.n.Notes = append(w.n.Notes, Note{Kind: kind, Pos: pos, Message: message})
}

// noteOther notes that AWS is called in a way that isn't followed. What is put into a
// package variable counts for those who use the variable.
func (w *walker) noteOther(o *sdk.Other, pos token.Pos, what string, into *Node) {
	if o == nil {
		return
	}
	n := w.n
	if into != nil {
		n = into
	}
	n.Notes = append(n.Notes, Note{Kind: WarnOther, Pos: pos, Message: what, Other: o})
}

// noteText notes what a string constant tells of. In the initializer of a package
// variable it counts for those who use the variable.
func (w *walker) noteText(value constant.Value, pos token.Pos, into *Node) {
	if into == nil {
		into = w.variable
	}
	if seen.Shows(value, showsCall) {
		text, _ := w.p.Texts.Of(value)
		w.noteOther(sdk.OtherInText(text), pos, "", into)
	}
}

// runsCommandLine reports whether the arguments of exec.Command and its like are those
// of the AWS CLI, perhaps in a line for a shell.
func (w *walker) runsCommandLine(args []ast.Expr) bool {
	for _, a := range args {
		if seen.Shows(w.info.Types[a].Value, isCommandLine) {
			return true
		}
	}
	return false
}

// isCommandLine reports whether a text is the AWS CLI, or a line for a shell that runs it.
func isCommandLine(text string) bool {
	return path.Base(text) == "aws" || commandLine.MatchString(text)
}

// showsCall reports whether a text by itself shows that AWS is called.
func showsCall(text string) bool { return sdk.OtherInText(text) != nil || isCommandLine(text) }

// commandLine matches a line for a shell that runs the AWS CLI.
var commandLine = lazyregexp.New(`(^|[;&|(\s])aws\s+[a-z0-9-]+\s+[a-z]`)

// noteFiles finds what in a package's files is out of sight.
func (p *Program) noteFiles(l *load.Package) {
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
