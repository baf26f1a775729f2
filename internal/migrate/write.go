package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/scratch"
)

// vacant makes sure that a folder can be written: it isn't there, or it is empty. It
// returns the nearest folder above that exists.
func vacant(out string) (above string, exists bool, err error) {
	entries, err := os.ReadDir(out)
	switch {
	case err == nil && len(entries) > 0:
		return "", false, fmt.Errorf("%s is not empty: name a folder that doesn't exist", out)
	case err == nil:
		return out, true, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", false, fmt.Errorf("write to %s: %w", out, scratch.Reason(err))
	}
	if _, err := os.Lstat(out); err == nil {
		return "", false, fmt.Errorf("write to %s: that is a link to what isn't there", out)
	}
	for above = filepath.Dir(out); ; above = filepath.Dir(above) {
		switch info, err := os.Stat(above); {
		case err == nil && info.IsDir():
			return above, false, nil
		case err == nil:
			return "", false, fmt.Errorf("write to %s: %s is a file", out, above)
		case !errors.Is(err, fs.ErrNotExist) || above == filepath.Dir(above):
			return "", false, fmt.Errorf("write to %s: %w", out, scratch.Reason(err))
		}
	}
}

// write puts files into a folder that is vacant: all of them, or none.
func write(out string, files map[string][]byte) error {
	above, exists, err := vacant(out)
	if err != nil {
		return err
	}
	unfinished, err := scratch.Make(above, ".chalice-")
	if err != nil {
		return fmt.Errorf("write to %s: %w", out, scratch.Reason(err))
	}
	defer unfinished.Remove()
	project := filepath.Join(unfinished.Path, "project")
	if err := writeAll(project, files); err != nil {
		return fmt.Errorf("write to %s: %w", out, scratch.Reason(err))
	}
	if exists {
		err = moveInto(out, project)
	} else if err = os.MkdirAll(filepath.Dir(out), 0o777); err == nil {
		err = os.Rename(project, out)
	}
	if err != nil {
		return fmt.Errorf("write to %s: %w", out, scratch.Reason(err))
	}
	return nil
}

func writeAll(dir string, files map[string][]byte) error {
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// moveInto moves what is in one folder into another, which may be somebody's current
// one and has to stay.
func moveInto(out, project string) error {
	entries, err := os.ReadDir(project)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if err := os.Rename(filepath.Join(project, e.Name()), filepath.Join(out, e.Name())); err != nil {
			for _, moved := range entries[:i] {
				err = errors.Join(err, os.RemoveAll(filepath.Join(out, moved.Name())))
			}
			return err
		}
	}
	return nil
}
