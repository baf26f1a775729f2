package packager

import (
	"errors"
	"fmt"
	gobuild "go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
)

// elsewhere is the end of a message about a folder without a program: which folders of
// the module have one.
func (p project) elsewhere(dir string, files gobuild.Context) string {
	root, err := moduleRoot(p.dir)
	if err != nil {
		return ""
	}
	var programs []string
	for _, found := range otherPrograms(files, root) {
		if rel, err := filepath.Rel(p.dir, found); err == nil {
			programs = append(programs, filepath.Join(dir, rel))
		}
	}
	give := p.names.Of("ProjectDir")
	switch {
	case len(programs) == 0:
		return ""
	case len(programs) == 1:
		return "; the module has one in " + programs[0] + ": give " + give + " " + programs[0]
	}
	const most = 5
	if more := len(programs) - most; more > 0 {
		programs = append(programs[:most], "others")
	}
	return "; the module has some in " + strings.Join(programs, ", ") + ": give " + give + " with the folder of the app, such as " + give + " " + programs[0]
}

// programElsewhere is the error for a folder without Go files whose module has a program
// in another; nil for any other folder.
func programElsewhere(dir string, names config.Names) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	p := project{dir: abs, names: names}
	files := p.context(lambda(config.ARM64))
	_, err = files.ImportDir(abs, 0)
	place := p.elsewhere(dir, files)
	if !errors.As(err, new(*gobuild.NoGoError)) || place == "" {
		return nil
	}
	return fmt.Errorf("there is no Go program in %s%s", dir, place)
}

// dispatchPath is the package that the main package of an app imports, as a rule.
const dispatchPath = "github.com/chalice-go/chalice/dispatch"

// otherPrograms returns the folders of a module's main packages, those that are apps if
// there are some.
func otherPrograms(files gobuild.Context, root string) []string {
	var apps, all []string
	filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil // what can't be read has no program for us
		}
		if path != root && isSkipped(path, entry.Name()) {
			return filepath.SkipDir
		}
		if p, err := files.ImportDir(path, 0); err == nil && p.Name == "main" && len(p.GoFiles) > 0 {
			all = append(all, path)
			if slices.Contains(p.Imports, dispatchPath) {
				apps = append(apps, path)
			}
		}
		return nil
	})
	if len(apps) > 0 {
		return apps
	}
	return all
}

// isSkipped reports whether a folder is none of the module's, or holds no packages of
// it that count.
func isSkipped(path, name string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)
}
