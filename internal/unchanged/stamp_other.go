//go:build !linux && !darwin

package unchanged

import (
	"errors"
	"io/fs"
)

var errNoFolder = errors.New("a folder is a file")

// stampOf is what a file system says. Without the time of the last change, files are
// always read: that of the content is anybody's to set.
func stampOf(info fs.FileInfo) *Stamp {
	return &Stamp{Size: info.Size(), Modified: info.ModTime().UnixNano()}
}
