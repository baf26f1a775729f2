//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk: where there is no room, that is what is said, of files that the user
// knows, and nothing is left.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8k"); err != nil {
		t.Skip("no file system can be made here:", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "shop")
	t.Chdir("shop")
	folder := filepath.Join(disk, "folder")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, "large.yaml", "Metadata:\n  Text: "+strings.Repeat("x", 64<<10)+"\n")
	unfinished := regexp.MustCompile(`\.chalice-|\.new-|chalice-\d`)
	for name, tc := range map[string]struct {
		tmp  string
		args []string
		want string
	}{
		"a new folder": {args: []string{"package", filepath.Join(disk, "new")}, want: "Error: write deployment.zip: no space left on device\n"},
		"a folder":     {args: []string{"package", folder}, want: "Error: write deployment.zip: no space left on device\n"},
		"a file":       {args: []string{"package", "--single-file", filepath.Join(disk, "out.zip")}, want: "Error: write deployment.zip: no space left on device\n"},
		"the template": {
			args: []string{"package", "--template-only", "--merge-template", "large.yaml", folder},
			want: "Error: write sam.yaml to " + folder + ": no space left on device\n",
		},
		"temporary files": {tmp: disk, args: []string{"describe"}, want: "write a temporary file in " + disk + ": no space left on device\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.tmp != "" {
				t.Setenv("TMPDIR", tc.tmp)
			}
			var stdout, stderr bytes.Buffer
			if status := run(context.Background(), tc.args, &stdout, &stderr); status != 1 || stdout.Len() > 0 {
				t.Errorf("got status %d and %q", status, &stdout)
			}
			got := stderr.String()
			if !strings.Contains(got, tc.want) || unfinished.MatchString(got) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			left, _ := filepath.Glob(filepath.Join(disk, "*"))
			within, _ := filepath.Glob(filepath.Join(disk, "folder", "*"))
			hidden, _ := filepath.Glob(filepath.Join(disk, ".*"))
			if len(left) != 1 || len(within)+len(hidden) > 0 {
				t.Errorf("left %q, %q and %q", left, within, hidden)
			}
		})
	}
}
