package scratch

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// lock locks a file, and fails with errTaken if somebody else has.
func lock(f *os.File) error {
	const immediately = 1 // LOCKFILE_FAIL_IMMEDIATELY
	const violation = syscall.Errno(33)
	err := lockExclusively(f, immediately)
	if errors.Is(err, violation) {
		return errTaken
	}
	return err
}

// await waits until it has locked a file.
func await(f *os.File) error { return lockExclusively(f, 0) }

// lockExclusively locks the first byte of a file, which need not be there.
func lockExclusively(f *os.File, flags uintptr) error {
	const exclusive = 2 // LOCKFILE_EXCLUSIVE_LOCK
	var at syscall.Overlapped
	if ok, _, err := lockFileEx.Call(f.Fd(), exclusive|flags, 0, 1, 0, uintptr(unsafe.Pointer(&at))); ok == 0 {
		return err
	}
	return nil
}
