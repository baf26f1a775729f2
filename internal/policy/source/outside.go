package source

import (
	"cmp"
	"go/types"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/load"
)

// LoadOutside reads packages of which the program has only types, as a program of its
// own. Its types aren't identical to those of p.
func (p *Packages) LoadOutside(paths []string) (*Program, error) {
	return p.outline.load(p.ctx, paths)
}

// List returns all packages of the program, also those of which only types are read.
func (p *Packages) List() *golist.List { return p.outline.list }

// HasSource reports whether a package's source was read.
func (p *Packages) HasSource(path string) bool {
	return slices.ContainsFunc(p.Sources, func(l *load.Package) bool { return l.ImportPath == path })
}

// StoredIn returns what is put into each package variable, at a cold start or later.
func (p *Program) StoredIn() map[*Node][]*Node {
	stored := map[*Node][]*Node{}
	for _, n := range p.Nodes {
		for _, m := range n.Mentions {
			if m.Into != nil {
				stored[m.Into] = append(stored[m.Into], m.To)
			}
		}
	}
	return stored
}

// DirectImports returns the paths of all that the packages with source import, sorted.
func (p *Packages) DirectImports() []string {
	paths := map[string]bool{}
	for _, l := range p.Sources {
		for _, i := range l.Types.Imports() {
			paths[i.Path()] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// ConcreteTypes returns the named types that the packages with source declare, but for
// interfaces, in the order of the source.
func (p *Packages) ConcreteTypes() []*types.Named {
	var all []*types.Named
	for _, l := range p.Sources {
		for _, obj := range l.TypesInfo.Defs {
			name, ok := obj.(*types.TypeName)
			if !ok || name.IsAlias() || types.IsInterface(name.Type()) {
				continue
			}
			if t, ok := name.Type().(*types.Named); ok {
				all = append(all, t)
			}
		}
	}
	slices.SortFunc(all, func(a, b *types.Named) int { return cmp.Compare(a.Obj().Pos(), b.Obj().Pos()) })
	return all
}

// Variables returns the nodes of package variables.
func (p *Program) Variables() map[*types.Var]*Node { return p.variables }
