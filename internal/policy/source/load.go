package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Outline is what is known of a program before its source is read: which
// packages there are.
type Outline struct {
	in     Config
	config packages.Config
	marked string // the variable that the go command gets, and all that it starts; empty: none
	Main   *packages.Package
}

// Config says where the packages are. Its fields are those of the analysis'
// input.
type Config struct {
	Dir, Package    string
	Env, BuildFlags []string
	TempDir         string
	Compiled        *Target
	Compiling       func() (end func(error))
}

// Look finds the packages, without reading their source.
func Look(ctx context.Context, in Config) (*Outline, error) {
	o := &Outline{in: in, config: packages.Config{
		Context: ctx, Dir: in.Dir, BuildFlags: in.BuildFlags, Env: append(os.Environ(), in.Env...),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}}
	if in.TempDir != "" {
		o.marked = "GOTMPDIR=" + in.TempDir
		o.config.Env = append(o.config.Env, o.marked)
	}
	pattern := cmp.Or(in.Package, ".")
	found, err := o.ask(&o.config, pattern)
	if err != nil {
		return nil, fmt.Errorf("find packages: %w", err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%q stands for %d packages in %s: name one", pattern, len(found), in.Dir)
	}
	o.Main = found[0]
	return o, brokenPackage(o.Main)
}

// ask is packages.Load. When that is called off, it ends the go command, and not the
// compilers that this has started.
func (o *Outline) ask(config *packages.Config, patterns ...string) ([]*packages.Package, error) {
	if o.marked == "" {
		return packages.Load(config, patterns...)
	}
	ctx, end := config.Context, func() { child.Sweep(o.marked) }
	defer context.AfterFunc(ctx, end)()
	found, err := packages.Load(config, patterns...)
	if ctx.Err() != nil {
		end() // what was about to start
		return nil, context.Cause(ctx)
	}
	return found, err
}

// CallsAWS reports whether the program has anything in it that calls AWS: a package of
// the SDK, or another way.
func (o *Outline) CallsAWS() bool {
	return o.has(func(p *packages.Package) bool { return sdk.LeadsToCalls(p.PkgPath) }) || o.has(goesAnotherWay)
}

// has reports whether the program has such a package in it.
func (o *Outline) has(such func(*packages.Package) bool) bool {
	found := false
	packages.Visit([]*packages.Package{o.Main}, func(p *packages.Package) bool {
		found = found || such(p)
		return !found
	}, nil)
	return found
}

// Load reads the main package and what it imports. Of the user's packages, and
// of others that stand between them and the SDK, it has the source; of all the
// rest only types, from the compiler's own files: those of the target that is compiled
// already, if the program is the same for that.
func (o *Outline) Load() (*Program, error) {
	end := o.chooseTarget()
	p, err := o.load(sources(o.Main))
	end(err)
	if err != nil {
		return nil, err
	}
	if p.Main == nil {
		return nil, fmt.Errorf("load packages: %s has no Go files that can be read", o.Main.PkgPath)
	}
	for _, l := range p.Sources {
		p.warnErrors(l)
	}
	return p, nil
}

// chooseTarget has packages be looked at as they are compiled already, or says that they
// are compiled.
func (o *Outline) chooseTarget() (end func(error)) {
	if t := o.in.Compiled; t != nil && o.isLike(t) {
		o.config.Env = slices.Concat(o.config.Env, t.Env)
	} else if o.in.Compiling != nil {
		return o.in.Compiling()
	}
	return func(error) {}
}

// load reads packages, and the types of what they import.
func (o *Outline) load(paths []string) (*Program, error) {
	config := o.config
	config.Fset = token.NewFileSet()
	config.Mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
		packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule
	loaded, err := o.ask(&config, paths...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	return newProgram(newPackages(config.Fset, loaded, o)), nil
}

// brokenPackage returns the error of a package that isn't there.
func brokenPackage(p *packages.Package) error {
	if p.Name != "" {
		return nil
	}
	if len(p.Errors) > 0 {
		return fmt.Errorf("find packages: %w", p.Errors[0])
	}
	return errors.New("find packages: there is no Go package in the folder")
}

// sources returns the paths of the packages whose source is read, the
// dependencies of each before it.
func sources(main *packages.Package) []string {
	var paths []string
	wraps := map[*packages.Package]bool{}
	var visit func(p *packages.Package) bool
	visit = func(p *packages.Package) bool {
		if w, ok := wraps[p]; ok {
			return w
		}
		wraps[p] = false
		known := sdk.IsKnown(p.PkgPath)
		w := known && (sdk.LeadsToCalls(p.PkgPath) || strings.HasPrefix(p.PkgPath, sdk.ChalicePrefix)) || !known && !OfUser(p.Module) && goesAnotherWay(p)
		for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
			if visit(p.Imports[path]) && !known {
				w = true
			}
		}
		wraps[p] = w
		if !known && (w || OfUser(p.Module)) {
			paths = append(paths, p.PkgPath)
		}
		return w
	}
	visit(main)
	return paths
}

// OfUser reports whether a module is the user's: the main one, one of a
// workspace, or one that stands in a folder beside it.
func OfUser(m *packages.Module) bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}
