package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/policy/load"
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

// openCache returns the cache of one analysis, given its [contentKey].
func openCache(dir, content string, registrations []Registration) cache {
	if dir == "" || content == "" {
		return cache{}
	}
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(registrations); err != nil {
		return cache{}
	}
	return cache{filepath.Join(dir, content+"-"+hex.EncodeToString(h.Sum(nil)[:8])+".json")}
}

// hasReport reports whether a report of the same content is kept, which perhaps is for
// other registrations.
func hasReport(dir, content string) bool {
	if dir == "" || content == "" {
		return false
	}
	files, err := filepath.Glob(filepath.Join(dir, content+"-*.json"))
	return err == nil && len(files) > 0
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
	if err == nil && load.WriteFile(c.file, data) == nil {
		prune(filepath.Dir(c.file))
	}
}

// prune removes the oldest reports where there are too many.
func prune(dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) <= maxCached {
		return
	}
	written := map[string]int64{}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			written[file] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(written[a], written[b]) })
	for _, file := range files[:len(files)-maxCached] {
		os.Remove(file)
	}
}

// knownKey is a contentKey that the caller knows, of what hasn't changed since a time;
// empty: none is known.
func knownKey(in Input, since time.Time) string {
	if in.Content == nil || in.Cache == "" {
		return ""
	}
	content := in.Content(since)
	if content == "" {
		return ""
	}
	return digestKey(in, func(h hash.Hash) error {
		_, err := fmt.Fprintln(h, content)
		return err
	})
}

// contentKey makes a digest of this program, the input but for the registrations, the user's
// source files, and the versions of all other packages. It is empty if nothing is kept, or
// if not all of that is known.
func contentKey(in Input, o *source.Outline) string {
	if in.Cache == "" {
		return ""
	}
	return digestKey(in, func(h hash.Hash) error { return o.AddContent(h, in.Digest) })
}

// digestKey makes a digest of this program, the input but for the registrations, and content.
func digestKey(in Input, content func(hash.Hash) error) string {
	h := sha256.New()
	in.Cache, in.TempDir, in.Registrations = "", "", nil
	if cmp.Or(addSelf(h), json.NewEncoder(h).Encode(in), content(h)) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
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
