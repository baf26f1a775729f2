// Package smallfile reads files whose names a user gives, or that a program has left:
// regular files of a size that such a file can have. Nobody waits for ever for what
// another process never writes to a pipe, or reads gigabytes into memory.
package smallfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The sizes in bytes that files have at most. They are far above what is of use, which
// mostly AWS limits.
const (
	Text     = 1 << 20  // a policy, variables, a record
	Config   = 4 << 20  // a configuration
	Template = 8 << 20  // a template: CloudFormation takes 1 MB
	Document = 32 << 20 // the description of an app, or of an API
)

// Read reads a file, if it is a regular one of at most so many bytes. The null device
// is an empty file. Every error is an [fs.PathError] that names the file.
func Read(name string, limit int64) ([]byte, error) {
	if name == os.DevNull {
		return nil, nil
	}
	// Opening a pipe would wait for who writes to it.
	info, err := os.Stat(name)
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: pathErr.Err}
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it is %s, and has to be a file", kind(info.Mode()))}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The size of a file of /proc, say, isn't known before it is read.
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it has %w, %d MB", ErrTooLarge, limit>>20)}
	}
	return data, err
}

// ErrTooLarge is in the error about a file of more bytes than the limit.
var ErrTooLarge = errors.New("more than the most that is read")

// kind says what is not a regular file.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}
