package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/packages"
)

// outline is what is known of a program before its source is read: which
// packages there are.
type outline struct {
	config packages.Config
	main   *packages.Package
}

// look finds the packages.
func look(ctx context.Context, in Input) (*outline, error) {
	o := &outline{config: packages.Config{
		Context: ctx, Dir: in.Dir, BuildFlags: in.BuildFlags, Env: append(os.Environ(), in.Env...),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}}
	pattern := cmp.Or(in.Package, ".")
	found, err := packages.Load(&o.config, pattern)
	if err != nil {
		return nil, fmt.Errorf("find packages: %w", err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%q stands for %d packages in %s: name one", pattern, len(found), in.Dir)
	}
	o.main = found[0]
	return o, brokenPackage(o.main)
}

// usesSDK tells whether the program has anything of the SDK in it.
func (o *outline) usesSDK() bool {
	found := false
	packages.Visit([]*packages.Package{o.main}, func(p *packages.Package) bool {
		found = found || strings.HasPrefix(p.PkgPath, sdk.SdkPrefix)
		return !found
	}, nil)
	return found
}

// load reads the main package and what it imports. Of the user's packages, and
// of others that stand between them and the SDK, it has the source; of all the
// rest only types, from the compiler's own files.
func (o *outline) load() (*program, error) {
	config := o.config
	config.Fset = token.NewFileSet()
	config.Mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
		packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule
	loaded, err := packages.Load(&config, sources(o.main)...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	return newProgram(config.Fset, loaded, o.main.PkgPath)
}

// brokenPackage gives the error of a package that isn't there.
func brokenPackage(p *packages.Package) error {
	if p.Name != "" {
		return nil
	}
	if len(p.Errors) > 0 {
		return fmt.Errorf("find packages: %w", p.Errors[0])
	}
	return errors.New("find packages: there is no Go package in the folder")
}

// sources gives the paths of the packages whose source is read, the
// dependencies of each before it.
func sources(main *packages.Package) []string {
	var paths []string
	wraps := map[*packages.Package]bool{}
	var visit func(p *packages.Package) bool
	visit = func(p *packages.Package) bool {
		if w, ok := wraps[p]; ok {
			return w
		}
		w := false
		wraps[p] = false
		for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
			if visit(p.Imports[path]) {
				w = true
			}
		}
		known := sdk.IsKnown(p.PkgPath)
		w = w || known && (strings.HasPrefix(p.PkgPath, sdk.SdkPrefix) || strings.HasPrefix(p.PkgPath, sdk.ChalicePrefix))
		wraps[p] = w
		if !known && (w || ofUser(p.Module)) {
			paths = append(paths, p.PkgPath)
		}
		return w
	}
	visit(main)
	return paths
}

// ofUser tells whether a module is the user's: the main one, one of a
// workspace, or one that stands in a folder beside it.
func ofUser(m *packages.Module) bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}

func newProgram(fset *token.FileSet, loaded []*packages.Package, mainPath string) (*program, error) {
	p := &program{
		fset: fset, sources: map[*types.Package]*packages.Package{}, funcs: map[*types.Func]*node{},
		vars: map[*types.Var]*node{}, locals: map[*types.Var][]definition{}, literals: map[token.Pos]*node{},
		all:       map[string]*types.Package{},
		implCache: map[implKey]*implementation{}, methods: map[*types.Func]*node{}, callers: map[types.Object][]helperCall{},
		holds: map[token.Pos]*types.Var{}, shared: map[*types.Var]bool{}, used: map[*types.Var]bool{}, quiet: map[*ast.Ident]bool{}, passed: map[*types.Var][]*types.Var{}, spans: map[*node][]span{}, registered: map[*node]bool{}, files: map[string]string{},
	}
	for _, l := range loaded {
		if l.Types == nil {
			continue
		}
		if l.PkgPath == mainPath {
			p.main = l
		}
		p.packages = append(p.packages, l)
		p.sources[l.Types] = l
		p.addTypes(l.Types)
	}
	if p.main == nil || p.main.Types == nil {
		return nil, fmt.Errorf("load packages: %s has no Go files that can be read", mainPath)
	}
	p.operations = sdk.NewFinder(p.all)
	slices.SortFunc(p.packages, func(a, b *packages.Package) int { return cmp.Compare(a.PkgPath, b.PkgPath) })
	for _, l := range p.packages {
		p.warnErrors(l)
	}
	return p, nil
}

// addTypes notes a package and all those that it depends on.
func (p *program) addTypes(t *types.Package) {
	if known := p.all[t.Path()]; known != nil && (known == t || known.Complete()) {
		return
	}
	p.all[t.Path()] = t
	for _, i := range t.Imports() {
		p.addTypes(i)
	}
}

// warnErrors tells of a package that doesn't compile, with the first place
// where.
func (p *program) warnErrors(l *packages.Package) {
	if len(l.Errors) == 0 && !l.IllTyped {
		return
	}
	w := Warning{Kind: WarnTypes, Message: "a package that it imports has errors"}
	for _, e := range l.Errors {
		file, rest, ok := cutPosition(e.Pos)
		if !ok {
			continue
		}
		w.File, w.Message = p.relative(file), e.Msg
		w.Line, _ = strconv.Atoi(rest)
		break
	}
	w.Message = fmt.Sprintf("package %s doesn't compile, so calls in it may be missed: %s", l.PkgPath, w.Message)
	p.warn(w)
}

// cutPosition takes file:line:column apart.
func cutPosition(pos string) (file, line string, ok bool) {
	before, _, found := cutLast(pos)
	file, line, ok = cutLast(before)
	return file, line, found && ok
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// position gives a place with its file relative to its module's root.
func (p *program) position(pos token.Pos) (file string, line int) {
	at := p.fset.Position(pos)
	return p.relative(at.Filename), at.Line
}

// relative shortens the names of files of the program's modules in a text.
func (p *program) relative(text string) string {
	short, ok := p.files[text]
	if !ok {
		short = p.shorten(text)
		p.files[text] = short
	}
	return short
}

func (p *program) shorten(text string) string {
	if p.main.Module != nil && p.main.Module.Dir != "" {
		text = strings.ReplaceAll(text, p.main.Module.Dir+string(filepath.Separator), "")
	}
	for _, l := range p.packages {
		m := l.Module
		if m == nil || m.Dir == "" || !strings.Contains(text, m.Dir+string(filepath.Separator)) {
			continue
		}
		text = strings.ReplaceAll(text, m.Dir+string(filepath.Separator), m.Path+"/")
	}
	return filepath.ToSlash(text)
}
