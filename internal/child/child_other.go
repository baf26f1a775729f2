//go:build !unix

package child

import "os/exec"

func start(c *exec.Cmd) error { return c.Start() }

func kill(c *exec.Cmd) { c.Process.Kill() }
