package child

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// forks runs functions on one thread that lives as long as the process. The
// kernel sends a parent-death signal when the thread that forked ends, and Go
// ends threads as it likes.
// https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html
var forks = sync.OnceValue(func() chan<- func() {
	todo := make(chan func())
	go func() {
		runtime.LockOSThread() // and never unlock it
		for do := range todo {
			do()
		}
	}()
	return todo
})

func start(c *exec.Cmd) error {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	forks() <- func() { started <- c.Start() }
	return <-started
}
