// Package scratch makes folders for unfinished work: each belongs to a run of the
// command, and goes with it.
//
//	.chalice-123/      a folder of this run, or of another that is at work beside it
//	.chalice-123/lock  locked for as long as that run lives, however it ends
//
// A run that is killed with SIGKILL leaves its folder. The lock ends with the process,
// also in another container that has the folder mounted, which a process id doesn't
// tell. So whoever makes a folder next in the same place can remove that one.
//
// Where the file system or the machine has no such locks, nothing is removed.
package scratch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// lockName is the file of a folder that its owner has locked.
const lockName = "lock"

// Folder is a folder for unfinished work.
type Folder struct {
	Path string // as the place was given
	lock *os.File
}

// Make makes a folder in a place, with a name that starts with a prefix, and removes
// those of the prefix whose owners are gone. The folder is private.
func Make(place, prefix string) (*Folder, error) {
	Sweep(place, prefix)
	for {
		path, err := os.MkdirTemp(place, prefix)
		if err != nil {
			return nil, err
		}
		lock, err := own(filepath.Join(path, lockName))
		if err == nil {
			return &Folder{path, lock}, nil
		}
		// Somebody swept between the two steps, and took it for abandoned.
		if !errors.Is(err, errTaken) && !errors.Is(err, fs.ErrNotExist) {
			os.RemoveAll(path)
			return nil, err
		}
	}
}

// Remove removes the folder with all that is in it. It can always be called.
func (f *Folder) Remove() {
	if f == nil {
		return
	}
	removeOwned(f.Path, f.lock)
}

// removeOwned removes a folder whose lock is held: until it is gone, where the system
// removes files that are open. Windows doesn't, so there the lock is given up before it
// goes, at the end.
func removeOwned(path string, lock *os.File) {
	if os.RemoveAll(path) != nil {
		lock.Close()
		os.RemoveAll(path)
	}
	lock.Close()
}

// errTaken is said of a lock that somebody else has.
var errTaken = errors.New("another process has the lock")

// own makes a file and locks it.
func own(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = lock(f)
	if err == nil && !isStill(f, name) {
		err = errTaken
	}
	if errors.Is(err, errTaken) {
		f.Close()
		return nil, err
	}
	return f, nil // without a lock where there are none: nobody gets one to remove it, either
}

// isStill reports whether a file is the one of that name.
func isStill(f *os.File, name string) bool {
	is, err := f.Stat()
	named, nameErr := os.Stat(name)
	return err == nil && nameErr == nil && os.SameFile(is, named)
}

// Sweep removes the folders in a place whose names start with a prefix and whose owners
// are gone. What can't be removed is left to another time.
func Sweep(place, prefix string) {
	entries, _ := os.ReadDir(place)
	for _, e := range entries {
		if number, ok := strings.CutPrefix(e.Name(), prefix); ok && e.IsDir() && isNumber(number) {
			sweep(filepath.Join(place, e.Name()))
		}
	}
}

// InUse reports whether the owner of a folder is there. Without locks it is taken to
// be.
func InUse(path string) bool {
	f, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f) != nil
}

// isNumber reports whether a text is what os.MkdirTemp adds to a name.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// sweep removes a folder if nobody owns it.
func sweep(path string) {
	name := filepath.Join(path, lockName)
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		os.Remove(path) // if it is empty: whoever is about to lock it makes another
		return
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if lock(f) == nil && isStill(f, name) {
		removeOwned(path, f)
	}
}

// Exclusively calls a function while no other process is in such a call for the same
// folder. There is a file in it meanwhile, whose name starts with a prefix. Where there
// are no locks, nothing is waited for.
func Exclusively(folder, prefix string, do func() error) error {
	name := filepath.Join(folder, prefix+lockName)
	for {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		if await(f) != nil || isStill(f, name) {
			defer func() {
				// Windows removes no file that is open, not even if another waits for it.
				if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					f.Close()
					os.Remove(name)
				}
				f.Close()
			}()
			return do()
		}
		f.Close() // of a call that has ended
	}
}

// Reason is an error without the name of a file: one of unfinished work says nothing to
// who waits for the result.
func Reason(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		return linkErr.Err
	}
	return err
}
