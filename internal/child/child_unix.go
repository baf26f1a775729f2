//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// interrupt sends what Ctrl-C does, and reports whether anybody got it.
func interrupt(c *exec.Cmd) bool {
	return syscall.Kill(-c.Process.Pid, syscall.SIGINT) == nil
}

func killGroup(c *exec.Cmd) {
	// The group has the id of its first process, and can exist longer than that.
	if syscall.Kill(-c.Process.Pid, syscall.SIGKILL) != nil {
		c.Process.Kill()
	}
}
