package packager

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"
)

// epoch is the time of every file in a zip: the earliest that the format has.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// writeArchive makes the zip that Lambda takes, and gives its digest. The same
// program makes the same bytes.
func writeArchive(file, program string) (digest string, err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	hash := sha256.New()
	w := zip.NewWriter(io.MultiWriter(f, hash))
	if err := addProgram(w, program); err != nil {
		return "", fmt.Errorf("write %s: %w", archiveName, err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("write %s: %w", archiveName, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// addProgram adds the file as bootstrap, which is what Lambda's runtime runs.
func addProgram(w *zip.Writer, program string) error {
	in, err := os.Open(program)
	if err != nil {
		return err
	}
	defer in.Close()
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: epoch}
	h.SetMode(0o755) // fixed, whatever the umask, and also on Windows
	out, err := w.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}
