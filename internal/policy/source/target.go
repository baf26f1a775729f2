package source

import (
	"bytes"
	"go/build"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

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
func (o *Outline) isLike(t *Target) bool {
	sizes := types.SizesFor("gc", t.Files.GOARCH)
	if sizes == nil || sizes.Sizeof(types.Typ[types.Int]) != 8 || !slices.Contains(unixes, t.Files.GOOS) {
		return false
	}
	read := sources(o.Main)
	alike := true
	packages.Visit([]*packages.Package{o.Main}, func(p *packages.Package) bool {
		if alike && slices.Contains(read, p.PkgPath) {
			alike = t.sameFiles(p) && !namesTarget(p)
			for _, i := range p.Imports {
				alike = alike && i.PkgPath != "syscall" && (i.Module == nil || t.sameFiles(i))
			}
		}
		alike = alike && (!strings.HasPrefix(p.PkgPath, sdk.Prefix) || t.sameFiles(p))
		return alike
	}, nil)
	return alike
}

// sameFiles reports whether a package has the same files for the target.
func (t *Target) sameFiles(p *packages.Package) bool {
	matches := func(file string) bool {
		ok, err := t.Files.MatchFile(filepath.Split(file))
		return err == nil && ok
	}
	isTest := func(file string) bool { return strings.HasSuffix(file, "_test.go") }
	return !slices.ContainsFunc(p.GoFiles, func(file string) bool { return !matches(file) }) &&
		!slices.ContainsFunc(p.IgnoredFiles, func(file string) bool { return strings.HasSuffix(file, ".go") && !isTest(file) && matches(file) })
}

// namesTarget reports whether a package may use the constants that tell what it is
// compiled for.
func namesTarget(p *packages.Package) bool {
	if p.Imports["runtime"] == nil {
		return false
	}
	return slices.ContainsFunc(p.GoFiles, func(file string) bool {
		data, err := os.ReadFile(file)
		return err != nil || bytes.Contains(data, []byte("GOARCH")) || bytes.Contains(data, []byte("GOOS"))
	})
}
