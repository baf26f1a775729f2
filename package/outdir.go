package packager

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/synth"
)

// The files that a package consists of, beside those that synth.IsTemplatePart
// knows. Nothing else in an output folder is ever touched.
const (
	archiveName   = "deployment.zip"
	terraformName = "chalice.tf.json"
)

var templateNames = []string{"sam.yaml", "sam.json", "template.yaml", "template.json", terraformName}

// outDir is an output folder in the making: files are written into a folder
// beside their place, and moved there when all of them are complete.
type outDir struct {
	path    string
	exists  bool
	staging *scratch.Folder // on the same file system as path
}

// stagingPrefix starts the names of what is unfinished. The folder of a project or of
// an output can have such names for a while.
const stagingPrefix = ".chalice-"

// prepareFolder prepares to write to a folder, which can exist or not. It fails
// where that can't succeed, before any work is done.
func prepareFolder(path string) (*outDir, error) {
	if path == "" {
		return nil, errors.New("no folder is given to write to")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	o := &outDir{path: abs}
	// A folder that exists can be on a file system of its own, so what is to
	// be moved into it is written inside it.
	place := abs
	switch info, err := os.Stat(abs); {
	case err == nil && !info.IsDir():
		return nil, fmt.Errorf("write to %s: that is a file; give the name of a folder", path)
	case err == nil:
		o.exists = true
		if err := replaceable(abs); err != nil {
			return nil, fmt.Errorf("write to %s: %w", path, err)
		}
	case errors.Is(err, fs.ErrNotExist):
		if place, err = nearestFolder(abs); err != nil {
			return nil, fmt.Errorf("write to %s: %w", path, err)
		}
	default:
		return nil, fmt.Errorf("write to %s: %w", path, scratch.Reason(err))
	}
	if err := o.prepare(place); err != nil {
		return nil, fmt.Errorf("write to %s: %w", path, scratch.Reason(err))
	}
	return o, nil
}

// prepare makes the folder to write into.
func (o *outDir) prepare(place string) (err error) {
	if o.staging, err = scratch.Make(place, stagingPrefix); err != nil {
		return err
	}
	// That folder is private; what is moved out of it must not be.
	if err = os.Mkdir(o.new(), 0o777); err != nil {
		o.discard()
	}
	return err
}

// replaceable makes sure that what has the name of one of our files is a file:
// a folder would be thrown away with all that is in it.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return scratch.Reason(err)
	}
	for _, e := range entries {
		if e.IsDir() && isOurs(e.Name()) {
			return fmt.Errorf("%s in it is a folder, but has the name of a file to write", e.Name())
		}
	}
	return nil
}

// isOurs reports whether a file of that name can be one that we have written.
func isOurs(name string) bool {
	return name == archiveName || slices.Contains(templateNames, name) ||
		slices.ContainsFunc(templateNames, func(root string) bool { return synth.IsTemplatePart(root, name) })
}

// nearestFolder returns the first folder above a path that exists. What is missing has to
// be missing: nothing can be made in the place of a link that leads nowhere.
func nearestFolder(path string) (string, error) {
	for dir := path; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case err == nil && dir == path: // a file that is to be replaced
		case err == nil && info.IsDir():
			return dir, nil
		case err == nil:
			return "", fmt.Errorf("%s is a file", dir)
		case !errors.Is(err, fs.ErrNotExist):
			return "", scratch.Reason(err)
		case isLink(dir):
			return "", fmt.Errorf("%s is a symbolic link to what isn't there: remove it, or make what it leads to", dir)
		case dir == filepath.Dir(dir):
			return "", err
		}
	}
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == fs.ModeSymlink
}

// parts lists the files in the folder that belong beside one of the templates,
// as an earlier package left them.
func (o *outDir) parts(templates []string) ([]string, error) {
	entries, err := os.ReadDir(o.path)
	var names []string
	for _, e := range entries {
		if slices.ContainsFunc(templates, func(t string) bool { return synth.IsTemplatePart(t, e.Name()) }) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (o *outDir) new() string { return filepath.Join(o.staging.Path, "new") }
func (o *outDir) old() string { return filepath.Join(o.staging.Path, "old") }

// file returns the place to write a file to.
func (o *outDir) file(name string) string { return filepath.Join(o.new(), name) }

// discard removes what commit hasn't moved. It can always be called.
func (o *outDir) discard() { o.staging.Remove() }

// commit moves the files into place, and removes stale ones of ours. If it
// fails, the folder is as it was. Of two that commit at once, the later one counts, with
// all of its files.
func (o *outDir) commit(force bool, stale ...string) (unchanged bool, err error) {
	if !o.exists {
		if err := os.MkdirAll(filepath.Dir(o.path), 0o777); err != nil {
			return false, err
		}
		err := os.Rename(o.new(), o.path)
		if info, there := os.Stat(o.path); err == nil || there != nil || !info.IsDir() {
			return false, err
		}
		// Another process has made it meanwhile.
	}
	err = scratch.Exclusively(o.path, stagingPrefix, func() (err error) {
		fresh, gone, err := o.plan(stale)
		if unchanged = err == nil && !force && o.isThere(fresh, gone); unchanged || err != nil {
			return err
		}
		return o.replace(fresh, gone)
	})
	return unchanged, err
}

// plan lists the files that go into the folder, and those that go out of it.
func (o *outDir) plan(stale []string) (fresh, gone []string, err error) {
	entries, err := os.ReadDir(o.new())
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		fresh = append(fresh, e.Name())
	}
	stale = slices.Concat(stale, fresh)
	parts, err := o.parts(slices.DeleteFunc(slices.Clone(stale), func(name string) bool { return !slices.Contains(templateNames, name) }))
	gone = slices.Concat(stale, parts)
	slices.Sort(gone)
	return fresh, slices.Compact(gone), err
}

// isThere reports whether all fresh files are in the folder, and no other of those that go.
func (o *outDir) isThere(fresh, gone []string) bool {
	for _, name := range gone {
		if slices.Contains(fresh, name) {
			if !sameContent(o.file(name), filepath.Join(o.path, name)) {
				return false
			}
		} else if _, err := os.Lstat(filepath.Join(o.path, name)); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// replace moves files out of a folder that exists, and others into it.
func (o *outDir) replace(fresh, gone []string) error {
	if err := os.Mkdir(o.old(), 0o777); err != nil {
		return err
	}
	var moved moves
	for _, name := range gone {
		if err := moved.move(filepath.Join(o.path, name), filepath.Join(o.old(), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, moved.undo())
		}
	}
	for _, name := range fresh {
		if err := moved.move(o.file(name), filepath.Join(o.path, name)); err != nil {
			return errors.Join(err, moved.undo())
		}
	}
	return nil
}

// moves remembers what was renamed.
type moves [][2]string

func (m *moves) move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(to), scratch.Reason(err))
	}
	*m = append(*m, [2]string{from, to})
	return nil
}

// undo renames everything back, the last first.
func (m *moves) undo() error {
	var problems []error
	for _, move := range slices.Backward(*m) {
		problems = append(problems, os.Rename(move[1], move[0]))
	}
	return errors.Join(problems...)
}
