// Package golist has what go list says of the packages that a program links. A list
// takes the go command as long as building what is built already, so that a command
// makes one, and hands it to all who ask.
package golist

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Package is a package as go list describes it, a broken one as far as it can. Files
// are named relative to Dir. [List.Import] says what an import path stands for.
// https://pkg.go.dev/cmd/go#hdr-List_packages_or_modules
type Package struct {
	ImportPath string
	Name       string // empty: there is none, or none that can be read
	Dir        string // absolute; empty for a package that is missing
	Standard   bool   // part of the standard library
	DepOnly    bool   // it is only imported by what was asked for
	Incomplete bool   // it, or something that it imports, is broken
	Module     *Module
	Export     string // the compiler's file about it, where -export asked for that

	GoFiles           []string // compiled, but for CgoFiles
	CgoFiles          []string // those that import "C", where cgo is on
	IgnoredGoFiles    []string // left out for constraints, or the lack of cgo; tests among them
	InvalidGoFiles    []string // those that the go command can't read
	IgnoredOtherFiles []string
	CFiles            []string
	CXXFiles          []string
	MFiles            []string
	HFiles            []string
	FFiles            []string
	SFiles            []string
	SwigFiles         []string
	SwigCXXFiles      []string
	SysoFiles         []string
	EmbedPatterns     []string
	EmbedFiles        []string

	Imports   []string          // import paths of packages, after ImportMap
	ImportMap map[string]string // import paths in the source that stand for another
	Error     *Error            // what is wrong with it, but for what it imports
}

// Module is the module that a package belongs to; nil for the standard library.
type Module struct {
	Path      string
	Version   string // empty for modules in folders
	Main      bool   // one that the go command works on: there are several in a workspace
	Dir       string // with the module's source, after Replace; empty for a vendored one
	GoMod     string // the path of its go.mod
	GoVersion string // its go.mod's, such as 1.24
	Replace   *Module
}

// Error is what the go command says about a package.
type Error struct {
	ImportStack []string // from what was asked for to the package
	Pos         string   // file:line:column, as far as it is known
	Err         string
}

// Place returns where the error is, as far as it is known: a file, which may be relative to
// the folder that the go command ran in, and a line.
func (e *Error) Place() (file string, line int) {
	parts := strings.Split(e.Pos, ":")
	for n := len(parts) - 1; n > 0 && n > len(parts)-3; n-- {
		number, err := strconv.Atoi(parts[n])
		if err != nil {
			break
		}
		file, line = strings.Join(parts[:n], ":"), number
	}
	return file, line
}

// Files returns the paths of all files that are compiled, or that a C compiler or an
// assembler may read, without those that are embedded.
func (p *Package) Files() []string {
	return p.paths(p.GoFiles, p.CgoFiles, p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles, p.SFiles, p.SwigFiles, p.SwigCXXFiles, p.SysoFiles)
}

// Sources returns the paths of the Go files that are compiled.
func (p *Package) Sources() []string { return p.paths(p.GoFiles, p.CgoFiles) }

// Ignored returns the paths of the files that something excludes.
func (p *Package) Ignored() []string { return p.paths(p.IgnoredGoFiles, p.IgnoredOtherFiles) }

// Embedded returns the paths of the files that are embedded.
func (p *Package) Embedded() []string { return p.paths(p.EmbedFiles) }

// HasSameFiles reports whether the same Go files are compiled in another build.
func (p *Package) HasSameFiles(in build.Context) bool {
	matches := func(file string) bool {
		ok, err := in.MatchFile(filepath.Split(file))
		return err == nil && ok
	}
	isTest := func(file string) bool { return strings.HasSuffix(file, "_test.go") }
	return !slices.ContainsFunc(p.Sources(), func(file string) bool { return !matches(file) }) &&
		!slices.ContainsFunc(p.Ignored(), func(file string) bool { return strings.HasSuffix(file, ".go") && !isTest(file) && matches(file) })
}

// paths makes paths of names.
func (p *Package) paths(names ...[]string) []string {
	var all []string
	for _, name := range slices.Concat(names...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, filepath.FromSlash(name))
		}
		all = append(all, name)
	}
	return all
}

// OfUser reports whether a module is in a folder of the developer's: the main one, one of
// a workspace, or one that a replace directive takes from a folder.
func (m *Module) OfUser() bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}

// IsFixed reports whether a module is in the module cache, where its version stands for its
// source. One that is vendored isn't.
func (m *Module) IsFixed() bool {
	return m != nil && !m.OfUser() && m.Version != "" && m.Dir != ""
}

// List is what a program links.
type List struct {
	// Packages are in the order of go list: each after those that it imports.
	Packages []*Package
	byPath   map[string]*Package
}

// Run runs the go command.
type Run func(ctx context.Context, stdout io.Writer, args []string) error

// Find lists packages, and all that they import. What is wrong with one is its Error;
// that of Find means that there is no list.
func Find(ctx context.Context, run Run, flags []string, patterns ...string) (*List, error) {
	var out bytes.Buffer
	if err := run(ctx, &out, slices.Concat([]string{"list", "-e", "-deps", "-json=" + fields}, flags, []string{"--"}, patterns)); err != nil {
		return nil, err
	}
	return Read(&out)
}

// fields are those that go list is asked for: it has many more, some of which take it
// long.
var fields = func() string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Package]()) {
		names = append(names, f.Name)
	}
	return strings.Join(names, ",")
}()

// Read reads what go list prints.
func Read(from io.Reader) (*List, error) {
	l := &List{byPath: map[string]*Package{}}
	for d := json.NewDecoder(from); ; {
		p := &Package{}
		switch err := d.Decode(p); {
		case errors.Is(err, io.EOF):
			return l, nil
		case err != nil:
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		l.add(p)
	}
}

// Write writes the list for Read.
func (l *List) Write(to io.Writer) error {
	e := json.NewEncoder(to)
	for _, p := range l.Packages {
		if err := e.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

// add adds a package. One that may not be imported, such as a program, is listed a second
// time as a broken one.
func (l *List) add(p *Package) {
	old := l.byPath[p.ImportPath]
	switch {
	case old == nil:
		l.Packages = append(l.Packages, p)
	case old.Error != nil && p.Error == nil:
		l.Packages[slices.Index(l.Packages, old)] = p
	default:
		return
	}
	l.byPath[p.ImportPath] = p
}

// Package returns the package with an import path, nil if it isn't in the list.
func (l *List) Package(path string) *Package { return l.byPath[path] }

// Import returns the package that an import path stands for in the source of another,
// nil if it isn't in the list.
func (l *List) Import(in *Package, path string) *Package {
	if mapped, ok := in.ImportMap[path]; ok {
		path = mapped
	}
	return l.byPath[path]
}

// Asked returns the packages that were asked for.
func (l *List) Asked() []*Package {
	var asked []*Package
	for _, p := range l.Packages {
		if !p.DepOnly {
			asked = append(asked, p)
		}
	}
	return asked
}
