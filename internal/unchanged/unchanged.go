// Package unchanged remembers what files and folders were like, and tells whether they
// are still so, without reading them again if it can be helped.
//
// A file that has the size, the times and the place on the disk that it had is the same,
// if it was at rest when these were noted: a file system's clock ticks every few
// milliseconds, or seconds, and what is written twice within a tick has the same time. A
// file that was changed since, or too late to tell, is read and compared. So a file that
// was touched, or replaced by its equal, is unchanged.
package unchanged

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// State is what files and folders were like, in the order in which they were named.
type State []Entry

// Entry is a file, a folder, or the lack of either.
type Entry struct {
	Path string
	// Link is where a symbolic link of that name leads; the rest is about what is there.
	Link   string `json:",omitempty"`
	Folder bool   `json:",omitempty"`
	// All means that every name in a folder counts, and not only those of files that can
	// be a package's source; see IsSource.
	All bool `json:",omitempty"`
	// Stamp is nil if it tells nothing: the entry was changed too late.
	Stamp *Stamp `json:",omitempty"`
	// Digest is that of a file's content, or of the names in a folder, with SHA-256;
	// empty: there is neither.
	Digest string `json:",omitempty"`

	seen *Stamp // the stamp, also if it tells nothing to whoever comes later
}

// Stamp is what a file system says of a file without reading it.
type Stamp struct {
	Size     int64
	Modified int64 // nanoseconds since 1970
	Changed  int64 `json:",omitempty"` // likewise, with its name, its mode and its place; 0: the system doesn't say
	Inode    uint64
	Device   uint64
}

// Path names a file or a folder.
type Path struct {
	Name string
	All  bool // see Entry
}

// Take notes what files and folders are like.
func Take(paths []Path) (State, error) {
	s := make(State, 0, len(paths))
	for _, p := range paths {
		e, err := take(p)
		if err != nil {
			return nil, err
		}
		s = append(s, e)
	}
	return s, nil
}

// AtRest reports whether nothing has changed from a time on until now, or so shortly
// before that nobody can tell, of a state that was taken, or found to stand, since then.
// What the caller has changed itself is as it left that.
func (s State) AtRest(since time.Time, own State) bool {
	return !slices.ContainsFunc(s, func(e Entry) bool {
		stamp, link, err := e.look()
		if err != nil || link != e.Link || !equal(stamp, e.seen) {
			return true
		}
		return !stamp.older(since) && !slices.ContainsFunc(own, func(o Entry) bool {
			return o.Path == e.Path && o.All == e.All && o.Digest == e.Digest && equal(o.seen, e.seen)
		})
	})
}

// Stands reports whether everything is as it was.
func (s State) Stands() bool {
	changed, _ := s.Changed()
	return len(changed) == 0
}

// Changed returns the names of what isn't as it was. What had to be read for that, and is,
// is noted anew, so that it isn't read the next time: then noted is true.
func (s State) Changed() (changed []string, noted bool) {
	for i := range s {
		same, read := s[i].stands()
		if !same {
			changed = append(changed, s[i].Path)
		}
		noted = noted || read
	}
	return changed, noted
}

// Again takes what the state is about again. What isn't known to be as it was is read.
func (s State) Again() (State, error) {
	again := make(State, len(s))
	for i, e := range s {
		stamp, link, err := e.look()
		if err != nil {
			return nil, err
		}
		if again[i] = e; e.isStamped(stamp, link) {
			again[i].seen = stamp
		} else if again[i], err = take(Path{e.Path, e.All}); err != nil {
			return nil, err
		}
	}
	return again, nil
}

