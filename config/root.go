package config

import (
	"cmp"
	"os"
	"path/filepath"
)

// Root returns the folder whose .chalice counts for a program: that of its main package
// or the nearest one above it, up to that of its go.mod, that has a configuration; the
// project's own if none has. So a program in cmd/api has the configuration of its module.
func Root(projectDir string) string {
	here, err := filepath.Abs(projectDir)
	if err != nil {
		return projectDir
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		switch {
		case exists(dir, File) && dir != here:
			return fromHere(dir)
		case exists(dir, File), exists(dir, "go.mod"), dir == filepath.Dir(dir):
			return projectDir
		}
	}
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

// fromHere returns a path as somebody in the working directory would write it.
func fromHere(path string) string {
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, path); err == nil {
			return rel
		}
	}
	return path
}

// fileOf returns what messages call the configuration of a project, whose root is known:
// its path from the root, or from the working directory if that is another folder than
// the project's.
func fileOf(projectDir, root string) string {
	if root == projectDir {
		return File
	}
	return filepath.ToSlash(filepath.Join(root, filepath.FromSlash(File)))
}

// File is what messages call the configuration.
func (s *Stage) File() string { return cmp.Or(s.source.name(), File) }

func (s *Stage) mistakes() mistakes { return mistakes{file: s.File(), names: s.Names} }

// name is what messages call the file; also of a nil source.
func (s *source) name() string {
	if s == nil {
		return ""
	}
	return s.file
}
