package packager

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/unchanged"
)

// output is where a package goes.
type output interface {
	// file returns the place to write a file of the package to.
	file(name string) string
	// commit puts what was written into its place, and removes stale files of
	// ours. If it fails, everything is as it was. It does nothing if all is there
	// already, unless that is to be written in any case.
	commit(force bool, stale ...string) (unchanged bool, err error)
	// discard removes what commit hasn't moved. It can always be called.
	discard()
}

// prepareOutput prepares to write, and notes what that changes in the project itself.
func (b *build) prepareOutput() (output, error) {
	folders := b.project.folders()
	before, err := unchanged.Take(folders)
	out, failed := prepareOutput(b.Input)
	if failed != nil || err != nil || b.Cache == "" {
		return out, failed
	}
	if after, err := unchanged.Take(folders); err == nil && after.Digest() == before.Digest() {
		b.own = after
	}
	return out, nil
}

// prepareOutput prepares to write where the input says. What killed runs have left of theirs
// goes, also where it isn't written to any more since there is an output.
func prepareOutput(in Input) (output, error) {
	for _, place := range []string{in.ProjectDir, filepath.Dir(filepath.Clean(in.Out))} {
		scratch.Sweep(place, stagingPrefix)
	}
	if in.SingleFile {
		return in.prepareFile()
	}
	return prepareFolder(in.Out)
}

// outFile is one zip with all files of a package in the making.
type outFile struct{ outDir }

// prepareFile prepares to write a zip, which can exist or not. It fails where
// that can't succeed, before any work is done.
func (in *Input) prepareFile() (*outFile, error) {
	path := in.Out
	if path == "" {
		return nil, errors.New("no file is given to write to")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	switch info, err := os.Stat(abs); {
	case err == nil && info.IsDir():
		return nil, in.wrong("SingleFile", "needs the name of a file to write to, and %s is a folder", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("write to %s: that is no regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("write to %s: %w", path, scratch.Reason(err))
	}
	place, err := nearestFolder(abs)
	if err != nil {
		return nil, fmt.Errorf("write to %s: %w", path, err)
	}
	o := &outFile{outDir{path: abs}}
	if err := o.prepare(place); err != nil {
		return nil, fmt.Errorf("write to %s: %w", path, scratch.Reason(err))
	}
	return o, nil
}

// commit replaces the file, of which all is stale.
func (o *outFile) commit(force bool, _ ...string) (unchanged bool, err error) {
	bundle := filepath.Join(o.staging.Path, "bundle")
	if err := writeBundle(bundle, o.new()); err != nil {
		return false, err
	}
	if !force && sameContent(bundle, o.path) {
		return true, nil
	}
	if err := os.MkdirAll(filepath.Dir(o.path), 0o777); err != nil {
		return false, err
	}
	return false, os.Rename(bundle, o.path)
}
