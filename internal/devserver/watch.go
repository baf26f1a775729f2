package devserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/chalice-go/chalice/config"
	packager "github.com/chalice-go/chalice/package"
)

// quiet is how long nothing may have changed before a build begins: editors
// save a file in several steps, and formatters save it again.
const quiet = 40 * time.Millisecond

// change is a change of the source.
type change struct {
	files []string
	at    time.Time // of the first one
}

// add adds files, and reports whether there are any.
func (c *change) add(files []string) bool {
	if len(c.files) == 0 {
		c.at = time.Now()
	}
	for _, file := range files {
		if !slices.Contains(c.files, file) {
			c.files = append(c.files, file)
		}
	}
	return len(files) > 0
}

// describe names the files, relative to dir if they are below it.
func (c change) describe(dir string) string {
	const most = 3
	var names []string
	for _, file := range c.files[:min(len(c.files), most)] {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			file = rel
		}
		names = append(names, file)
	}
	text := strings.Join(names, ", ")
	if more := len(c.files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// watcher reports changes of an app's source. It watches folders, not files,
// since editors replace files: all folders of a module but hidden ones and
// those that Go ignores.
type watcher struct {
	configuration string // path of its file
	envFile       string
	// besides is the folder that is watched for the env-file alone: it can be any, such as
	// the one for temporary files, in which a build itself makes files of Go's.
	besides string
	system  *fsnotify.Watcher
	changes chan change
	late    chan []string // files that are now known to be source, and had changed before
	warn    func(string)

	mu      sync.Mutex
	watched map[string]bool
	sources *packager.Sources // nil: not yet known
	// unsure means that any Go file may matter, because the source has changed
	// since, or doesn't build.
	unsure bool
	// doubtful are files that have changed since the build began and that weren't
	// source, as far as was known.
	doubtful map[string]bool
}

// newWatcher begins to watch a project.
func newWatcher(dir, envFile string, warn func(string)) (*watcher, error) {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch the source: %w; --no-autoreload does without", err)
	}
	root, err := filepath.Abs(config.Root(dir))
	if err != nil {
		return nil, err
	}
	w := &watcher{configuration: filepath.Join(root, filepath.FromSlash(config.File)), system: system, changes: make(chan change), late: make(chan []string), warn: warn, watched: map[string]bool{}}
	w.addTree(moduleRoot(dir))
	w.add(filepath.Dir(w.configuration))
	if envFile != "" {
		if w.envFile, err = filepath.Abs(envFile); err != nil {
			return nil, err
		}
		w.addBesides(filepath.Dir(w.envFile))
	}
	return w, nil
}

// moduleRoot returns the folder with the go.mod of a project.
func moduleRoot(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if isModule(d) {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// add watches a folder. Changes that make a missing folder are noticed in its
// parent.
func (w *watcher) add(dir string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.besides == dir { // that has source as well
		w.besides = ""
	}
	w.addFolder(dir)
}

// addBesides watches the folder of the env-file.
func (w *watcher) addBesides(dir string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.watched[dir] {
		w.besides = dir
		w.addFolder(dir)
	}
}

// addFolder watches a folder. The caller holds the lock.
func (w *watcher) addFolder(dir string) {
	if w.watched[dir] {
		return
	}
	switch err := w.system.Add(dir); {
	case err == nil:
		w.watched[dir] = true
	case !errors.Is(err, fs.ErrNotExist):
		w.warn(fmt.Sprintf("changes in %s are not noticed: %v", dir, err))
	}
}

// addTree watches a folder and those below it, and returns the files in them.
func (w *watcher) addTree(root string) (files []string) {
	filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil: // it is gone, or can't be read
			return nil
		case !e.IsDir():
			files = append(files, path)
			return nil
		case path != root && (isIgnored(e.Name()) || isModule(path)):
			return filepath.SkipDir
		}
		w.add(path)
		return nil
	})
	return files
}

// isIgnored reports whether a folder of that name can't have source. Go itself
// ignores some of these.
func isIgnored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "node_modules"
}

