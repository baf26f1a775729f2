package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is one of others, with what it says of its license.
type module struct {
	path, version, dir string
	texts, notices     []string // files, by their names below dir
}

// systems are those that the command is built for: some packages are imported on one
// alone.
var systems = []string{"linux", "darwin", "windows"}

// isText and isNotice tell files by their names, as pkg.go.dev does.
var (
	isText   = regexp.MustCompile(`(?i)^(licen[sc]e|copying|unlicense)([-._].*)?$|^.*[-.]licen[sc]e(\.(md|txt))?$`)
	isNotice = regexp.MustCompile(`(?i)^notice(\.(md|txt))?$`)
)

// dependencies returns the modules that packages of the module in a folder import, in
// the order of their paths.
func dependencies(folder string, args ...string) ([]module, error) {
	found := map[string]*module{}
	looked := map[string]bool{} // folders
	for _, system := range systems {
		packages, err := list(folder, system, args)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Module == nil || p.Module.Main || p.Standard {
				continue
			}
			m, ok := found[p.Module.Path]
			if !ok {
				m = &module{path: p.Module.Path, version: p.Module.Version, dir: p.Module.Dir}
				found[m.path] = m
			}
			if err := m.look(p.Dir, looked); err != nil {
				return nil, err
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s depends on no module", folder)
	}
	var modules []module
	for _, path := range slices.Sorted(maps.Keys(found)) {
		modules = append(modules, *found[path])
	}
	return modules, nil
}

// look takes note of the files in the folder of a package, and in those above it up to
// the module's root.
func (m *module) look(dir string, looked map[string]bool) error {
	for ; !looked[dir]; dir = filepath.Dir(dir) {
		looked[dir] = true
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			name, err := filepath.Rel(m.dir, filepath.Join(dir, e.Name()))
			switch {
			case err != nil:
				return err
			case !e.Type().IsRegular() || filepath.Ext(name) == ".go":
			case isText.MatchString(e.Name()):
				m.texts = append(m.texts, name)
			case isNotice.MatchString(e.Name()):
				m.notices = append(m.notices, name)
			}
		}
		if dir == m.dir || !strings.HasPrefix(dir, m.dir) {
			return nil
		}
	}
	return nil
}

// listed is what go list says of a package.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

func list(folder, system string, args []string) ([]listed, error) {
	c := exec.Command("go", append([]string{"list", "-deps", "-json=Dir,Standard,Module"}, args...)...)
	c.Dir = folder
	c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0", "GOWORK=off")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("list what %s imports: %w\n%s", folder, err, &stderr)
	}
	var packages []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}
