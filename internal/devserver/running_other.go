//go:build !unix

package devserver

import (
	"io/fs"
	"os"
)

// isRunning reports whether there is a process with that id.
func isRunning(pid int) bool {
	p, err := os.FindProcess(pid)
	if err == nil {
		p.Release()
	}
	return err == nil
}

// isOwn reports whether a folder is this user's: those for temporary files are.
func isOwn(info fs.FileInfo) bool { return info.IsDir() }
