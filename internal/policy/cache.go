package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// CacheDir returns the folder that reports are usually kept in.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for the cache: %w", err)
	}
	return filepath.Join(dir, "chalice", "policy"), nil
}

// maxCached is how many reports a cache holds.
const maxCached = 64

// cache is where the report of one analysis is kept: a file that is named after
// all that the report depends on. A cache that doesn't work is none: it costs
// time, not results.
type cache struct{ file string }

// openCache returns the cache of one analysis.
func openCache(in Input, o *source.Outline) cache {
	if in.Cache == "" {
		return cache{}
	}
	key, err := cacheKey(in, o)
	if err != nil {
		return cache{}
	}
	return cache{filepath.Join(in.Cache, key+".json")}
}

// read returns the report, nil if there is none.
func (c cache) read() *Report {
	if c.file == "" {
		return nil
	}
	data, err := os.ReadFile(c.file)
	report := &Report{}
	if err != nil || json.Unmarshal(data, report) != nil || report.Functions == nil {
		return nil
	}
	return report
}

// write keeps a report.
func (c cache) write(report *Report) {
	if c.file == "" {
		return
	}
	data, err := json.Marshal(report)
	dir := filepath.Dir(c.file)
	if err != nil || os.MkdirAll(dir, 0o755) != nil {
		return
	}
	f, err := os.CreateTemp(dir, ".report-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), c.file) != nil {
		os.Remove(f.Name())
	}
	prune(dir)
}

// prune removes the oldest reports where there are too many.
func prune(dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) <= maxCached {
		return
	}
	age := func(file string) int64 {
		info, err := os.Stat(file)
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(age(a), age(b)) })
	for _, file := range files[:len(files)-maxCached] {
		os.Remove(file)
	}
}

// cacheKey makes a digest of this program, the input, the user's source files,
// and the versions of all other packages.
func cacheKey(in Input, o *source.Outline) (string, error) {
	h := sha256.New()
	if err := addSelf(h); err != nil {
		return "", err
	}
	in.Cache, in.TempDir = "", ""
	if err := json.NewEncoder(h).Encode(in); err != nil {
		return "", err
	}
	var errs error
	packages.Visit([]*packages.Package{o.Main}, nil, func(p *packages.Package) {
		if errs == nil {
			errs = addPackage(h, p)
		}
	})
	return hex.EncodeToString(h.Sum(nil)), errs
}

// addSelf adds what tells this program from other versions of it.
func addSelf(h hash.Hash) error {
	file, err := os.Executable()
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fmt.Fprintln(h, file, info.Size(), info.ModTime().UnixNano())
	return nil
}

// addPackage adds what a package's part in the analysis depends on.
func addPackage(h hash.Hash, p *packages.Package) error {
	m := p.Module
	fmt.Fprintln(h, p.PkgPath, len(p.Errors))
	switch {
	case m == nil:
		return addToolchain(h, p)
	case !source.OfUser(m):
		if m.Replace != nil {
			m = m.Replace
		}
		fmt.Fprintln(h, m.Path, m.Version)
		return nil
	}
	for _, file := range p.GoFiles {
		if err := addFile(h, file); err != nil {
			return err
		}
	}
	return nil
}

// addToolchain adds the version of the toolchain that a package of the standard
// library belongs to. One package speaks for all.
func addToolchain(h hash.Hash, p *packages.Package) error {
	if p.PkgPath != "runtime" || len(p.GoFiles) == 0 {
		return nil
	}
	root, _, _ := strings.Cut(filepath.ToSlash(p.GoFiles[0]), "/src/runtime/")
	return addFile(h, filepath.Join(filepath.FromSlash(root), "VERSION"))
}

// addFile adds the content of a file.
func addFile(h hash.Hash, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintln(h, name)
	_, err = io.Copy(h, f)
	return err
}
