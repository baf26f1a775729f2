package packager

import (
	"errors"
	"fmt"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
)

// CgoError means that a file of the user's needs cgo, so that the program would be
// without it.
type CgoError struct {
	File string // relative to the project
	Line int    // of import "C"
}

// Error says where cgo is asked for, and what to do.
func (e *CgoError) Error() string {
	return fmt.Sprintf(`%s:%d: import "C" needs cgo, without which programs for Lambda are built (CGO_ENABLED=0), so that the file would be left out: `+
		"write it in Go, or add one for builds without cgo (//go:build !cgo)", e.File, e.Line)
}

// checkCgo finds the files of a package that Go leaves out in silence. A package that
// has other files in their place is fine. So is a file whose constraint asks for cgo,
// as long as there are others: whoever wrote that knows of builds without.
func (p project) checkCgo(dir string, t target) error {
	files := p.context(t)
	without, _ := files.ImportDir(dir, 0)
	files.CgoEnabled = true
	with, _ := files.ImportDir(dir, 0)
	if slices.ContainsFunc(without.GoFiles, func(file string) bool { return !slices.Contains(with.GoFiles, file) }) {
		return nil
	}
	var problems []error
	for _, file := range with.CgoFiles {
		path := filepath.Join(dir, file)
		line, asks := readCgo(path)
		if line == 0 || asks && len(without.GoFiles) > 0 {
			continue
		}
		if rel, err := filepath.Rel(p.dir, path); err == nil {
			path = rel
		}
		problems = append(problems, &CgoError{filepath.ToSlash(path), line})
	}
	return errors.Join(problems...)
}

// readCgo returns the line of a file's import "C", and reports whether a build constraint
// of the file asks for cgo.
func readCgo(path string) (line int, asks bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return 0, false
	}
	for _, i := range file.Imports {
		if i.Path.Value == `"C"` {
			line = fset.Position(i.Pos()).Line
			break
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < file.Package && constraint.IsGoBuild(comment.Text) {
				expression, err := constraint.Parse(comment.Text)
				asks = asks || err == nil && mentionsCgo(expression)
			}
		}
	}
	return line, asks
}

func mentionsCgo(e constraint.Expr) bool {
	found := false
	e.Eval(func(tag string) bool {
		found = found || tag == "cgo"
		return true
	})
	return found
}

// findCgo is checkCgo for every package that the program links: those of the user's
// modules, and those of others, which may do without.
func (p project) findCgo(list *golist.List, t target) (own, others error) {
	for _, l := range list.Packages {
		switch {
		case l.Standard || len(l.GoFiles) == 0 || len(l.IgnoredGoFiles) == 0: // without any file, go build has the words
		case l.Module.OfUser():
			own = errors.Join(own, p.checkCgo(l.Dir, t))
		default:
			others = errors.Join(others, p.checkCgo(l.Dir, t))
		}
	}
	return own, others
}
