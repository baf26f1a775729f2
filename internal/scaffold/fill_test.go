package scaffold

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFillFails: a project that can't be written completely isn't there.
func TestFillFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hello")
	err := fill(dir, fstest.MapFS{
		"a.tmpl": {Data: []byte("{{.Name}}")},
		"b.tmpl": {Data: []byte("{{.NoSuchValue}}")},
	}, values{Name: "hello"})
	if err == nil || !strings.Contains(err.Error(), "NoSuchValue") {
		t.Errorf("got error %v, want one that names NoSuchValue", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}
