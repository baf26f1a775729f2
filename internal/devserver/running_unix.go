//go:build unix

package devserver

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// isRunning reports whether there is a process with that id.
func isRunning(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// isOwn reports whether a folder belongs to this user alone.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.IsDir() && info.Mode().Perm()&0o077 == 0
}
