package packager

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/timing"
)

// target is what a program is compiled for.
type target struct{ os, arch string }

func here() target { return target{runtime.GOOS, runtime.GOARCH} }

func lambda(architecture string) target {
	if architecture == config.X86 {
		return target{"linux", "amd64"}
	}
	return target{"linux", "arm64"}
}

// env is what makes Go compile for a target, and the same everywhere.
func (p project) env(t target) []string {
	env := []string{"CGO_ENABLED=0", "GOOS=" + t.os, "GOARCH=" + t.arch, "GOFLAGS=" + p.flags.env.rest}
	for _, name := range slices.Sorted(maps.Keys(machine)) {
		env = append(env, name+"="+machine[name])
	}
	return env
}

// CompileError means that the user's program doesn't compile.
type CompileError struct {
	// Lines are the compiler's own. Files in them are relative to the project.
	Lines []string
}

// Error returns the lines below a first one that says what they are.
func (e *CompileError) Error() string {
	message := above("the program doesn't compile", e.Lines)
	for _, line := range e.Lines {
		if strings.Contains(line, "build constraints exclude all Go files") {
			return message + "\n\tif this is for want of cgo: a program for Lambda is built without (CGO_ENABLED=0), so it runs on any Linux"
		}
	}
	return message
}

// noToolchain is what a machine without Go gets.
func (p project) noToolchain() error {
	instead := ""
	if model, only := p.names.Of("AppModel"), p.names.Of("TemplateOnly"); model != "" && only != "" {
		instead = fmt.Sprintf(", or use a saved description (%s) and leave out the zip (%s)", model, only)
	}
	return fmt.Errorf("%w; install Go from https://go.dev/dl%s", errNoGo, instead)
}

var errNoGo = errors.New("the go command is missing")

// compile builds the program for a target. Beside it, it finds out what that reads, and
// looks for what it leaves out in silence.
func (b *build) compile(ctx context.Context, c *compiler, t target, file string) (err error) {
	ctx, ended := timing.Start(ctx, "compile for "+t.os+"/"+t.arch)
	defer ended()
	end := b.compiling(t)
	defer func() { end(err) }()
	var looking sync.WaitGroup
	var found reading
	looking.Go(func() { found = c.reading(ctx, t) })
	log := &buildLog{progress: b.Progress}
	flags := append(b.project.flags.link(b.variant.linker), b.project.flags.of(b.variant)...)
	failed := b.project.runGo(ctx, t, filepath.Dir(file), log, log, slices.Concat([]string{"build", "-o", file}, flags, []string{"."}))
	looking.Wait()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case found.ownCgo != nil:
		return found.ownCgo
	}
	if err := log.failure(failed, filepath.Dir(file)); err != nil {
		return err
	}
	b.warnOfBuild(found.warnings())
	return nil
}

// warnOfBuild gives the warnings of a build, also of one that is on record.
func (b *build) warnOfBuild(warnings []string) {
	for _, w := range warnings {
		b.warn(BuildWarning, "%s", w)
	}
}

// withoutTemporary returns lines that name no file below a folder for temporary ones:
// only where that folder is says something, if the disk is full for instance.
func withoutTemporary(lines []string, folder string) []string {
	files := regexp.MustCompile(regexp.QuoteMeta(folder) + `[^\s:]*`)
	for i := range lines {
		lines[i] = files.ReplaceAllLiteralString(lines[i], "a temporary file in "+filepath.Dir(folder))
	}
	return lines
}

// runGo runs the go command in the project, for a target.
func (p project) runGo(ctx context.Context, t target, tmp string, stdout, stderr io.Writer, args []string) error {
	env := append(p.env(t), collector()...)
	if tmp != "" {
		// So that a go that is interrupted leaves nothing behind.
		env = append(env, "GOTMPDIR="+tmp)
	}
	return p.runGoIn(ctx, env, stdout, stderr, args)
}

// collector are the variables by which the compiler and the linker collect no garbage
// until there is much of it, unless the user says when. After an edit that is a tenth of
// what they do, and such a process seldom has more than this.
func collector() []string {
	variables := []string{"GOGC=off", "GOMEMLIMIT=1GiB"}
	for _, v := range variables {
		if name, _, _ := strings.Cut(v, "="); os.Getenv(name) != "" {
			return nil
		}
	}
	return variables
}

// runGoIn runs the go command in the project, with variables beside those that there
// are.
func (p project) runGoIn(ctx context.Context, env []string, stdout, stderr io.Writer, args []string) error {
	_, ended := timing.Start(ctx, "go "+args[0])
	defer ended()
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return p.noToolchain()
	}
	c := exec.Command(goCommand, args...)
	c.Dir = p.dir
	// PWD, so that go prints relative names also below a symbolic link.
	c.Env = slices.Concat(os.Environ(), env, []string{"PWD=" + p.dir})
	c.Stdout, c.Stderr = stdout, stderr
	return child.Run(ctx, c, goGrace)
}

// goGrace is how long go has to remove its temporary files once it is interrupted.
const goGrace = 5 * time.Second

// buildLog takes what go build prints: it sends on which modules it downloads,
// and keeps the rest.
type buildLog struct {
	progress io.Writer
	partial  []byte
	kept     []string
}

// Write never fails.
func (l *buildLog) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.line(string(line))
		l.partial = rest
	}
}

func (l *buildLog) line(line string) {
	switch line = strings.TrimRight(line, "\r"); {
	case strings.HasPrefix(line, "go: downloading "):
		if l.progress != nil {
			io.WriteString(l.progress, line+"\n")
		}
	case line == "" || strings.HasPrefix(line, "# "): // the name of a package, above its errors
	default:
		l.kept = append(l.kept, line)
	}
}

// failure returns what was wrong, of a command that ended with an error and had a folder
// for temporary files; nil if it didn't.
func (l *buildLog) failure(err error, temporary string) error {
	l.line(string(l.partial))
	l.partial = nil
	if err == nil || len(l.kept) == 0 {
		return err
	}
	if temporary != "" {
		l.kept = withoutTemporary(l.kept, temporary)
	}
	return goFailure(l.kept)
}