// learn gets the files that are source, after a build that began at a time.
// Files among them that have changed since, when nobody knew that they were
// source, are reported as a change.
func (w *watcher) learn(ctx context.Context, s *packager.Sources, began time.Time) {
	w.mu.Lock()
	w.sources = s
	before := maps.Clone(w.watched)
	w.mu.Unlock()
	w.addSources(s)
	w.mu.Lock()
	candidates := slices.Sorted(maps.Keys(w.doubtful))
	w.doubtful = nil
	for _, dir := range slices.Sorted(maps.Keys(w.watched)) {
		if !before[dir] {
			candidates = append(candidates, changedSince(dir, began)...)
		}
	}
	w.mu.Unlock()
	late := slices.DeleteFunc(candidates, func(file string) bool { return !w.isSource(file) })
	if len(late) == 0 {
		return
	}
	select {
	case w.late <- late:
	case <-ctx.Done(): // the next build includes them
	}
}

// changedSince lists the files of a folder that are newer than a time.
func changedSince(dir string, since time.Time) (files []string) {
	entries, _ := os.ReadDir(dir) // the folder may be gone
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !info.IsDir() && info.ModTime().After(since) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}

// addSources watches all folders with source.
func (w *watcher) addSources(s *packager.Sources) {
	for _, dir := range s.Modules {
		w.addTree(dir)
	}
	for _, dir := range s.Packages {
		w.add(dir)
	}
	for _, path := range s.Embedded {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			w.addTree(path)
		}
		w.add(filepath.Dir(path))
	}
	if s.Workspace != "" {
		w.add(filepath.Dir(s.Workspace))
	}
}

// begin records that a build begins: it includes all changes so far, and may
// have more source than was last known.
func (w *watcher) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsure, w.doubtful = true, map[string]bool{}
}

// setSure records that the known source is all there is.
func (w *watcher) setSure() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsure = false
}

// run sends changes until the context is done.
func (w *watcher) run(ctx context.Context) {
	defer w.system.Close()
	var c change
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	var out chan<- change
	for {
		select {
		case <-ctx.Done():
			return
		case err := <-w.system.Errors:
			w.warn(fmt.Sprintf("changes of the source may go unnoticed: %v", err))
		case e := <-w.system.Events:
			if files := w.filesOf(e); c.add(files) {
				out = nil
				pause.Reset(quiet)
			}
		case files := <-w.late:
			c.add(files)
			out = nil
			pause.Reset(quiet)
		case <-pause.C:
			if len(c.files) > 0 {
				out = w.changes
			}
		case out <- c:
			c, out = change{}, nil
		}
	}
}

// filesOf returns the files of the source that an event is about.
func (w *watcher) filesOf(e fsnotify.Event) (files []string) {
	if !e.Has(fsnotify.Create) && !e.Has(fsnotify.Write) && !e.Has(fsnotify.Remove) && !e.Has(fsnotify.Rename) {
		return nil
	}
	if w.isBesides(e.Name) {
		return nil
	}
	candidates := []string{e.Name}
	if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
		candidates = w.newFolder(e.Name)
	} else if err != nil { // a folder that comes back has to be watched again
		w.mu.Lock()
		delete(w.watched, e.Name)
		w.mu.Unlock()
	}
	for _, file := range candidates {
		if w.isSource(file) {
			files = append(files, file)
		} else {
			w.doubt(file)
		}
	}
	return files
}

// isBesides reports whether a file or a folder is one that the env-file happens to lie beside.
func (w *watcher) isBesides(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.besides != "" && filepath.Dir(name) == w.besides && name != w.envFile
}

// doubt records a changed file that may be source.
func (w *watcher) doubt(file string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.doubtful != nil {
		w.doubtful[file] = true
	}
}

// newFolder watches a folder that was just made, and returns the files that are
// already in it.
func (w *watcher) newFolder(dir string) []string {
	switch {
	case dir == filepath.Dir(w.configuration):
		w.add(dir)
		return []string{w.configuration}
	case isIgnored(filepath.Base(dir)) || isModule(dir):
		return nil
	}
	return w.addTree(dir)
}
