package source

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/golist"
)

// AddContent adds to a digest all of the program that the analysis depends on: the user's
// source, and the versions of all other packages. Digest returns that of a file's content,
// if it is known.
func (o *Outline) AddContent(h hash.Hash, digest func(file string) (string, bool)) error {
	if err := o.AddVersions(h); err != nil {
		return err
	}
	for _, name := range o.Files() {
		if err := o.addFile(h, name, digest); err != nil {
			return err
		}
	}
	return nil
}

// AddVersions adds to a digest all of the program that the analysis depends on but for the
// content of [Outline.Files].
func (o *Outline) AddVersions(h hash.Hash) error {
	for _, p := range o.list.Packages {
		if err := o.addVersion(h, p); err != nil {
			return err
		}
	}
	return nil
}

// Files returns the paths of the source files that can change under their names.
func (o *Outline) Files() []string {
	var all []string
	for _, p := range o.list.Packages {
		if canChange(p) {
			all = append(all, p.Sources()...)
		}
	}
	return all
}

// ReadFiles returns those of [Outline.Files] that belong to packages whose source is read.
func (o *Outline) ReadFiles() []string {
	var all []string
	for _, path := range o.sources() {
		if p := o.list.Package(path); canChange(p) {
			all = append(all, p.Sources()...)
		}
	}
	return all
}

// ReadFile returns the content of a file.
func (o *Outline) ReadFile(name string) ([]byte, error) { return o.files.Read(name) }

// canChange reports whether a package isn't one of a version, which stands for its source.
func canChange(p *golist.Package) bool { return p.Module != nil && !p.Module.IsFixed() }

// addVersion adds which version of a package there is, and where its source is that can
// change.
func (o *Outline) addVersion(h hash.Hash, p *golist.Package) error {
	fmt.Fprintln(h, p.ImportPath, p.Error != nil)
	switch m := p.Module; {
	case p.ImportPath == "runtime": // one package of the standard library speaks for all
		root, _ := o.toolchain()
		return o.addFile(h, filepath.Join(root, "VERSION"), nil)
	case m == nil:
		return nil
	case m.IsFixed():
		if m.Replace != nil {
			m = m.Replace
		}
		fmt.Fprintln(h, m.Path, m.Version)
	default:
		fmt.Fprintf(h, "%q %q %q\n", m.Path, m.GoVersion, p.Sources())
	}
	return nil
}

// addFile adds the content of a file.
func (o *Outline) addFile(h hash.Hash, name string, digest func(file string) (string, bool)) error {
	if digest != nil {
		if known, ok := digest(name); ok {
			fmt.Fprintln(h, name, known)
			return nil
		}
	}
	data, err := o.files.Read(name)
	fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(data))
	return err
}
