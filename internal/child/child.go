// Package child starts processes that don't outlive ours, with what they start
// themselves.
//
// Each has a session of its own, and so a process group that is ended as a whole.
// The terminal isn't in that session: a Ctrl-C is for us, and we end the child; and a
// child that would ask somebody there gets an error, where one in the background would
// be stopped for ever.
//
// On Linux the kernel kills a child when our process is gone, however it ended.
// Elsewhere nothing does so for us: a child outlives a command that is killed
// with SIGKILL, until it notices that nobody gives it work.
package child

import (
	"context"
	"errors"
	"os/exec"
	"sync"
	"time"
)

// outputDelay is how long a child that has ended is waited for while something else
// holds its output open.
const outputDelay = time.Second

// running has the children that have been started and not waited for.
var running sync.Map // of *exec.Cmd

// Start starts a command as c.Start does, in a session of its own.
func Start(c *exec.Cmd) error {
	if c.WaitDelay == 0 {
		c.WaitDelay = outputDelay
	}
	err := start(c)
	if err == nil {
		running.Store(c, nil)
	}
	return err
}

// Wait waits for a started command as c.Wait does, and ends what it left behind. That
// this held the output open is no error.
func Wait(c *exec.Cmd) error {
	err := c.Wait()
	kill(c)
	running.Delete(c)
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// Kill ends a started command and, where the system has process groups, what
// it started in its turn. It doesn't wait.
func Kill(c *exec.Cmd) { kill(c) }

// KillAll is Kill for every command that is running.
func KillAll() {
	running.Range(func(c, _ any) bool {
		kill(c.(*exec.Cmd))
		return true
	})
}

// Run runs a command to its end or that of the context, and leaves no process of its
// group. When the context ends, the group is interrupted, as by a Ctrl-C, and killed
// if the command is still there after a time of grace; 0: it is killed at once.
func Run(ctx context.Context, c *exec.Cmd, grace time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := Start(c); err != nil {
		return err
	}
	ended, killed := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		if grace > 0 && interrupt(c) {
			timer := time.NewTimer(grace)
			defer timer.Stop()
			select {
			case <-ended:
				return
			case <-timer.C:
			}
		}
		kill(c)
	})
	err := Wait(c)
	close(ended)
	if !stop() {
		<-killed
	}
	return err
}

// Sweep ends the processes that have a variable in their environment, given as
// NAME=value: those that have left the group of the child which got it, and those of a
// child that wasn't started here. It looks where the system shows environments, on
// Linux.
func Sweep(variable string) { sweep(variable) }
