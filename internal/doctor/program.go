package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// module is that of chalice itself.
const module = "github.com/chalice-go/chalice"

// unreleased is the version of a command that was built from a checkout.
const unreleased = "0.0.0-devel"

// folder looks whether there is a project to look at.
func (e *examination) folder() bool {
	err := smallfile.IsFolder(e.in.ProjectDir)
	if err != nil {
		e.problem("Project", err.Error(), "name the project's folder with --project-dir")
	}
	return err == nil
}

// goCommand looks at the Go toolchain that compiles the program: that of go.mod, which
// the go command downloads if need be.
func (e *examination) goCommand(ctx context.Context) {
	const what = "Go"
	if _, err := exec.LookPath("go"); err != nil {
		e.problem(what, "there is no go command on the PATH", "install Go: https://go.dev/doc/install")
		return
	}
	out, err := e.output(ctx, "go", "env", "GOVERSION", "GOMOD", "GOWORK")
	if err != nil {
		e.problem(what, "the go command fails: "+err.Error(), "install the version of Go that go.mod names, or lower its go line")
		return
	}
	lines := strings.Split(out, "\n")
	has, _, _ := strings.Cut(lines[0], " ") // which experiments follow
	for _, file := range lines[1:] {
		// With GOTOOLCHAIN=local the go command takes no other version.
		if needs := goLine(file); version.Compare("go"+needs, has) > 0 {
			e.goTooOld = true
			e.problem(what, fmt.Sprintf("it is %s, and %s needs go%s", has, filepath.Base(file), needs),
				"install go"+needs+", https://go.dev/dl, or have the go command do so: go env -w GOTOOLCHAIN=auto, and no GOTOOLCHAIN in the environment")
			return
		}
	}
	e.good(what, has)
}

// goLine returns the version of Go that a go.mod or go.work needs; "" if it doesn't say.
func goLine(file string) string {
	data, err := smallfile.Read(file, smallfile.Config)
	if err != nil {
		return ""
	}
	if filepath.Ext(file) == ".work" {
		if work, err := modfile.ParseWork(file, data, nil); err == nil && work.Go != nil {
			return work.Go.Version
		}
		return ""
	}
	if mod, err := modfile.ParseLax(file, data, nil); err == nil && mod.Go != nil {
		return mod.Go.Version
	}
	return ""
}

// required is what go list -m says of a module.
type required struct {
	Version string
	Replace *struct{ Path, Version string }
}

// module compares chalice's version with that of this command.
func (e *examination) module(ctx context.Context) {
	const what = "Module"
	if _, err := exec.LookPath("go"); err != nil || e.goTooOld {
		return // which is said
	}
	if path, err := e.output(ctx, "go", "env", "GOMOD"); err == nil && (path == "" || path == "/dev/null" || path == "NUL") {
		e.problem(what, "there is no go.mod in "+e.in.ProjectDir+", nor in a folder above it", "name the project's folder with --project-dir, or make one with chalice new-project")
		return
	}
	text, err := e.output(ctx, "go", "list", "-m", "-json", module)
	if err != nil {
		e.problem(what, "go.mod doesn't lead to chalice: "+err.Error(), "run go get "+module+" and go mod tidy")
		return
	}
	var m required
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		e.problem(what, "what go list says can't be read: "+err.Error(), "run go mod tidy")
		return
	}
	e.compare(what, m)
}

// compare says how the module's version is to that of the command.
func (e *examination) compare(what string, m required) {
	command := "v" + e.in.Version
	switch {
	case m.Replace != nil && m.Replace.Version == "":
		e.note(what, "go.mod takes chalice from "+m.Replace.Path,
			fmt.Sprintf("other machines don't have that folder; for a release: go mod edit -dropreplace %[1]s -droprequire %[1]s && go get %[1]s", module))
		return
	case m.Replace != nil:
		m.Version = m.Replace.Version
	}
	switch {
	case e.in.Version == unreleased:
		e.note(what, fmt.Sprintf("go.mod has chalice %s, and this command comes from a checkout", m.Version), "install the release: go install "+module+"/cmd/chalice@"+m.Version)
	case m.Version == command:
		e.good(what, "go.mod has chalice "+m.Version+", as this command is")
	case semver.Compare(m.Version, command) < 0:
		e.note(what, fmt.Sprintf("go.mod has chalice %s, and this command is %s", m.Version, command), "go get "+module+"@"+command)
	default:
		e.note(what, fmt.Sprintf("go.mod has chalice %s, and this command is %s", m.Version, command), "go install "+module+"/cmd/chalice@"+m.Version)
	}
}

// configuration reads what it says of every stage.
func (e *examination) configuration() {
	const what = "Configuration"
	names := config.StageNames(e.in.ProjectDir)
	var wrong error
	for _, name := range names {
		if _, err := config.Load(e.in.ProjectDir, config.Options{Stage: name}); err != nil {
			wrong = errors.Join(wrong, err)
		}
	}
	stage, err := config.Load(e.in.ProjectDir, config.Options{Stage: e.in.Stage})
	if err != nil && wrong == nil {
		wrong = err
	}
	if wrong != nil {
		e.problem(what, oneEach(wrong), "correct it; chalice validate checks the app as well")
		return
	}
	e.stage = stage
	text := config.File
	switch {
	case len(names) == 1:
		text += ", with the stage " + names[0]
	case len(names) > 1:
		text += ", with the stages " + strings.Join(names, ", ")
	}
	e.good(what, text)
}

// oneEach writes mistakes as lines, each of them once.
func oneEach(err error) string {
	var lines []string
	seen := map[string]bool{}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !seen[line] {
			lines = append(lines, line)
		}
		seen[line] = true
	}
	return strings.Join(lines, "\n")
}
