package smallfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// IsFolder says why a name is not that of a folder; nil if it is.
func IsFolder(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s", name)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", name)
	}
	return nil
}
