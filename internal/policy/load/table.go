package load

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
)

// Table has the compiler's files about packages. Each is known by a digest of all that the
// package was compiled of: the path and version of its module, or its source if that is in a
// folder; the same of all that it imports; and what the table's maker says of the compiler
// and its flags. The go command names the files after their content, so that what a file
// says doesn't change either.
//
// A table that can't be read or written is an empty one.
type Table struct {
	name  string
	files map[string]string // by key
	keys  keys
}

// maxFiles is how many files a table has.
const maxFiles = 5000

// OpenTable returns a table that is kept in a folder, for the packages of a list. The
// version says how they are compiled: by which compiler, for which target, with which flags.
func OpenTable(dir, version string, list *golist.List, files *Files) *Table {
	digest := sha256.Sum256([]byte(version))
	t := &Table{name: filepath.Join(dir, "compiled-"+hex.EncodeToString(digest[:16])), files: map[string]string{}, keys: newKeys(list, files)}
	if data, err := os.ReadFile(t.name); err == nil && json.Unmarshal(data, &t.files) != nil {
		t.files = map[string]string{}
	}
	return t
}

// file returns the file of a package; empty: it isn't known.
func (t *Table) file(path string) string {
	if t == nil {
		return ""
	}
	if file := t.files[t.keys.of(path)]; file != "" && exists(file) {
		return file
	}
	return ""
}

// forget removes the file of a package.
func (t *Table) forget(path string) {
	if t != nil {
		delete(t.files, t.keys.of(path))
	}
}

// add keeps what the go command says in a list about packages. What it found can have
// changed since the table was opened, or since it looked: that isn't kept.
func (t *Table) add(list *golist.List, paths []string) {
	if t == nil {
		return
	}
	if len(t.files) > maxFiles {
		clear(t.files)
	}
	now := newKeys(list, &Files{})
	for _, path := range paths {
		if p, key := list.Package(path), now.of(path); p != nil && p.Export != "" && key != "" && key == t.keys.of(path) {
			t.files[key] = p.Export
		}
	}
	t.write()
}

// write keeps the table.
func (t *Table) write() {
	if data, err := json.Marshal(t.files); err == nil {
		WriteFile(t.name, data)
	}
}

// keys are digests of what packages are compiled of, by their import paths. Those of broken
// packages, and of those that import one, are empty.
type keys struct {
	list  *golist.List
	files *Files
	known map[string]string
}

func newKeys(list *golist.List, files *Files) keys { return keys{list, files, map[string]string{}} }

// of returns the key of a package.
func (k keys) of(path string) string {
	key, known := k.known[path]
	if !known {
		k.known[path] = "" // while it is being found out: for circles
		key = k.find(path)
		k.known[path] = key
	}
	return key
}

// find finds the key of a package.
func (k keys) find(path string) string {
	p := k.list.Package(path)
	h := sha256.New()
	if p == nil || !k.addOrigin(h, p) {
		return ""
	}
	for _, i := range slices.Sorted(slices.Values(p.Imports)) {
		key := i
		if i != "unsafe" && i != "C" {
			key = k.of(i)
		}
		if key == "" {
			return ""
		}
		fmt.Fprintln(h, i, key)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// addOrigin adds where a package is from, or its source if that can change there. It reports
// false if there is something wrong with it.
func (k keys) addOrigin(h hash.Hash, p *golist.Package) bool {
	fmt.Fprintln(h, p.ImportPath)
	m := p.Module
	switch {
	case p.Error != nil:
		return false
	case p.Standard:
		return true
	case m != nil && m.IsFixed():
		for ; m != nil; m = m.Replace {
			fmt.Fprintln(h, m.Path, m.Version)
		}
		return true
	case m != nil:
		fmt.Fprintln(h, m.Path, m.GoVersion)
	}
	for _, file := range p.Files() {
		data, err := k.files.Read(file)
		if err != nil {
			return false
		}
		fmt.Fprintf(h, "%s %x\n", file, sha256.Sum256(data))
	}
	return true
}
