package packager

import (
	"errors"
	"fmt"
	"io/fs"

	"path/filepath"

	"github.com/chalice-go/chalice/internal/smallfile"
)

// files reads what the configuration refers to. All that can't be read is
// reported at once.
func (b *build) files(names []string) (map[string][]byte, error) {
	contents := map[string][]byte{}
	var problems []error
	for _, name := range names {
		file := filepath.FromSlash(name)
		if !filepath.IsAbs(file) {
			file = filepath.Join(b.stage.Root, file)
		}
		data, err := smallfile.Read(file, smallfile.Text)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("the configuration of stage %s needs %s, but there is no such file", b.stage.Name, name)
			if name != b.stage.APIPolicyFile {
				err = fmt.Errorf("%w: write it, or have the policy generated (%s)", err, b.Names.Of("autogen_policy"))
			}
		}
		problems = append(problems, err)
		contents[name] = data
	}
	return contents, errors.Join(problems...)
}
