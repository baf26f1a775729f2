//go:build unix

package child

import (
	"os/exec"
	"syscall"
)

func killGroup(c *exec.Cmd) {
	// The group has the id of its first process, and can outlive it.
	if syscall.Kill(-c.Process.Pid, syscall.SIGKILL) != nil {
		c.Process.Kill()
	}
}
