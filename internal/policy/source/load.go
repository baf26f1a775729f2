package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Outline is what is known of a program before its source is read: which
// packages there are.
type Outline struct {
	in    Config
	list  *golist.List
	files load.Files
	// exports are the compiler's files about what the program imports, once that is loaded.
	exports *load.Exports
	Main    *golist.Package
}

// Config says where the packages are. Its fields are those of the analysis'
// input.
type Config struct {
	Dir, Package    string
	Env, BuildFlags []string
	TempDir         string
	List            *golist.List
	Cache           string
	Compiled        *Target
	Compiling       func() (end func(error))
	Built           func(ctx context.Context) error
}

// Look finds the packages, without reading their source.
func Look(ctx context.Context, in Config) (*Outline, error) {
	o := &Outline{in: in, list: in.List}
	pattern := cmp.Or(in.Package, ".")
	if o.list == nil {
		var err error
		if o.list, err = golist.Find(ctx, o.runner(nil), in.BuildFlags, pattern); err != nil {
			return nil, fmt.Errorf("find packages: %w", err)
		}
	}
	asked := o.list.Asked()
	if len(asked) != 1 {
		return nil, fmt.Errorf("%q stands for %d packages in %s: name one", pattern, len(asked), in.Dir)
	}
	o.Main = asked[0]
	return o, brokenPackage(o.Main)
}

// goGrace is how long go has to remove its temporary files once it is interrupted.
const goGrace = 5 * time.Second

// runner runs the go command, with more variables than those of the input.
func (o *Outline) runner(more []string) golist.Run {
	env := slices.Concat(os.Environ(), o.in.Env, more, []string{"PWD=" + o.in.Dir})
	if o.in.TempDir != "" {
		env = append(env, "GOTMPDIR="+o.in.TempDir)
	}
	return func(ctx context.Context, stdout io.Writer, args []string) error {
		var said bytes.Buffer
		c := exec.Command("go", args...)
		c.Dir, c.Env, c.Stdout, c.Stderr = o.in.Dir, env, stdout, &said
		err := child.Run(ctx, c, goGrace)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return fmt.Errorf("go list: %w: %s", err, bytes.TrimSpace(said.Bytes()))
		}
		return nil
	}
}

// CallsAWS reports whether the program has anything in it that calls AWS: a package of
// the SDK, or another way.
func (o *Outline) CallsAWS() bool {
	return slices.ContainsFunc(o.list.Packages, func(p *golist.Package) bool { return sdk.LeadsToCalls(p.ImportPath) }) ||
		slices.ContainsFunc(o.list.Packages, o.goesAnotherWay)
}

// Load reads the main package and what it imports. Of the user's packages, and
// of others that stand between them and the SDK, it has the source; of all the
// rest only types, from the compiler's own files: those of the target that is compiled
// already, if the program is the same for that.
func (o *Outline) Load(ctx context.Context) (*Program, error) {
	paths := o.sources()
	o.exports = o.findExports(paths)
	p, err := o.load(ctx, paths)
	if err != nil {
		return nil, err
	}
	if p.Main == nil {
		return nil, fmt.Errorf("load packages: %s has no Go files that can be read", o.Main.ImportPath)
	}
	for _, l := range p.Sources {
		p.warnErrors(l)
	}
	return p, nil
}

// findExports returns who finds the compiler's files, given the packages whose source is read.
func (o *Outline) findExports(paths []string) *load.Exports {
	var more []string
	compiling := o.in.Compiling
	if t := o.in.Compiled; t != nil && o.isLike(t, paths) {
		more, compiling = t.Env, nil
	}
	e := &load.Exports{Run: o.runner(more), Flags: o.in.BuildFlags, Before: func(ctx context.Context) (func(error), error) {
		if o.in.Built != nil {
			if err := o.in.Built(ctx); err != nil {
				return nil, err
			}
		}
		if compiling == nil {
			return func(error) {}, nil
		}
		return compiling(), nil
	}}
	if version := o.compilerVersion(more); o.in.Cache != "" && version != "" {
		e.Table = load.OpenTable(o.in.Cache, version, o.list, &o.files)
	}
	return e
}

// load reads packages, and the types of what they import.
func (o *Outline) load(ctx context.Context, paths []string) (*Program, error) {
	loader := load.Loader{List: o.list, Files: &o.files, Exports: o.exports, Arch: o.arch()}
	loaded, err := loader.Load(ctx, paths)
	o.files.Forget()
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	return newProgram(newPackages(ctx, loaded, o)), nil
}

// brokenPackage returns the error of a package that isn't there.
func brokenPackage(p *golist.Package) error {
	if p.Name != "" {
		return nil
	}
	if p.Error != nil {
		return fmt.Errorf("find packages: %s: %s", cmp.Or(p.Error.Pos, "-"), p.Error.Err)
	}
	return errors.New("find packages: there is no Go package in the folder")
}

// sources returns the paths of the packages whose source is read, the
// dependencies of each before it.
func (o *Outline) sources() []string {
	var paths []string
	wraps := map[string]bool{}
	for _, p := range o.list.Packages {
		known := sdk.IsKnown(p.ImportPath)
		w := known && (sdk.LeadsToCalls(p.ImportPath) || strings.HasPrefix(p.ImportPath, sdk.ChalicePrefix)) ||
			!known && (slices.ContainsFunc(p.Imports, func(path string) bool { return wraps[path] }) || !p.Module.OfUser() && o.goesAnotherWay(p))
		wraps[p.ImportPath] = w
		if !known && (w || p.Module.OfUser()) {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}
