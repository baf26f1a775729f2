package scaffold

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFillFails: a project that can't be written completely isn't there.
func TestFillFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hello")
	err := fill(dir, map[string]string{
		"README.md":     "templates/rest-api/README.md" + suffix,
		"sub/README.md": "templates/rest-api/NoSuchFile",
	}, values{Name: "hello"})
	if err == nil || !strings.Contains(err.Error(), "NoSuchFile") {
		t.Errorf("got error %v, want one that names NoSuchFile", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}
