package source

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/seen"
)

// Packages are the packages of a program, with what there is to say about them.
type Packages struct {
	Fset    *token.FileSet
	Main    *load.Package             // nil if it isn't among those whose source is read
	Sources []*load.Package           // those whose source is read, sorted by path
	All     map[string]*types.Package // also those of which only types are read
	// Warnings is what couldn't be seen through, of all stages of the analysis.
	Warnings []Warning
	// Texts are those of the program that were looked at, by all stages.
	Texts *seen.Texts

	ctx     context.Context // for what is loaded later
	outline *Outline
	sources map[*types.Package]*load.Package // Sources by their types
	files   map[string]string                // names of files, relative to their modules
}

// newPackages returns the packages that were loaded.
func newPackages(ctx context.Context, loaded *load.Loaded, o *Outline) *Packages {
	p := &Packages{
		Fset: loaded.Fset, Sources: loaded.Packages, All: map[string]*types.Package{}, Texts: &seen.Texts{},
		ctx: ctx, outline: o, sources: map[*types.Package]*load.Package{}, files: map[string]string{},
	}
	for _, l := range loaded.Packages {
		if l.ImportPath == o.Main.ImportPath {
			p.Main = l
		}
		p.sources[l.Types] = l
		p.addTypes(l.Types)
	}
	slices.SortFunc(p.Sources, func(a, b *load.Package) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	return p
}

// addTypes notes a package and all those that it depends on.
func (p *Packages) addTypes(t *types.Package) {
	if known := p.All[t.Path()]; known != nil && (known == t || known.Complete()) {
		return
	}
	p.All[t.Path()] = t
	for _, i := range t.Imports() {
		p.addTypes(i)
	}
}

// Position returns a place with its file relative to its module's root.
func (p *Packages) Position(pos token.Pos) (file string, line int) {
	at := p.Fset.Position(pos)
	return p.Relative(at.Filename), at.Line
}

// Relative shortens the names of files of the program's modules in a text.
func (p *Packages) Relative(text string) string {
	short, ok := p.files[text]
	if !ok {
		short = p.shorten(text)
		p.files[text] = short
	}
	return short
}

// shorten is Relative without what is known already.
func (p *Packages) shorten(text string) string {
	if p.Main != nil && p.Main.Module != nil && p.Main.Module.Dir != "" {
		text = strings.ReplaceAll(text, p.Main.Module.Dir+string(filepath.Separator), "")
	}
	for _, l := range p.Sources {
		m := l.Module
		if m == nil || m.Dir == "" || !strings.Contains(text, m.Dir+string(filepath.Separator)) {
			continue
		}
		text = strings.ReplaceAll(text, m.Dir+string(filepath.Separator), m.Path+"/")
	}
	return filepath.ToSlash(text)
}

// Warn adds a warning.
func (p *Packages) Warn(w Warning) { p.Warnings = append(p.Warnings, w) }

// WarnAt adds a warning about a place.
func (p *Packages) WarnAt(pos token.Pos, kind WarningKind, message string) {
	file, line := p.Position(pos)
	p.Warn(Warning{Kind: kind, File: file, Line: line, Message: message})
}

// warnErrors tells of a package that doesn't compile, with the first place
// where.
func (p *Packages) warnErrors(l *load.Package) {
	if len(l.Errors) == 0 && !l.IllTyped {
		return
	}
	w := Warning{Kind: WarnTypes, Message: "a package that it imports has errors"}
	for _, e := range l.Errors {
		if e.File != "" {
			w.File, w.Line, w.Message = p.Relative(e.File), e.Line, e.Message
			break
		}
	}
	w.Message = fmt.Sprintf("package %s doesn't compile, so calls in it may be missed: %s", l.ImportPath, w.Message)
	p.Warn(w)
}

// isGlobal reports whether a variable belongs to a package with source.
func (p *Packages) isGlobal(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && p.sources[v.Pkg()] != nil
}
