package packager

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/internal/golist"
)

// toolchain is the go command of a build, and what it says of its environment.
type toolchain struct {
	command string // its path
	// root is the folder of the Go that the command belongs to. It is empty for a script
	// that chooses one, as version managers have: who knows by what.
	root string
	env  map[string]string // nil: it hasn't been asked
}

// goVariables are what matters of go env.
var goVariables = []string{"GOFLAGS", "GOAMD64", "GOARM64", "GOROOT", "GOVERSION", "GOMODCACHE", "GOWORK", "GOENV", "GOEXPERIMENT", "GOFIPS140"}

// findToolchain finds the go command, and asks nothing.
func (p project) findToolchain() (toolchain, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return toolchain{}, p.noToolchain()
	}
	t := toolchain{command: command}
	if real, err := filepath.EvalSymlinks(command); err == nil {
		// A version manager's folder can have a file "version", which some file systems
		// take for the same.
		root := filepath.Dir(filepath.Dir(real))
		if version, err := os.ReadFile(filepath.Join(root, "VERSION")); err == nil && bytes.HasPrefix(version, []byte("go")) && filepath.Base(filepath.Dir(real)) == "bin" {
			t.root = root
		}
	}
	return t, nil
}

// files are those that decide what the command says and does, and environment doesn't tell
// of. There can also be none of a name.
func (t toolchain) files() []string {
	files := []string{t.command, filepath.Join(t.env["GOROOT"], "VERSION")}
	if t.root != "" {
		files = append(files, filepath.Join(t.root, "bin", filepath.Base(t.command)), filepath.Join(t.root, "VERSION"), filepath.Join(t.root, "go.env"))
	}
	if name := t.env["GOENV"]; name != "" && name != "off" {
		files = append(files, name)
	}
	return files
}

// ask returns what the go command takes of its environment.
func (b *build) ask(ctx context.Context, p project) (map[string]string, error) {
	var out bytes.Buffer
	log := &buildLog{progress: b.Progress}
	err := p.runGoIn(ctx, nil, &out, log, append([]string{"env", "-json"}, goVariables...))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := log.failure(err, ""); err != nil {
		return nil, err
	}
	var env map[string]string
	if err := json.Unmarshal(out.Bytes(), &env); err != nil {
		return nil, fmt.Errorf("read what go env says: %w", err)
	}
	return env, nil
}

// identity tells toolchains apart, as far as files don't.
func (t toolchain) identity() []string {
	id := append([]string{t.command}, golist.Environment()...)
	// go env -w writes below one of these.
	id = append(id, os.Getenv("HOME"), os.Getenv("XDG_CONFIG_HOME"), os.Getenv("AppData"))
	if t.root != "" {
		return id
	}
	for _, name := range slices.Sorted(maps.Keys(t.env)) {
		id = append(id, name+" is "+cmp.Or(t.env[name], "empty"))
	}
	return id
}
