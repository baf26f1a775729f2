package packager

import (
	"errors"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/nearest"
)

// checkStamps finds variables of package main that the linker is to set, and that aren't
// there: the linker says nothing about them. GOFLAGS is for other programs as well, so
// that it can name what this one doesn't have.
func (b *build) checkStamps(main *gobuild.Package) error {
	if len(main.InvalidGoFiles) > 0 {
		return nil // the compiler has the words
	}
	var problems []error
	var known map[string]token.Token
	for _, l := range b.linkerFlags() {
		for _, name := range stamped(l.value) {
			if known == nil {
				known = globals(main)
			}
			switch known[name] {
			case token.VAR:
			case token.CONST:
				problems = append(problems, fmt.Errorf("%s: -X sets variables, and main.%s is a constant: declare it with var", l.source, name))
			default:
				hint := nearest.Question(name, slices.Sorted(maps.Keys(known)))
				problems = append(problems, fmt.Errorf("%s: -X sets main.%s, a variable that the program doesn't have%s", l.source, name, hint))
			}
		}
	}
	return errors.Join(problems...)
}

// stamped returns which variables of package main flags of the linker set. The linker has
// looked at them.
func stamped(flags string) (names []string) {
	words, _ := splitQuoted(flags)
	for i, word := range words {
		flag, definition, inOne := cutFlag(word)
		if flag != "X" {
			continue
		}
		if !inOne {
			definition = words[i+1]
		}
		name, _, _ := strings.Cut(definition, "=")
		if name, ok := strings.CutPrefix(name, "main."); ok {
			names = append(names, name)
		}
	}
	return names
}

// globals returns the variables and constants of a package, as far as it can be parsed.
func globals(p *gobuild.Package) map[string]token.Token {
	all := map[string]token.Token{}
	for _, file := range p.GoFiles {
		parsed, _ := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if parsed == nil {
			continue
		}
		for _, decl := range parsed.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR && g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					all[name.Name] = g.Tok
				}
			}
		}
	}
	return all
}
