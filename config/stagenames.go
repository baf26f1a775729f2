package config

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/smallfile"
)

// StageNames returns the stages that the configuration of a project has, sorted; none
// if there is no configuration that can be read. It checks nothing.
func StageNames(projectDir string) []string {
	data, err := smallfile.Read(filepath.Join(Root(projectDir), filepath.FromSlash(File)), smallfile.Config)
	if err != nil {
		return nil
	}
	var file struct {
		Stages map[string]json.RawMessage `json:"stages"`
	}
	if json.Unmarshal(data, &file) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(file.Stages))
}
