package devserver

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chalice-go/chalice/internal/scratch"
)

// workPrefix is the start of the name of a folder for programs.
const workPrefix = "chalice-local-"

// makeWork makes a folder for programs, in the same place as Go's own, and
// removes the folders of processes that were killed and didn't remove them.
func makeWork() (*scratch.Folder, error) {
	parent, err := filepath.EvalSymlinks(workParent())
	if err != nil {
		return nil, fmt.Errorf("make a folder for programs: %w", err)
	}
	work, err := scratch.Make(parent, workPrefix)
	if err != nil {
		return nil, fmt.Errorf("make a folder for programs in %s: %w", parent, scratch.Reason(err))
	}
	return work, nil
}

// workParent returns the folder that has the folders for programs.
func workParent() string { return cmp.Or(os.Getenv("GOTMPDIR"), os.TempDir()) }
