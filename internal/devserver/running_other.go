//go:build !unix

package devserver

import "os"

// isRunning reports whether there is a process with that id.
func isRunning(pid int) bool {
	p, err := os.FindProcess(pid)
	if err == nil {
		p.Release()
	}
	return err == nil
}
