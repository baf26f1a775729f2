// Package child starts processes that don't outlive ours, with what they start
// themselves.
//
// On Linux the kernel kills a child when our process is gone, however it ended.
// Elsewhere nothing does so for us: a child outlives a command that is killed
// with SIGKILL, until it notices that nobody gives it work.
package child

import "os/exec"

// Start starts a command as c.Start does, in a process group of its own: a
// Ctrl-C in the terminal is for us, and we end the child.
func Start(c *exec.Cmd) error { return start(c) }

// Kill ends a started command and, where the system has process groups, what
// it started in its turn. It doesn't wait.
func Kill(c *exec.Cmd) { kill(c) }
