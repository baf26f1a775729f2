package docstest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// left are the folders of a checkout that are no part of the module's packages.
var left = []string{"testdata", "node_modules", "bin", "dist", "docs", "tools", "bench"}

// copyCheckout copies the packages of a checkout into a folder, examples among them, so that
// a page can run in one of them.
func copyCheckout(checkout, dir string) error {
	return filepath.WalkDir(checkout, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(checkout, path)
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(e.Name(), ".") && e.Name() != ".chalice"
		switch {
		case e.IsDir() && rel != "." && (hidden || slices.Contains(left, e.Name())):
			return fs.SkipDir
		case e.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o755)
		case !e.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), data, 0o644)
	})
}
