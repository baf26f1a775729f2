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

// list asks the go command which packages the program links, with flags of the go command.
func (p project) list(ctx context.Context, t target, flags []string) (*golist.List, error) {
	list, err := golist.Find(ctx, func(ctx context.Context, stdout io.Writer, args []string) error {
		return p.runGo(ctx, t, "", stdout, io.Discard, args)
	}, flags, ".")
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return list, nil
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
