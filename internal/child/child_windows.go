package child

import (
	"os/exec"
	"sync"
	"syscall"
	"unsafe"
)

// Windows ends neither children with their parent nor a process with those that it
// started, unless they are of a job: then all end with the last handle of it, which only
// this process has.
// https://learn.microsoft.com/en-us/windows/win32/procthread/job-objects
var jobs sync.Map // of *exec.Cmd, to syscall.Handle

var (
	kernel                   = syscall.NewLazyDLL("kernel32.dll")
	createJobObject          = kernel.NewProc("CreateJobObjectW")
	setInformationJobObject  = kernel.NewProc("SetInformationJobObject")
	assignProcessToJobObject = kernel.NewProc("AssignProcessToJobObject")
	terminateJobObject       = kernel.NewProc("TerminateJobObject")
	generateConsoleCtrlEvent = kernel.NewProc("GenerateConsoleCtrlEvent")
)

// start starts a command in a group of its own, which a Ctrl-C in the console doesn't
// reach. Where there are no jobs it is alone in what kill kills. A process that it
// starts before it is in its job isn't in that. To start it suspended would mend this, but
// os/exec doesn't tell which thread to resume then.
func start(c *exec.Cmd) error {
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.CreationFlags |= syscall.CREATE_NEW_PROCESS_GROUP
	if err := c.Start(); err != nil {
		return err
	}
	if job, ok := newJob(c.Process.Pid); ok {
		jobs.Store(c, job)
	}
	return nil
}

// interrupt sends Ctrl-Break, since Ctrl-C can't be sent to a group. Go's programs take
// it for os.Interrupt. There is no way without a console.
func interrupt(c *exec.Cmd) bool {
	const ctrlBreak = 1
	ok, _, _ := generateConsoleCtrlEvent.Call(ctrlBreak, uintptr(c.Process.Pid))
	return ok != 0
}

func kill(c *exec.Cmd) {
	if job, ok := jobs.LoadAndDelete(c); ok {
		const status = 1
		_, _, _ = terminateJobObject.Call(uintptr(job.(syscall.Handle)), status)
		_ = syscall.CloseHandle(job.(syscall.Handle))
	}
	_ = c.Process.Kill()
}

func sweep(string) {}

// limits is JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
type limits struct {
	processTime, jobTime   int64
	flags                  uint32
	minimumSet, maximumSet uintptr
	processes              uint32
	affinity               uintptr
	priority, scheduling   uint32
	io                     [6]uint64
	memory                 [4]uintptr
}

// newJob makes a job that ends with its handle, and puts a process into it.
func newJob(pid int) (syscall.Handle, bool) {
	const (
		extendedLimits = 9      // JobObjectExtendedLimitInformation
		killOnClose    = 0x2000 // JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
		setQuota       = 0x100  // PROCESS_SET_QUOTA
	)
	made, _, _ := createJobObject.Call(0, 0)
	job := syscall.Handle(made)
	if job == 0 {
		return 0, false
	}
	process, err := syscall.OpenProcess(setQuota|syscall.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		_ = syscall.CloseHandle(job)
		return 0, false
	}
	defer syscall.CloseHandle(process)
	l := limits{flags: killOnClose}
	limited, _, _ := setInformationJobObject.Call(uintptr(job), extendedLimits, uintptr(unsafe.Pointer(&l)), unsafe.Sizeof(l))
	assigned, _, _ := assignProcessToJobObject.Call(uintptr(job), uintptr(process))
	if limited == 0 || assigned == 0 {
		_ = syscall.CloseHandle(job)
		return 0, false
	}
	return job, true
}
