package devserver

import (
	"path/filepath"
	"slices"
	"strings"
)

// isSource reports whether a change of the file can change the app.
func (w *watcher) isSource(file string) bool {
	if file == w.envFile || file == w.configuration {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	dir, name := filepath.Split(file)
	dir = filepath.Clean(dir)
	switch {
	case isTemporary(name):
		return false
	case w.isEmbedded(file):
		return true
	case slices.Contains([]string{"go.mod", "go.sum"}, name):
		return w.sources == nil || w.unsure || slices.Contains(w.sources.Modules, dir)
	case slices.Contains([]string{"go.work", "go.work.sum"}, name):
		return w.sources == nil || w.sources.Workspace == "" || filepath.Dir(w.sources.Workspace) == dir
	case !isGo(name):
		return false
	}
	return w.sources == nil || w.unsure || slices.Contains(w.sources.Packages, dir)
}

// isEmbedded reports whether a program embeds the file. The caller holds the
// lock.
func (w *watcher) isEmbedded(file string) bool {
	if w.sources == nil {
		return false
	}
	return slices.ContainsFunc(w.sources.Embedded, func(path string) bool {
		rest, ok := strings.CutPrefix(file, path)
		return ok && (rest == "" || rest[0] == filepath.Separator)
	})
}

// isGo reports whether Go compiles files of that name.
func isGo(name string) bool {
	switch filepath.Ext(name) {
	case ".go":
		return !strings.HasSuffix(name, "_test.go") && name[0] != '_'
	case ".s", ".h":
		return name[0] != '_'
	}
	return false
}

// isTemporary reports whether an editor makes a file of that name beside the
// one that it saves: Vim's 4913 and .swp, Emacs's .#x and #x#, backups x~, and
// those of JetBrains.
func isTemporary(name string) bool {
	return name == "4913" || strings.HasSuffix(name, "~") || strings.HasPrefix(name, ".#") || strings.HasPrefix(name, "#") ||
		strings.HasSuffix(name, ".swp") || strings.HasSuffix(name, ".swx") || strings.HasSuffix(name, ".tmp") ||
		strings.Contains(name, "___jb_") || strings.HasPrefix(name, ".goutputstream") || filepath.Ext(name) == ".go" && name[0] == '.'
}
