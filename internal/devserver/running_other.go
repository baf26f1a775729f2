//go:build !unix

package devserver

import (
	"io/fs"
)

// isOwn reports whether a folder belongs to this user, as the folder for
// temporary files does here.
func isOwn(info fs.FileInfo) bool { return info.IsDir() }
