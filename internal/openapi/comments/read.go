// Package comments reads doc comments from the source of a program: of its types and their
// fields, of handlers, and of its package main. The OpenAPI document has them where nothing
// else describes something.
//
// Only packages are parsed that the model of the app names, with go/parser and without
// types: what a name refers to is found as far as packages, imports and embedded fields
// say it.
package comments

import (
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/openapi"
)

// Read returns the comments about what an app's model names. Packages are those that the
// program links, and root is the folder to which the places of registrations are relative.
// What can't be found or read has no comment.
func Read(packages *golist.List, root string, m *app.Model) openapi.Comments {
	r := &reader{packages: packages, indexes: map[*golist.Package]*index{}}
	c := openapi.Comments{Of: map[string]string{}, At: map[app.Source]string{}}
	if main := r.main(); main != nil {
		c.Package = r.index(main).comment
	}
	for _, symbol := range goSymbols(m) {
		if said := r.declared(symbol); said != "" {
			c.Of[symbol] = said
		}
	}
	for _, route := range m.Routes {
		if said := r.handler(route.Handler); said != "" {
			c.Of[route.Handler] = said
		} else if s := route.Source; s != nil {
			if said := r.registered(filepath.Join(root, filepath.FromSlash(s.File)), s.Line); said != "" {
				c.At[*s] = said
			}
		}
	}
	return c
}

// goSymbols returns the names of types and fields in a model.
func goSymbols(m *app.Model) []string {
	var symbols []string
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				look(item)
			}
		case map[string]any:
			if symbol, ok := v[openapi.GoSymbol].(string); ok {
				symbols = append(symbols, symbol)
			}
			for _, member := range v {
				look(member)
			}
		}
	}
	parts := []json.RawMessage{m.Schemas}
	for _, r := range m.Routes {
		parts = append(parts, r.Operation)
	}
	for _, part := range parts {
		var v any
		if json.Unmarshal(part, &v) == nil {
			look(v)
		}
	}
	return symbols
}

// reader finds comments by symbols.
type reader struct {
	packages *golist.List
	indexes  map[*golist.Package]*index // of the packages that have been parsed
}

// main returns the program's package main, nil if there is none.
func (r *reader) main() *golist.Package {
	for _, p := range r.packages.Asked() {
		return p
	}
	return nil
}

// index returns what is declared in a package, which is parsed once.
func (r *reader) index(p *golist.Package) *index {
	known := r.indexes[p]
	if known == nil {
		known = newIndex(p)
		r.indexes[p] = known
	}
	return known
}

// declared returns the comment of a type or field: what stands behind the path of a package
// is a name, or one of a field behind it.
func (r *reader) declared(symbol string) string {
	p, name := r.split(symbol)
	if p == nil {
		return ""
	}
	return r.lookUp(p, name, maxSteps)
}

// maxSteps is how many types are followed at most that are made of each other.
const maxSteps = 10

// lookUp returns the comment of a name in a package. A member that a type hasn't itself is
// looked for in those that it is made of, or that are embedded in it.
func (r *reader) lookUp(p *golist.Package, name string, steps int) string {
	i := r.index(p)
	if said, ok := i.comments[name]; ok || steps == 0 {
		return said
	}
	owner, member, ok := strings.Cut(name, ".")
	if !ok {
		return ""
	}
	for _, base := range i.bases[owner] {
		from := p
		if base.path != "" {
			from = r.packages.Import(p, base.path)
		}
		if from == nil || from.Standard {
			continue
		}
		if said := r.lookUp(from, base.name+"."+member, steps-1); said != "" {
			return said
		}
	}
	return ""
}

// split takes a symbol apart: into a package, nil for one that has no source here, and
// what stands behind its path, without arguments of types. The last part of a path can have
// dots, which the runtime spells %2e.
func (r *reader) split(symbol string) (*golist.Package, string) {
	symbol = strings.ReplaceAll(withoutBrackets(symbol), "%2e", ".")
	start := strings.LastIndexByte(symbol, '/') + 1
	for i, c := range symbol[start:] {
		if c != '.' {
			continue
		}
		path, name := symbol[:start+i], symbol[start+i+1:]
		p := r.packages.Package(path)
		if path == "main" {
			p = r.main()
		}
		if p != nil && !p.Standard {
			return p, name
		}
	}
	return nil, ""
}

// withoutBrackets returns a symbol without what is in brackets, which can have slashes.
func withoutBrackets(symbol string) string {
	var b strings.Builder
	depth := 0
	for _, c := range symbol {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return b.String()
}
