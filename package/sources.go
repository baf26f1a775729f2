package packager

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
)

// Sources says where the source of a program lies that a developer can change:
// that of the main module, of modules of a workspace, and of modules that a
// replace directive takes from a folder. Paths are absolute.
type Sources struct {
	// Modules are the folders with a go.mod.
	Modules []string
	// Packages are the folders of the packages that the program links.
	Packages []string
	// Embedded are files, and folders from which files are taken by a pattern.
	Embedded []string
	// Workspace is the go.work in force; empty: there is none.
	Workspace string
}

// FindSources asks the go command for the sources of a program. A program that
// doesn't compile has sources, too, as far as its imports can be followed.
func FindSources(ctx context.Context, in Input) (*Sources, error) {
	in.Progress = nil // whoever compiles says what there is to say
	b, err := newBuild(ctx, withoutTemplate(in), ofMachine)
	if err != nil {
		return nil, err
	}
	list, err := b.project.list(ctx, here(), []string{b.project.flags.tagged()})
	if err != nil {
		return nil, err
	}
	return b.project.sources(list), nil
}

// sources are those of the packages that a program links.
func (p project) sources(list *golist.List) *Sources {
	s := &Sources{}
	if workspace := p.toolchain.env["GOWORK"]; workspace != "off" {
		s.Workspace = workspace
	}
	s.add(list)
	return s
}

// hasSameFiles reports whether the same files of all packages that can change are compiled
// for another target. Those of the module cache import none of these.
func (p project) hasSameFiles(list *golist.List, t target) bool {
	files := p.context(t)
	own := map[string]bool{}
	for _, l := range list.Packages {
		own[l.ImportPath] = !l.Standard && !p.isCached(l.Dir)
	}
	return !slices.ContainsFunc(list.Packages, func(l *golist.Package) bool {
		if own[l.ImportPath] {
			return !l.HasSameFiles(files)
		}
		return slices.ContainsFunc(l.Imports, func(path string) bool { return own[path] })
	})
}

// list asks the go command which packages the program links, with flags of the go command.
func (p project) list(ctx context.Context, t target, flags []string) (*golist.List, error) {
	log := &buildLog{}
	list, err := golist.Find(ctx, func(ctx context.Context, stdout io.Writer, args []string) error {
		return p.runGo(ctx, t, "", stdout, log, args)
	}, flags, ".")
	if err == nil || ctx.Err() != nil {
		return list, err
	}
	if failure := log.failure(err, ""); failure != err {
		return nil, failure
	}
	return nil, fmt.Errorf("go list: %w", err)
}

// add takes what go list printed.
func (s *Sources) add(list *golist.List) {
	for _, p := range list.Packages {
		if p.Standard || !p.Module.OfUser() {
			continue
		}
		if !slices.Contains(s.Modules, p.Module.Dir) {
			s.Modules = append(s.Modules, p.Module.Dir)
		}
		s.Packages = append(s.Packages, p.Dir)
		s.Embedded = append(s.Embedded, p.Embedded()...)
		for _, pattern := range p.EmbedPatterns {
			s.Embedded = append(s.Embedded, filepath.Join(p.Dir, filepath.FromSlash(plainPart(pattern))))
		}
	}
}

// plainPart returns the part of an embed pattern that has no wildcards: a file, or
// the folder in which others can match.
func plainPart(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "all:")
	for strings.ContainsAny(pattern, `*?[\`) {
		pattern = path.Dir(pattern)
	}
	return pattern
}
