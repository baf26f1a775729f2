package child

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// forks runs functions on a single thread that lives as long as the process.
// The kernel sends the parent-death signal when the thread that forked ends,
// and Go ends threads at any time.
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
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	forks() <- func() { started <- c.Start() }
	return <-started
}

// kill also kills descendants that have left the group, such as a program under
// a debugger. It lists them before it kills their parent, which would make them
// orphans.
func kill(c *exec.Cmd) {
	left := descendants(c.Process.Pid)
	killGroup(c)
	for _, pid := range left {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// descendants lists the processes below one; none if the kernel doesn't provide
// the list.
// https://man7.org/linux/man-pages/man5/proc_pid_task.5.html
func descendants(pid int) (all []int) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range threads {
		list, _ := os.ReadFile(file)
		for field := range strings.FieldsSeq(string(list)) {
			var child int
			if _, err := fmt.Sscan(field, &child); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}

// sweeps is how often sweep looks for processes that others started before they
// were killed.
const sweeps = 100

func sweep(variable string) {
	for range sweeps {
		found := holders(variable)
		for _, pid := range found {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		if len(found) == 0 {
			return
		}
	}
}

// holders returns the processes with a variable in their environment, without
// the current one and zombies.
// https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html
func holders(variable string) (all []int) {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == os.Getpid() {
			continue
		}
		environment, _ := os.ReadFile("/proc/" + name + "/environ") // it is empty for a zombie, and can't be read for other users' processes
		if bytes.Contains(append([]byte{0}, environment...), []byte("\x00"+variable+"\x00")) {
			all = append(all, pid)
		}
	}
	return all
}
