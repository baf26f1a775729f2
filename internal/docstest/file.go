package docstest

import (
	"context"
	"errors"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var errFormat = errors.New("gofmt would change the block")

// write writes a file of the page, or declarations into one.
func (r *run) write(ctx context.Context, b Block) bool {
	dir, _, err := r.shell.place(ctx)
	if err != nil {
		r.failf(b.Line, "%v", err)
		return false
	}
	file := filepath.Join(dir, filepath.FromSlash(b.Title))
	text := b.Text
	if filepath.Ext(file) == ".go" {
		if r.unvetted.stale {
			r.vet(ctx)
		}
		r.unvetted.written(b)
		if text, err = goFile(file, text); err != nil {
			r.failf(b.Line, "%s: %v", b.Title, err)
			return false
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.failf(b.Line, "%v", err)
		return false
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.failf(b.Line, "%v", err)
		return false
	}
	return r.reloaded(ctx, b.Line)
}

// goFile returns what becomes of a Go file by a block.
func goFile(file, text string) (string, error) {
	if !hasPackage(text) {
		old, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		return merge(string(old), text)
	}
	formatted, err := format.Source([]byte(text))
	if err == nil && string(formatted) != text {
		err = errFormat
	}
	return text, err
}

// excerpt looks for an excerpt in the last output and in the files of the project.
func (r *run) excerpt(ctx context.Context, b Block) {
	dir, _, err := r.shell.place(ctx)
	if err != nil {
		r.failf(b.Line, "%v", err)
		return
	}
	if r.skipped || hasExcerpt(b.Lines(), lines(r.last)) {
		return
	}
	found := false
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || found:
			return fs.SkipAll
		case e.IsDir() && e.Name() == ".git":
			return fs.SkipDir
		case e.Type().IsRegular():
			data, _ := os.ReadFile(path)
			found = len(data) < 1<<20 && hasExcerpt(b.Lines(), lines(r.outside(string(data))))
		}
		return nil
	})
	if !found {
		r.failf(b.Line, "no file of the project and no output has this:\n%s", strings.TrimSpace(b.Text))
	}
}
