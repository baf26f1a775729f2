//go:build unix

package devserver

import (
	"io/fs"
	"os"
	"syscall"
)

// isOwn reports whether a folder belongs to this user alone.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.IsDir() && info.Mode().Perm()&0o077 == 0
}
