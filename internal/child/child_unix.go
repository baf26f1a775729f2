//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

// interrupt sends the signal of a Ctrl-C to the group, and reports whether any
// process got it.
func interrupt(c *exec.Cmd) bool {
	return syscall.Kill(-c.Process.Pid, syscall.SIGINT) == nil
}

func killGroup(c *exec.Cmd) {
	// The group has the id of its first process, and can exist longer than that.
	if syscall.Kill(-c.Process.Pid, syscall.SIGKILL) != nil {
		c.Process.Kill()
	}
}
