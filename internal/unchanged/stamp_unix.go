//go:build linux || darwin

package unchanged

import (
	"io/fs"
	"syscall"
)

const errNoFolder = syscall.ENOTDIR

// stampOf is what a file system says.
func stampOf(info fs.FileInfo) *Stamp {
	s := &Stamp{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Changed, s.Inode, s.Device = changed(stat), stat.Ino, uint64(stat.Dev)
	}
	return s
}
