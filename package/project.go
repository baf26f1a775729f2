package packager

import (
	"context"
	"errors"
	"fmt"
	gobuild "go/build"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/config"
)

// project is the folder of a program's main package.
type project struct {
	dir   string       // absolute
	flags flags        // for the go command
	names config.Names // of what the reader of messages can set
}

// findProject checks that there is a program to build, so that what is amiss
// is said in one line and before anything runs.
func (b *build) findProject(ctx context.Context) (project, error) {
	abs, err := filepath.Abs(b.ProjectDir)
	if err != nil {
		return project{}, err
	}
	if err := hasModule(abs); err != nil {
		return project{}, err
	}
	p := project{dir: abs, names: b.Names}
	if p.flags, err = b.findFlags(ctx, p); err != nil {
		return project{}, err
	}
	main, err := p.main(b.ProjectDir, lambda(b.stage.Architecture))
	if err != nil {
		return project{}, err
	}
	return p, b.checkStamps(main)
}

// main is the package, of the files that are compiled for a target. That it is no program
// is an error.
func (p project) main(dir string, t target) (*gobuild.Package, error) {
	files := gobuild.Default
	files.GOOS, files.GOARCH, files.CgoEnabled, files.BuildTags = t.os, t.arch, false, p.flags.tags
	main, err := files.ImportDir(p.dir, 0)
	several := (*gobuild.MultiplePackageError)(nil)
	switch {
	case errors.As(err, new(*gobuild.NoGoError)) || err == nil && len(main.GoFiles) == 0:
		return nil, fmt.Errorf("there is no Go program in %s", dir)
	case errors.As(err, &several):
		return nil, fmt.Errorf("%s holds two packages: %s (%s) and %s (%s)", dir,
			several.Packages[0], several.Files[0], several.Packages[1], several.Files[1])
	case err == nil && main.Name != "main":
		return nil, fmt.Errorf("%s holds package %s, not a program: package it from the folder of its package main", dir, main.Name)
	}
	// For anything else, a syntax error for instance, the compiler has the words.
	return main, nil
}

// isFolder comes before all other questions about a project.
func isFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open the project: there is no folder %s", dir)
	case err != nil:
		return fmt.Errorf("open the project: %w", err)
	case !info.IsDir():
		return fmt.Errorf("open the project: %s is not a folder", dir)
	}
	return nil
}

// hasModule looks for a go.mod in the folder or above it.
func hasModule(dir string) error {
	for d := dir; ; d = filepath.Dir(d) {
		_, err := os.Stat(filepath.Join(d, "go.mod"))
		if err == nil {
			return nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for go.mod: %w", err)
		}
		if d == filepath.Dir(d) {
			return fmt.Errorf("there is no go.mod in %s or above it: run go mod init there", dir)
		}
	}
}
