package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/scratch"
)

// writeFiles writes files by their paths, in folders that it makes if need be, and
// returns the paths in order. What is there is replaced; a symbolic link stays, and what
// it leads to is replaced. If one can't be written, all are as they were, but for folders.
func writeFiles(files map[string][]byte) (paths []string, err error) {
	paths = slices.Sorted(maps.Keys(files))
	var written []string
	defer func() {
		for _, temporary := range written {
			err = errors.Join(err, ignoreMissing(os.Remove(temporary)))
		}
	}()
	for _, path := range paths {
		temporary, err := writeBeside(path, files[path])
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", path, scratch.Reason(err))
		}
		written = append(written, temporary)
	}
	for i, path := range paths {
		if err := os.Rename(written[i], target(path)); err != nil {
			return nil, fmt.Errorf("write %s: %w", path, scratch.Reason(err))
		}
	}
	return paths, nil
}

// writeBeside writes a file under another name, in the folder where it is to be.
func writeBeside(path string, data []byte) (temporary string, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", errors.New("it is there, and no regular file")
	}
	dir := filepath.Dir(target(path))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".chalice-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close(), os.Chmod(f.Name(), 0o644)); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// target is the file that a path leads to, if there is one.
func target(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
