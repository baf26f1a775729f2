//go:build unix && !linux

package child

import (
	"os/exec"
	"syscall"
)

func start(c *exec.Cmd) error {
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c.Start()
}

func kill(c *exec.Cmd) { killGroup(c) }

func sweep(string) {}
