package apisdk

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// The most that a library can have. API Gateway's have some hundred files.
const (
	maxFiles = 20_000
	maxBytes = 256 << 20
)

// Unpack writes what a zip holds into a folder, which has to be there and be empty. Of
// a zip whose only entry at the top is a folder, it is what that folder has. What can't
// be a library is an error: no zip, nothing in it, names that lead elsewhere, links,
// more than 20,000 files or 256 MB.
func Unpack(data []byte, dir string) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("what API Gateway sent is no zip: %w", err)
	}
	if len(archive.File) > maxFiles {
		return fmt.Errorf("the zip that API Gateway sent has more than %d files", maxFiles)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	u := &unpacker{root: root, top: top(archive.File), left: maxBytes}
	for _, file := range archive.File {
		if err := u.file(file); err != nil {
			return fmt.Errorf("unpack what API Gateway sent: %q: %w", file.Name, err)
		}
	}
	if u.files == 0 {
		return errors.New("the zip that API Gateway sent has no files")
	}
	return nil
}

// top is the only folder at the top of an archive, with a slash; "" if there is
// anything else.
func top(files []*zip.File) string {
	folder := ""
	for i, file := range files {
		name, _, ok := strings.Cut(file.Name, "/")
		if !ok || name == "" || i > 0 && name+"/" != folder {
			return ""
		}
		folder = name + "/"
	}
	return folder
}

// unpacker writes the files of an archive below a folder.
type unpacker struct {
	root  *os.Root
	top   string // what all names start with
	left  int64  // bytes
	files int
}

func (u *unpacker) file(file *zip.File) error {
	name := strings.TrimPrefix(file.Name, u.top)
	if name == "" { // the folder at the top itself
		return nil
	}
	isFolder := strings.HasSuffix(name, "/")
	name = filepath.FromSlash(strings.TrimSuffix(name, "/"))
	switch {
	case !filepath.IsLocal(name):
		return errors.New("the name leads elsewhere")
	case isFolder:
		return u.root.MkdirAll(name, 0o777)
	case !file.Mode().IsRegular():
		return errors.New("it is no regular file")
	}
	if err := u.root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	u.files++
	return u.write(file, name)
}

// write writes a file, which must not be there, without a bit more than is left.
func (u *unpacker) write(file *zip.File, name string) error {
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	made, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666|file.Mode().Perm()&0o111)
	if err != nil {
		return err
	}
	n, err := io.Copy(made, io.LimitReader(content, u.left+1))
	if u.left -= n; u.left < 0 {
		err = fmt.Errorf("there are more than %d MB", maxBytes>>20)
	}
	return errors.Join(err, made.Close())
}
