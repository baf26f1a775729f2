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
	for _, p := range o.list.Packages {
		if err := o.addPackage(h, p, digest); err != nil {
			return err
		}
	}
	return nil
}

// addPackage adds what a package's part in the analysis depends on.
func (o *Outline) addPackage(h hash.Hash, p *golist.Package, digest func(file string) (string, bool)) error {
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
		return nil
	}
	for _, file := range p.Sources() {
		if err := o.addFile(h, file, digest); err != nil {
			return err
		}
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
