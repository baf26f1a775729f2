// Package child starts processes that end with the current one, as do the
// processes that they start.
//
// Each child has a session of its own, and so a process group that can be ended
// as a whole. The terminal isn't in that session. So a Ctrl-C reaches only the
// current process, which then ends the child; and a child that asks a question
// in the terminal gets an error, while a background process of the same session
// would be stopped.
//
// On Linux the kernel kills a child when its parent is gone, however that
// ended, and on Windows all that it has started as well. Elsewhere there is no such
// thing: if a command is killed with SIGKILL, its child goes on until it notices that it
// gets no work.
package child

import (
	"context"
	"errors"
	"os/exec"
	"sync"
	"time"
)

// outputDelay is how long Wait waits for a child that has ended while another
// process holds its output open.
const outputDelay = time.Second

// running has the children that were started and not waited for.
var running sync.Map // of *exec.Cmd

// starting is held for reading while a command starts, which runs before it is among those
// that are running.
var starting sync.RWMutex

// Start starts a command as c.Start does, in a session of its own.
func Start(c *exec.Cmd) error {
	if c.WaitDelay == 0 {
		c.WaitDelay = outputDelay
	}
	starting.RLock()
	defer starting.RUnlock()
	err := start(c)
	if err == nil {
		running.Store(c, nil)
	}
	return err
}

// Wait waits for a started command as c.Wait does, and ends the processes that
// it left behind. It is no error if these held its output open.
func Wait(c *exec.Cmd) error {
	err := c.Wait()
	kill(c)
	running.Delete(c)
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// Kill kills a started command and, if the system has process groups, the
// processes that it started. It doesn't wait for their end.
func Kill(c *exec.Cmd) { kill(c) }

// KillAll calls Kill for every running command.
func KillAll() {
	starting.Lock()
	defer starting.Unlock()
	running.Range(func(c, _ any) bool {
		kill(c.(*exec.Cmd))
		return true
	})
}

// Run runs a command until it ends or the context does, and leaves no process
// of its group. When the context ends, the group is interrupted, as by a
// Ctrl-C, and killed if the command still runs after grace; if grace is 0, it
// is killed at once.
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

// Sweep kills the processes that have a variable in their environment, given as
// NAME=value: those that have left the process group of a child with this
// variable, and those of a child that wasn't started here. It finds them only
// on Linux, where the system shows environments.
func Sweep(variable string) { sweep(variable) }
