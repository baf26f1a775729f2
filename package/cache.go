package packager

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/chalice-go/chalice/internal/unchanged"
)

// CacheDir returns the folder that compiled programs are usually kept in, "" if the
// machine has none for such things.
func CacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "chalice", "programs")
}

// cache is a folder with the records of builds, and the files that these name. Whatever is
// wrong with it costs time, not results.
type cache string

// maxRecords is how many builds are kept.
const maxRecords = 32

const recordSuffix = ".json"

// load returns a record, nil if there is none.
func (c cache) load(name string) *record {
	file := filepath.Join(string(c), name+recordSuffix)
	data, err := os.ReadFile(file)
	r := &record{}
	if err != nil || json.Unmarshal(data, r) != nil {
		return nil
	}
	if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > time.Hour {
		now := time.Now()
		os.Chtimes(file, now, now) // it is in use
	}
	return r
}

// save writes a record.
func (c cache) save(name string, r *record) {
	data, err := json.Marshal(r)
	if err != nil {
		return
	}
	f, err := os.CreateTemp(string(c), name+"-*.new")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if cmp.Or(err, f.Close()) != nil || os.Rename(f.Name(), filepath.Join(string(c), name+recordSuffix)) != nil {
		os.Remove(f.Name())
	}
}

// keep puts a file into the cache, nil if that can't be done. The digest of its content is
// empty if it isn't known. Where it can be, it is the same file under another name: whoever
// changes that changes its stamp, so that it isn't taken for what it was.
func (c cache) keep(name, suffix, file, digest string) *unchanged.Entry {
	if os.MkdirAll(string(c), 0o700) != nil {
		return nil
	}
	if digest == "" {
		if digest = digestOfFile(file); digest == "" {
			return nil
		}
	}
	to := filepath.Join(string(c), name+"-"+digest[:16]+suffix)
	os.Remove(to)
	if os.Link(file, to) != nil && copyFile(to, file, 0o700) != nil {
		return nil
	}
	return &unchanged.Entry{Path: to, Digest: digest}
}

// digestOfFile returns a file's SHA-256, in hexadecimal, "" if it can't be read.
func digestOfFile(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// forget removes the files of a record that it doesn't name, and what belongs to no record,
// or to one that was used long ago if there are many.
func (c cache) forget(name string, r *record) {
	entries, err := os.ReadDir(string(c))
	if err != nil {
		return
	}
	used := map[string]time.Time{} // of records
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), recordSuffix); ok {
			used[id] = modified(e)
		}
	}
	latest := slices.SortedFunc(maps.Keys(used), func(a, b string) int { return used[b].Compare(used[a]) })
	latest = latest[:min(len(latest), maxRecords)]
	for _, e := range entries {
		file := filepath.Join(string(c), e.Name())
		id, _, isPart := strings.Cut(strings.TrimSuffix(e.Name(), recordSuffix), "-")
		stale := id == name && isPart && (r == nil || !r.names(file))
		// What is new may belong to a build that goes on.
		if stale || !slices.Contains(latest, id) && time.Since(modified(e)) > time.Hour {
			os.Remove(file)
		}
	}
}

// modified is when a file was written, the zero time if nobody knows.
func modified(e os.DirEntry) time.Time {
	info, err := e.Info()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// copyFile makes a copy of a file. Nothing is started meanwhile: a process that is about to
// be another program has all files of this one open for a moment, and Linux runs none that
// somebody has open to write (ETXTBSY).
func copyFile(to, from string, mode os.FileMode) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = cmp.Or(err, out.Close()); err != nil {
		os.Remove(to)
	}
	return err
}

// sameContent reports whether two files are regular ones with the same content.
func sameContent(a, b string) bool {
	made, err := os.Stat(a)
	if err != nil {
		return false
	}
	if there, err := os.Lstat(b); err != nil || !there.Mode().IsRegular() || there.Size() != made.Size() {
		return false
	}
	x, err := os.ReadFile(a)
	if err != nil {
		return false
	}
	y, err := os.ReadFile(b)
	return err == nil && bytes.Equal(x, y)
}
