//go:build (!unix && !windows) || solaris || aix

package scratch

import (
	"errors"
	"os"
)

// lock fails, since a file can't be locked here.
func lock(*os.File) error { return errors.ErrUnsupported }

func await(f *os.File) error { return lock(f) }
