package devserver

import (
	"cmp"
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
	parent := workParent()
	removeAbandoned(parent)
	work, err := os.MkdirTemp(parent, fmt.Sprintf("%s%d-", workPrefix, os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("make a folder for programs: %w", err)
	}
	return filepath.EvalSymlinks(work)
}

// workParent is the folder that folders for programs are in.
func workParent() string { return cmp.Or(os.Getenv("GOTMPDIR"), os.TempDir()) }

// workOwner returns the id of the process that a folder for programs belongs to; 0:
// it is no such folder.
func workOwner(folder string) int {
	text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), workPrefix), "-")
	pid, err := strconv.Atoi(text)
	if err != nil || pid <= 0 {
		return 0
	}
	return pid
}

// removeAbandoned leaves what it can't remove: it may be another user's.
func removeAbandoned(parent string) {
	folders, _ := filepath.Glob(filepath.Join(parent, workPrefix+"*-*"))
	for _, folder := range folders {
		if pid := workOwner(folder); pid != 0 && !isRunning(pid) {
			removeWork(folder)
		}
	}
}

// removeWork removes a folder. On failure it is left to the next start.
func removeWork(folder string) { os.RemoveAll(folder) }
