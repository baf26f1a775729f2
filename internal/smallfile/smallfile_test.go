//go:build unix

package smallfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/chalice-go/chalice/internal/smallfile"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"small": "text", "empty": "", "exact": strings.Repeat("x", 10), "large": strings.Repeat("x", 11)} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("small", at("link")), os.Mkdir(at("folder"), 0o700), syscall.Mkfifo(at("pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ want, err string }{
		"small":    {want: "text"},
		"empty":    {},
		"exact":    {want: "xxxxxxxxxx"},
		"large":    {err: "read FILE: it has more than the most that is read, 0 MB"},
		"link":     {want: "text"},
		"folder":   {err: "open FILE: it is a folder, and has to be a file"},
		"pipe":     {err: "open FILE: it is a named pipe, and has to be a file"},
		"none":     {err: "open FILE: no such file or directory"},
		"small/in": {err: "open FILE: not a directory"},
	} {
		check(t, at(name), tc.want, tc.err)
	}
	check(t, os.DevNull, "", "")
	if runtime.GOOS == "linux" {
		check(t, "/dev/zero", "", "open FILE: it is a device, and has to be a file")
	}
}

func check(t *testing.T, name, want, wantErr string) {
	t.Helper()
	got, err := smallfile.Read(name, 10)
	text := ""
	if err != nil {
		text = strings.ReplaceAll(err.Error(), name, "FILE")
		if pathErr := (*fs.PathError)(nil); !errors.As(err, &pathErr) || pathErr.Path != name {
			t.Errorf("%s: the error doesn't name the file: %#v", name, err)
		}
	}
	if string(got) != want || text != wantErr {
		t.Errorf("%s: got %q and %q, want %q and %q", name, got, text, want, wantErr)
	}
}

// TestGrowing: what has no size, or is larger by the time it is read, is limited as well.
func TestGrowing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc here")
	}
	if got, err := smallfile.Read("/proc/self/status", smallfile.Text); err != nil || len(got) == 0 {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if _, err := smallfile.Read("/proc/self/status", 10); !errors.Is(err, smallfile.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}
