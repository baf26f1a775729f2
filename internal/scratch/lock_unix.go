//go:build unix && !solaris && !aix

package scratch

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a file, and fails with errTaken if somebody else has.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errTaken
	}
	return err
}

// await waits until it has locked a file.
func await(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
