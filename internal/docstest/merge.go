package docstest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// source is a Go file, or declarations of one.
type source struct {
	text string
	fset *token.FileSet
	file *ast.File
}

const clause = "package p\n\n"

func parse(text string) (source, error) {
	s := source{text: text, fset: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.fset, "", text, parser.ParseComments)
	return s, err
}

// hasPackage reports whether Go source has a package clause.
func hasPackage(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	return err == nil
}

// merge replaces declarations of a Go file by those of the same name, and appends the others.
func merge(text, declarations string) (string, error) {
	fragment, err := parse(clause + declarations)
	if err != nil {
		return "", fmt.Errorf("the declarations don't parse: %w", err)
	}
	for _, d := range fragment.file.Decls {
		if isImport(d) {
			continue
		}
		if text, err = replace(text, names(d), fragment.of(d)); err != nil {
			return "", err
		}
	}
	s, err := parse(text)
	if err != nil {
		return "", err
	}
	result, err := format.Source([]byte(withImports(s, fragment.file.Imports)))
	return string(result), err
}

// replace replaces one declaration of a file, or appends it.
func replace(text string, declared []string, declaration string) (string, error) {
	s, err := parse(text)
	if err != nil {
		return "", err
	}
	for _, d := range s.file.Decls {
		old := names(d)
		if isImport(d) || !slices.ContainsFunc(old, func(name string) bool { return slices.Contains(declared, name) }) {
			continue
		}
		if slices.ContainsFunc(old, func(name string) bool { return !slices.Contains(declared, name) }) {
			return "", fmt.Errorf("%s is declared together with others: show all of %s", declared[0], strings.Join(old, ", "))
		}
		from, to := s.span(d)
		return text[:from] + declaration + text[to:], nil
	}
	if len(declared) == 0 {
		return "", errors.New("a declaration has no name")
	}
	return text + "\n" + declaration + "\n", nil
}

func isImport(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && g.Tok == token.IMPORT
}

// names returns what a declaration declares; of a method, its receiver's type too.
func names(d ast.Decl) (all []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if generic, ok := receiver.(*ast.IndexExpr); ok {
			receiver = generic.X
		}
		if ident, ok := receiver.(*ast.Ident); ok {
			return []string{ident.Name + "." + d.Name.Name}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				all = append(all, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					all = append(all, name.Name)
				}
			}
		}
	}
	return all
}

// of returns the text of a declaration, with its comment.
func (s source) of(d ast.Decl) string {
	from, to := s.span(d)
	return s.text[from:to]
}

func (s source) span(d ast.Decl) (from, to int) {
	start := d.Pos()
	var doc *ast.CommentGroup
	switch d := d.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	}
	if doc != nil {
		start = doc.Pos()
	}
	from, to = s.fset.Position(start).Offset, s.fset.Position(d.End()).Offset
	if rest, _, _ := strings.Cut(s.text[to:], "\n"); strings.HasPrefix(strings.TrimSpace(rest), "//") {
		to += len(rest)
	}
	return from, to
}
