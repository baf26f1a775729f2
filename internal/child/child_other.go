//go:build !unix

package child

import "os/exec"

func start(c *exec.Cmd) error { return c.Start() }

// interrupt reports that nothing can be.
func interrupt(*exec.Cmd) bool { return false }

func kill(c *exec.Cmd) { c.Process.Kill() }

func sweep(string) {}
