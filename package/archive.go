package packager

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/chalice-go/chalice/internal/apidoc"
	"github.com/chalice-go/chalice/internal/deflate"
	"github.com/chalice-go/chalice/internal/scratch"
)

// epoch is the time of every file in a zip: the earliest that the format has.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Archive compiles the program of a stage and writes the zip that Lambda takes, the
// one that Build makes, to a file that mustn't exist. It returns the zip's SHA-256, in
// hexadecimal. The app is asked for its description only if it may serve its OpenAPI
// document. Warnings are there with an error, too.
func Archive(ctx context.Context, in Input, file string) (digest string, warnings []Warning, err error) {
	b, err := newBuild(ctx, in, deployed)
	if err != nil {
		return "", nil, err
	}
	work, err := b.workFolder()
	if err != nil {
		return "", b.warnings, err
	}
	defer work.Remove()
	c := b.compiler(work.Path)
	digest, err = c.archive(ctx, lambda(b.stage.Architecture), file, b.accepted)
	c.finish()
	return digest, b.warnings, err
}

// writeArchive makes the zip that Lambda takes, and returns its digest. The same
// program, with the same document beside it or none, makes the same bytes.
func writeArchive(file, program string, document []byte) (digest string, err error) {
	hash := sha256.New()
	err = writeZip(file, hash, func(w *zip.Writer) error {
		if err := addProgram(w, program); err != nil || document == nil {
			return err
		}
		h := &zip.FileHeader{Name: apidoc.File, Method: zip.Deflate}
		return addData(w, h, 0o644, bytes.NewReader(document))
	})
	if err != nil {
		return "", unwritten(err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// unwritten says that there can't be a zip.
func unwritten(err error) error {
	return fmt.Errorf("write %s: %w", archiveName, scratch.Reason(err))
}

// writeBundle makes a zip of all files below a folder. Equal files make the
// same bytes.
func writeBundle(file, folder string) error {
	return writeZip(file, io.Discard, func(w *zip.Writer) error {
		return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(folder, path)
			if err != nil {
				return err
			}
			h := &zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Deflate}
			if name == archiveName {
				h.Method = zip.Store // it is compressed already
			}
			return addFile(w, h, 0o644, path)
		})
	})
}

// writeZip makes a new zip, whose bytes also go to another writer.
func writeZip(file string, also io.Writer, add func(*zip.Writer) error) (err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	w := zip.NewWriter(io.MultiWriter(f, also))
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return deflate.NewWriter(out), nil })
	if err := add(w); err != nil {
		return err
	}
	return w.Close()
}

// addProgram adds the file as bootstrap, which is what Lambda's runtime runs.
func addProgram(w *zip.Writer, program string) error {
	return addFile(w, &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}, 0o755, program)
}

// addFile adds a file, with a time and a mode that are the same everywhere.
func addFile(w *zip.Writer, h *zip.FileHeader, mode fs.FileMode, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	return addData(w, h, mode, in)
}

// addData is addFile for a file that lies nowhere.
func addData(w *zip.Writer, h *zip.FileHeader, mode fs.FileMode, in io.Reader) error {
	h.Modified = epoch
	h.SetMode(mode) // whatever the umask, and also on Windows
	out, err := w.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}
