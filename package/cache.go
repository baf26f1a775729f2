package packager

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/timing"
)

// cache is a folder with what earlier builds made. The name of a file in it
// says what it was made of. Empty: there is none.
type cache string

// identify says what a program for a target is made of: its source and that of every
// package that it links, the flags, and the version of Go. It starts with an
// id of the program itself. It is empty where there is no cache to look in, or
// where there is something wrong with the program: the compiler says what.
func (c *compiler) identify(ctx context.Context, t target) string {
	if c.cache == "" {
		return ""
	}
	ctx, ended := timing.Start(ctx, "look for the program in the cache")
	defer ended()
	content := sha256.New()
	// Go's own ids of the packages' content. They are in its build cache, so
	// that this takes a third of the time of linking the program once more.
	args := append([]string{"list", "-deps", "-export", "-f", "{{.ImportPath}} {{.BuildID}}"}, c.build.project.flags.build()...)
	end := c.build.compiling(t) // what isn't in Go's cache yet
	err := c.build.project.runGo(ctx, t, c.folder, content, io.Discard, args)
	end(err)
	if err != nil {
		return ""
	}
	fmt.Fprintln(content, c.build.project.flags.link(linkerFlags))
	program := sha256.Sum256([]byte(strings.Join(append([]string{c.build.project.dir, t.os, t.arch}, c.build.project.flags.tags...), "\n")))
	return hex.EncodeToString(program[:8]) + "-" + hex.EncodeToString(content.Sum(nil)[:16])
}

// file returns the path of what was made under that id. If it isn't there, it is
// made, and what older source of the same program gave is removed.
func (c cache) file(id, suffix string, make func(file string) error) (string, error) {
	file := filepath.Join(string(c), id+suffix)
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.MkdirAll(string(c), 0o777); err != nil {
		return "", c.unkept(err)
	}
	work, err := scratch.Make(string(c), ".new-")
	if err != nil {
		return "", c.unkept(err)
	}
	defer work.Remove()
	fresh := filepath.Join(work.Path, filepath.Base(file))
	if err := make(fresh); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, file); err != nil {
		return "", c.unkept(err)
	}
	return file, c.forget(id, suffix)
}

// unkept says that the cache can't be written to.
func (c cache) unkept(err error) error {
	return fmt.Errorf("keep the program in %s: %w", c, scratch.Reason(err))
}

// forget removes what was made of older source.
func (c cache) forget(id, suffix string) error {
	program, _, _ := strings.Cut(id, "-")
	entries, err := os.ReadDir(string(c))
	for _, e := range entries {
		name := e.Name()
		if name == id+suffix || !strings.HasPrefix(name, program+"-") || !strings.HasSuffix(name, suffix) {
			continue
		}
		if gone := os.Remove(filepath.Join(string(c), name)); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// copyArchive copies a zip and returns its digest.
func copyArchive(to, from string) (digest string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", unwritten(err)
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, hash), in)
	if err := cmp.Or(err, out.Close()); err != nil {
		return "", unwritten(err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
