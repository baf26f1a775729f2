package pipeline

import (
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// Find looks at a project, and returns an Input with all that it tells: App, Go,
// Repository, Module, Program, Preview, Boundary and RolePath. notes say what the project lacks for what the pipeline
// does. Only the configuration and go.mod are read.
func Find(projectDir string) (in Input, notes []string, err error) {
	if err := smallfile.IsFolder(projectDir); err != nil {
		return Input{}, nil, fmt.Errorf("open the project: %w", err)
	}
	stage, err := config.Load(projectDir, config.Options{AnyStage: true})
	if err != nil {
		return Input{}, nil, err
	}
	if stage.AppName == "" {
		return Input{}, nil, fmt.Errorf("%s has no app_name, which the stacks are named after: add it", stage.File())
	}
	if !stackNames.MatchString(StackName(stage.AppName)) {
		return Input{}, nil, fmt.Errorf("%s: app_name is %q, but the names of stacks, which start with it, start with a letter, "+
			"and it can have %d characters: choose another", stage.File(), stage.AppName, longestName)
	}
	in = Input{App: stage.AppName, Preview: config.DefaultStage}
	if has(projectDir, "preview") {
		in.Preview = "preview"
	}
	in.Boundary = plain(stage, "permissions_boundary", stage.PermissionsBoundary, &notes)
	in.RolePath = plain(stage, "role_path", stage.RolePath, &notes)
	if err := in.findModule(projectDir, &notes); err != nil {
		return Input{}, nil, err
	}
	return in, notes, nil
}

// plain returns what the app's roles have as text, which roles of another stack can have,
// too. Anything else is a note.
func plain(stage *config.Stage, key string, v config.Value, notes *[]string) string {
	if v.Intrinsic == nil && !strings.Contains(v.Text, "${") {
		return v.Text
	}
	*notes = append(*notes, fmt.Sprintf("%s: %s is known only in the stack of the app, so the roles of the pipeline don't have it: add it to them yourself", stage.Where("", key), key))
	return ""
}

// stackNames are the names that stacks can start with.
var stackNames = regexp.MustCompile("^" + stackNamePattern + "$")

// has reports whether the configuration has a stage, or takes any.
func has(projectDir, stage string) bool {
	_, err := config.Load(projectDir, config.Options{Stage: stage})
	return err == nil
}

// MissingStages says which stages the configuration lacks that a pipeline deploys.
func MissingStages(projectDir string, stages ...string) (notes []string) {
	for _, stage := range stages {
		if !has(projectDir, stage) {
			notes = append(notes, fmt.Sprintf("%s has no stage %s, which is deployed: add it, as \"stages\": {%q: {}}", config.File, stage, stage))
		}
	}
	return notes
}

// findModule looks for go.mod, and for the repository around it.
func (in *Input) findModule(projectDir string, notes *[]string) error {
	program, err := filepath.Abs(projectDir)
	if err != nil {
		return err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return err
	}
	module, ok := above(program, "go.mod")
	if !ok {
		return fmt.Errorf("there is no go.mod in %s, nor in a folder above it: run go mod init", projectDir)
	}
	repository, ok := above(module, ".git")
	if !ok {
		repository = module
	}
	in.Repository = repository
	if in.Module, err = relative(repository, module); err != nil {
		return err
	}
	if in.Program, err = relative(module, program); err != nil {
		return err
	}
	return in.readModule(filepath.Join(module, "go.mod"), notes)
}

// readModule reads what Go the program needs, and where it takes chalice from.
func (in *Input) readModule(file string, notes *[]string) error {
	data, err := smallfile.Read(file, smallfile.Config)
	if err != nil {
		return err
	}
	parsed, err := modfile.Parse(file, data, nil)
	if err != nil {
		return err
	}
	if parsed.Go == nil {
		return fmt.Errorf("%s doesn't say which Go the program needs: run go mod tidy", file)
	}
	in.Go = strings.TrimPrefix(version.Lang("go"+parsed.Go.Version), "go")
	for _, r := range parsed.Replace {
		if r.Old.Path == module && r.New.Version == "" {
			*notes = append(*notes, fmt.Sprintf("go.mod takes chalice from %s, which other machines don't have; "+
				"for a release: go mod edit -dropreplace %[2]s -droprequire %[2]s && go get %[2]s", r.New.Path, module))
		}
	}
	return nil
}

const module = "github.com/chalice-go/chalice"

// above returns the nearest folder that has a file, from a folder upwards.
func above(dir, name string) (string, bool) {
	for {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return dir, err == nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// relative is a path below another, with forward slashes.
func relative(base, path string) (string, error) {
	rel, err := filepath.Rel(base, path)
	return filepath.ToSlash(rel), err
}
