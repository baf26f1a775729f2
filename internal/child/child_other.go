//go:build !unix && !windows

package child

import "os/exec"

func start(c *exec.Cmd) error { return c.Start() }

// interrupt reports that there is no way to interrupt a process.
func interrupt(*exec.Cmd) bool { return false }

func kill(c *exec.Cmd) { c.Process.Kill() }

func sweep(string) {}
