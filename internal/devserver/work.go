package devserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// workPrefix starts the name of a folder for programs. The id of the process
// that it belongs to follows.
const workPrefix = "chalice-local-"

// makeWork makes a folder for programs, where Go would put its own, and removes
// those of processes that are gone without having removed them: they were
// killed.
func makeWork() (string, error) {
	parent := os.Getenv("GOTMPDIR")
	if parent == "" {
		parent = os.TempDir()
	}
	removeAbandoned(parent)
	work, err := os.MkdirTemp(parent, fmt.Sprintf("%s%d-", workPrefix, os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("make a folder for programs: %w", err)
	}
	return filepath.EvalSymlinks(work)
}

// removeAbandoned leaves what it can't remove: it may be another user's.
func removeAbandoned(parent string) {
	folders, _ := filepath.Glob(filepath.Join(parent, workPrefix+"*-*"))
	for _, folder := range folders {
		text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), workPrefix), "-")
		if pid, err := strconv.Atoi(text); err == nil && !isRunning(pid) {
			removeWork(folder)
		}
	}
}

// removeWork removes a folder. On failure it is left to the next start.
func removeWork(folder string) { os.RemoveAll(folder) }
