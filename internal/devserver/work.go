package devserver

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// workPrefix is the start of the name of a folder for programs. The id of the
// process that owns the folder follows.
const workPrefix = "chalice-local-"

// makeWork makes a folder for programs, in the same place as Go's own, and
// removes the folders of processes that were killed and didn't remove them.
func makeWork() (string, error) {
	parent := workParent()
	removeAbandoned(parent)
	work, err := os.MkdirTemp(parent, fmt.Sprintf("%s%d-", workPrefix, os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("make a folder for programs: %w", err)
	}
	return filepath.EvalSymlinks(work)
}

// workParent returns the folder that has the folders for programs.
func workParent() string { return cmp.Or(os.Getenv("GOTMPDIR"), os.TempDir()) }

// workOwner returns the id of the process that owns a folder for programs; 0:
// it isn't one.
func workOwner(folder string) int {
	text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), workPrefix), "-")
	pid, err := strconv.Atoi(text)
	if err != nil || pid <= 0 {
		return 0
	}
	return pid
}

// removeAbandoned removes the folders of processes that have ended. It ignores
// errors, since a folder may be another user's.
func removeAbandoned(parent string) {
	folders, _ := filepath.Glob(filepath.Join(parent, workPrefix+"*-*"))
	for _, folder := range folders {
		if pid := workOwner(folder); pid != 0 && !isRunning(pid) {
			removeWork(folder)
		}
	}
}

// removeWork removes a folder. If that fails, the next start tries again.
func removeWork(folder string) { os.RemoveAll(folder) }
