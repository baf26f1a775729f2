package source

import (
	"bytes"
	"go/build"
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Target is what packages are compiled for.
type Target struct {
	// Env is the environment of such a build.
	Env []string
	// Files tells which files are compiled for it.
	Files build.Context
}

// unixes are the systems on which the standard library has the same API as on Linux,
// but for package syscall.
var unixes = []string{"linux", "darwin", "freebsd", "netbsd", "openbsd"}

// isLike reports whether the program is the same for another target, as far as it is
// analyzed: the packages whose source is read, and those of others that these import, have
// the same files. What differs between processors and systems beside files is the size
// of an int, package syscall, and two constants of package runtime.
func (o *Outline) isLike(t *Target, read []string) bool {
	sizes := types.SizesFor("gc", t.Files.GOARCH)
	if sizes == nil || sizes.Sizeof(types.Typ[types.Int]) != 8 || !slices.Contains(unixes, t.Files.GOOS) {
		return false
	}
	same := map[string]bool{} // the packages that have to have the same files
	for _, path := range read {
		p := o.list.Package(path)
		if slices.Contains(p.Imports, "syscall") || o.namesTarget(p) {
			return false
		}
		same[path] = true
		for _, i := range p.Imports {
			same[i] = true
		}
	}
	return !slices.ContainsFunc(o.list.Packages, func(p *golist.Package) bool {
		counts := slices.Contains(read, p.ImportPath) || same[p.ImportPath] && p.Module != nil || strings.HasPrefix(p.ImportPath, sdk.Prefix)
		return counts && !p.HasSameFiles(t.Files)
	})
}

// namesTarget reports whether a package may use the constants that tell what it is
// compiled for.
func (o *Outline) namesTarget(p *golist.Package) bool {
	if !slices.Contains(p.Imports, "runtime") {
		return false
	}
	return slices.ContainsFunc(p.Sources(), func(file string) bool {
		data, err := o.files.Read(file)
		return err != nil || bytes.Contains(data, []byte("GOARCH")) || bytes.Contains(data, []byte("GOOS"))
	})
}
