//go:build unix

package devserver

import (
	"errors"
	"syscall"
)

// isRunning reports whether there is a process with that id.
func isRunning(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
