package packager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	gobuild "go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// project is the folder of a program's main package.
type project struct {
	dir       string // absolute
	toolchain toolchain
	flags     flags        // for the go command
	names     config.Names // of what the reader of messages can set
}

// findProject checks that there is a program to build, so that what is amiss
// is said in one line and before anything runs.
func (b *build) findProject(ctx context.Context) (project, error) {
	abs, err := filepath.Abs(b.ProjectDir)
	if err != nil {
		return project{}, err
	}
	if _, err := moduleRoot(abs); err != nil {
		return project{}, err
	}
	p := project{dir: abs, names: b.Names}
	if p.toolchain, err = b.findToolchain(ctx, p); err != nil {
		return project{}, err
	}
	if p.flags, err = b.findFlags(ctx, p); err != nil || len(b.records) > 0 {
		return p, err
	}
	t := lambda(b.stage.Architecture)
	if err := p.checkCgo(p.dir, t); err != nil {
		return project{}, err
	}
	main, err := p.main(b.ProjectDir, t)
	if err != nil {
		return project{}, err
	}
	return p, b.checkStamps(main)
}

// main is the package, of the files that are compiled for a target. That it is no program
// is an error.
func (p project) main(dir string, t target) (*gobuild.Package, error) {
	files := p.context(t)
	main, err := files.ImportDir(p.dir, 0)
	several := (*gobuild.MultiplePackageError)(nil)
	switch {
	case errors.As(err, new(*gobuild.NoGoError)) || err == nil && len(main.GoFiles) == 0:
		return nil, p.noProgram(dir, files, main)
	case errors.As(err, &several):
		return nil, fmt.Errorf("%s holds two packages: %s (%s) and %s (%s)", dir,
			several.Packages[0], several.Files[0], several.Packages[1], several.Files[1])
	case err == nil && main.Name != "main":
		return nil, fmt.Errorf("%s holds package %s, not a program%s", dir, main.Name,
			cmp.Or(p.elsewhere(dir, files), ": package it from the folder of its package main"))
	}
	// For anything else, a syntax error for instance, the compiler has the words.
	return main, nil
}

// context says which files are compiled for a target.
func (p project) context(t target) gobuild.Context {
	files := gobuild.Default
	files.GOOS, files.GOARCH, files.CgoEnabled, files.BuildTags = t.os, t.arch, false, p.flags.tags
	return files
}

// noProgram says why a folder has none, and where there is one.
func (p project) noProgram(dir string, files gobuild.Context, main *gobuild.Package) error {
	if ignored := main.IgnoredGoFiles; len(ignored) > 0 {
		return fmt.Errorf("the program in %s has no files for Lambda: the build constraints of %s exclude them; %s gives build tags",
			dir, strings.Join(ignored, ", "), p.names.Of("BuildTags"))
	}
	return fmt.Errorf("there is no Go program in %s%s", dir, p.elsewhere(dir, files))
}

// moduleRoot returns the folder with the go.mod of a folder, which is that or one above
// it.
func moduleRoot(dir string) (string, error) {
	for d := dir; ; d = filepath.Dir(d) {
		_, err := os.Stat(filepath.Join(d, "go.mod"))
		if err == nil {
			return d, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for go.mod: %w", err)
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("there is no go.mod in %s or above it: run go mod init there", dir)
		}
	}
}