// Digest is equal for equal content under equal names.
func (s State) Digest() string {
	h := sha256.New()
	for _, e := range s {
		fmt.Fprintf(h, "%q %q %t %q\n", e.Path, e.Link, e.Folder, e.Digest)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// stands compares an entry with what is there.
func (e *Entry) stands() (same, read bool) {
	stamp, link, err := e.look()
	if err != nil || link != e.Link {
		return false, false
	}
	e.seen = stamp
	if stamp == nil {
		return e.Digest == "", false
	}
	if e.Digest == "" {
		return false, false
	}
	if e.isStamped(stamp, link) {
		return true, false
	}
	now, err := take(Path{e.Path, e.All})
	if err != nil || now.Link != e.Link || now.Folder != e.Folder || now.Digest != e.Digest {
		return false, false
	}
	*e = now
	return true, true
}

// isStamped reports whether an entry is there as it was, by its stamp alone.
func (e *Entry) isStamped(stamp *Stamp, link string) bool {
	return stamp != nil && stamp.Changed != 0 && link == e.Link && e.Digest != "" && equal(stamp, e.Stamp)
}

// take notes what is there. The stamp is from before the content, so that a change in
// between is noticed the next time.
func take(p Path) (Entry, error) {
	e := Entry{Path: p.Name, All: p.All}
	before := time.Now()
	var err error
	if e.Stamp, e.Link, err = e.look(); err != nil || e.Stamp == nil {
		return e, err
	}
	if e.Folder, e.Digest, err = read(p); err != nil {
		return e, err
	}
	if e.seen = e.Stamp; !e.seen.older(before) {
		e.Stamp = nil
	}
	return e, nil
}

// look asks the file system. The stamp is nil if there is nothing.
func (e *Entry) look() (stamp *Stamp, link string, err error) {
	var relinked int64 // a link can lead to what is older than itself
	info, err := os.Lstat(e.Path)
	if err == nil && info.Mode().Type() == fs.ModeSymlink {
		relinked = stampOf(info).Changed
		if link, err = os.Readlink(e.Path); err == nil {
			info, err = os.Stat(e.Path)
		}
	}
	switch {
	case err == nil:
		stamp = stampOf(info)
		stamp.Changed = max(stamp.Changed, relinked)
		return stamp, link, nil
	case isMissing(err):
		return nil, link, nil
	}
	return nil, link, err
}

// isMissing reports whether an error says that there is no such file: also below what is
// a file itself.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFolder)
}

// tick is how long a clock of a file system stands at most: longer where it has no
// fractions of seconds.
func (s *Stamp) tick() time.Duration {
	if s.last()%int64(time.Second) == 0 {
		return 2 * time.Second
	}
	return 20 * time.Millisecond
}

// last is the time of the last change. That of the content can be set to anything.
func (s *Stamp) last() int64 {
	if s.Changed != 0 {
		return s.Changed
	}
	return s.Modified
}

// older reports whether the last change was so long before a time that the clock has
// moved on since. What isn't there hasn't changed.
func (s *Stamp) older(than time.Time) bool {
	return s == nil || s.last() < than.Add(-s.tick()).UnixNano()
}

func equal(a, b *Stamp) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// read returns the digest of a file's content, or of the names in a folder.
func read(p Path) (folder bool, digest string, err error) {
	f, err := os.Open(p.Name)
	if err != nil {
		return false, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, "", err
	}
	h := sha256.New()
	switch {
	case info.IsDir():
		entries, err := f.ReadDir(-1)
		if err != nil {
			return true, "", err
		}
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
		for _, entry := range entries {
			if p.All || !entry.IsDir() && IsSource(entry.Name()) {
				fmt.Fprintf(h, "%q\n", entry.Name())
			}
		}
	case info.Mode().IsRegular():
		if _, err := io.Copy(h, f); err != nil {
			return false, "", err
		}
	default:
		return false, "", &fs.PathError{Op: "read", Path: p.Name, Err: errors.New("it is neither a file nor a folder")}
	}
	return info.IsDir(), hex.EncodeToString(h.Sum(nil)), nil
}

// IsSource reports whether a file of that name can matter to a build of the package whose
// folder it is in: Go leaves out hidden files, and tests. A go.mod makes the folder part of
// another module.
// https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns
func IsSource(name string) bool {
	return name == "go.mod" || !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") && !strings.HasSuffix(name, "_test.go") &&
		slices.Contains(source, filepath.Ext(name))
}

// source are the extensions of files that the go command compiles, or that it reads for
// that. https://pkg.go.dev/go/build#Package
var source = []string{
	".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
	".s", ".S", ".sx", ".swig", ".swigcxx", ".syso", ".pgo",
}
