package packager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/jsontext"
	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/shellenv"
	"github.com/chalice-go/chalice/internal/smallfile"
	"github.com/chalice-go/chalice/internal/tail"
	"github.com/chalice-go/chalice/internal/timing"
)

// DescribeError means that a program ran, but didn't describe its app.
type DescribeError struct {
	Reason string // what it did instead
	Output string // the last lines that it printed, each after a newline and a tab
}

// Error says what happened and what is expected of a program, with the
// program's last lines below.
func (e *DescribeError) Error() string {
	message := e.Reason + "; main has to call dispatch.Start with the app"
	if e.Output == "" {
		return message
	}
	return message + ". The last it printed:" + e.Output
}

// Describe returns the description of an app: that of a file, if the input
// names one, or else what the program itself says in the environment of the
// stage. Warnings are there with an error, too.
func Describe(ctx context.Context, in Input) (*app.Model, []Warning, error) {
	if in.AppModel != "" {
		model, err := readModel(in.AppModel)
		if err != nil {
			return nil, nil, err
		}
		return model, nil, (&build{Input: in}).refused(model)
	}
	return inspect(ctx, in, (*build).accepted)
}

// accepted describes an app that AWS takes.
func (b *build) accepted(ctx context.Context, c *compiler) (*app.Model, error) {
	model, err := b.model(ctx, c)
	if err != nil {
		return nil, err
	}
	return model, b.refused(model)
}

// refused returns the registrations that AWS would refuse; making a graph finds
// them as well.
func (b *build) refused(model *app.Model) error {
	if mistakes := allMistakes(model); len(mistakes) > 0 {
		return b.readable(mistakes)
	}
	return nil
}

// model describes the app.
func (b *build) model(ctx context.Context, c *compiler) (*app.Model, error) {
	if b.AppModel != "" {
		model, err := readModel(b.AppModel)
		if err != nil {
			return nil, err
		}
		return b.settleSaved(model)
	}
	program, err := c.program(ctx, here())
	if err != nil {
		return nil, err
	}
	return b.describe(ctx, program, c.folder)
}

// describe asks a program in the environment of the routes' function.
func (b *build) describe(ctx context.Context, program, folder string) (*app.Model, error) {
	env := slices.Concat(shellenv.Basic(), b.environment(), b.Variables, b.passed)
	model, err := b.project.describe(ctx, program, folder, env, b.Timeout)
	if failed, ok := errors.AsType[*DescribeError](err); ok {
		return nil, &DescribeError{Reason: failed.Reason, Output: b.standIns.Readable(failed.Output)}
	}
	if err != nil {
		return nil, err
	}
	return b.settle(model)
}

// readModel takes a description that was saved, perhaps one with mistakes.
func readModel(file string) (*app.Model, error) {
	data, err := smallfile.Read(file, smallfile.Document)
	if err != nil {
		return nil, fmt.Errorf("read the app's description: %w", err)
	}
	model, err := parseModel(data)
	if errors.As(err, new(app.Mistakes)) {
		return model, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not the description of an app: %w", file, err)
	}
	return model, nil
}

// parseModel is app.ParseModel for a text that means what it says.
func parseModel(data []byte) (*app.Model, error) {
	if flaw := jsontext.Check(data); flaw != nil {
		return nil, flaw
	}
	return app.ParseModel(data)
}

// describe runs the program, which sees nothing but env, until it has written its
// description into a folder, perhaps one with mistakes.
func (p project) describe(ctx context.Context, program, folder string, env []string, limit time.Duration) (*app.Model, error) {
	_, ended := timing.Start(ctx, "run the program for its description")
	defer ended()
	file := filepath.Join(folder, "model.json")
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTooSlow)
	defer cancel()
	var printed tail.Writer
	c := exec.Command(program)
	c.Dir = p.dir
	asked := app.ModelVariable + "=" + file
	c.Env = append(env, asked)
	c.Stdout, c.Stderr = &printed, &printed
	err := child.Run(ctx, c, 0)
	child.Sweep(asked) // what it started in sessions of their own
	if errors.Is(context.Cause(ctx), errTooSlow) {
		return nil, &DescribeError{Reason: fmt.Sprintf("the program ran for %s without describing its app", limit), Output: printed.Indented()}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if c.ProcessState == nil {
		return nil, fmt.Errorf("run the program: %w", err)
	}
	return described(file, c.ProcessState, &printed)
}

var errTooSlow = errors.New("the time limit for describing an app")

// described reads what a program that has ended left behind.
func described(file string, state *os.ProcessState, printed *tail.Writer) (*app.Model, error) {
	data, err := smallfile.Read(file, smallfile.Document)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &DescribeError{Reason: fmt.Sprintf("the program ended (%s) without describing its app", state), Output: printed.Indented()}
	}
	if err != nil {
		return nil, fmt.Errorf("read the program's description of its app: %w", scratch.Reason(err))
	}
	model, err := parseModel(data)
	if errors.As(err, new(app.Mistakes)) {
		return model, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the program's description of its app can't be used: %w "+
			"(is its version of chalice, in go.mod, the same as that of what packages it?)", err)
	}
	if !state.Success() {
		return nil, &DescribeError{Reason: fmt.Sprintf("the program failed (%s) after describing its app", state), Output: printed.Indented()}
	}
	return model, nil
}
