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

// isOwn reports whether a folder belongs to this user, as the folder for
// temporary files does here.
func isOwn(info fs.FileInfo) bool { return info.IsDir() }
