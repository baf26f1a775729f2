// Package load reads packages: the syntax and types of those whose source counts, and of
// what these import the types, which the compiler has written into files.
//
//	golist.List, import paths --Loader.Load--> Loaded
//
// It does what golang.org/x/tools/go/packages does with LoadSyntax. That runs the go
// command five times, if a list is made first to know which packages to name, and has it
// compile the packages whose source is read, which need it no more. Here the list is given,
// and the go command is asked only for files that aren't known from an earlier run.
package load

import (
	"errors"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"io/fs"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
)

// Package is a package whose source was read.
type Package struct {
	*golist.Package
	Syntax    []*ast.File
	Types     *types.Package
	TypesInfo *types.Info
	// Errors are those of the list, of the parser and of the type checker, in this order.
	Errors []Error
	// IllTyped is set if there are errors, or if what the package imports has some.
	IllTyped bool
}

// Error is something that is wrong with a package.
type Error struct {
	// File is empty if the place isn't known.
	File    string
	Line    int
	Message string
}

// fail notes an error.
func (p *Package) fail(err error) {
	var list scanner.ErrorList
	var path *fs.PathError
	var checked types.Error
	switch {
	case errors.As(err, &list):
		for _, e := range list {
			p.failAt(e.Pos, e.Msg)
		}
	case errors.As(err, &checked):
		p.failAt(checked.Fset.Position(checked.Pos), checked.Msg)
	case errors.As(err, &path):
		p.failAt(token.Position{Filename: path.Path, Line: 1}, path.Err.Error())
	default:
		p.failAt(token.Position{}, err.Error())
	}
}

// ofList is what the go command says.
func ofList(e *golist.Error) Error {
	file, line := e.Place()
	return Error{file, line, strings.TrimSpace(e.Err)}
}

func (p *Package) failAt(at token.Position, message string) {
	p.Errors = append(p.Errors, Error{at.Filename, at.Line, message})
}
