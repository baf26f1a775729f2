package scaffold

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// framework is where a project takes chalice from.
type framework struct {
	Module  string
	Version string
	// Dir is a checkout that stands for the module, as go.mod spells it;
	// empty: Version is a release.
	Dir string
	// Sum and ModSum are a release's checksums in go.sum.
	Sum, ModSum string
}

const module = "github.com/chalice-go/chalice"

// unreleased is the version of a module that is only ever replaced.
const unreleased = "v0.0.0"

// findFramework looks at the checkout that the user names, the release that
// the running command is, and the checkout that it was compiled from. A command that
// was downloaded is compiled from a checkout, too: it is told which release it is.
func findFramework(ctx context.Context, in Input) (framework, error) {
	if in.Source != "" {
		return checkout(in.Source)
	}
	if in.Release != "" {
		return release(ctx, debug.Module{Path: module, Version: in.Release})
	}
	if in.Build != nil && in.Build.Main.Path == module && in.Build.Main.Sum != "" {
		return release(ctx, in.Build.Main)
	}
	dir, ok := compiledFrom()
	if !ok {
		return framework{}, errors.New("find chalice's own source: this command doesn't know where it was built; " +
			"name a checkout with --chalice-source")
	}
	f, err := checkout(dir)
	if err != nil {
		return framework{}, fmt.Errorf("find chalice's own source, where this command was built: %w; "+
			"name a checkout with --chalice-source", err)
	}
	return f, nil
}

// madeIn is the checkout that a build without paths is made in, if the linker was told.
var madeIn string

// compiledFrom returns the root of the module that this package was compiled
// in, unless the build was told to leave paths out.
func compiledFrom() (dir string, ok bool) {
	if madeIn != "" {
		return madeIn, true
	}
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return "", false
	}
	return filepath.Dir(filepath.Dir(filepath.Dir(file))), true
}

// checkout is chalice's source in a folder.
func checkout(dir string) (framework, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return framework{}, err
	}
	data, err := smallfile.Read(filepath.Join(dir, "go.mod"), smallfile.Config)
	if errors.Is(err, fs.ErrNotExist) {
		return framework{}, fmt.Errorf("%s is not a checkout of chalice: it has no go.mod", dir)
	}
	if err != nil {
		return framework{}, err
	}
	if path := modfile.ModulePath(data); path != module {
		return framework{}, fmt.Errorf("%s is not a checkout of chalice: its module is %q, not %s", dir, path, module)
	}
	return framework{Module: module, Version: unreleased, Dir: modfile.AutoQuote(filepath.ToSlash(dir))}, nil
}

// release is a version of chalice that the command was installed as. What go
// install used is still in Go's module cache; a command that was downloaded doesn't
// know the version's checksum, and takes Go's word for it.
func release(ctx context.Context, m debug.Module) (framework, error) {
	var stdout, stderr bytes.Buffer
	c := exec.Command("go", "mod", "download", "-json", m.Path+"@"+m.Version)
	c.Stdout, c.Stderr = &stdout, &stderr
	runErr := child.Run(ctx, c, time.Second)
	var answer struct{ Error, Sum, GoModSum string }
	err := json.Unmarshal(stdout.Bytes(), &answer)
	switch {
	case answer.Error != "":
		err = errors.New(answer.Error)
	case runErr != nil:
		err = fmt.Errorf("%w: %s", runErr, bytes.TrimSpace(stderr.Bytes()))
	}
	if err != nil {
		return framework{}, fmt.Errorf("look up the checksum of %s %s: %w", m.Path, m.Version, err)
	}
	return framework{Module: m.Path, Version: m.Version, Sum: cmp.Or(m.Sum, answer.Sum), ModSum: answer.GoModSum}, nil
}
