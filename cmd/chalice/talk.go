package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

// logPatience is how long something slow goes on before a log tells of it; zero: the
// screen's own. It is what a machine's speed shows in, so scripts of tests have more of it.
var logPatience time.Duration

// newScreen returns what a command shows itself on.
func newScreen(c *cobra.Command, json bool) *terminal.Screen {
	return terminal.New(terminal.Options{
		In: c.InOrStdin(), Out: direct(c.OutOrStdout()), Err: direct(c.ErrOrStderr()), JSON: json, Patience: logPatience,
	})
}

// working shows on a screen what takes long.
func working(s *terminal.Screen) func(label string) (end func(error)) {
	return func(label string) func(error) {
		step := s.Slow(label)
		return func(err error) {
			if err == nil {
				step.Done("")
			}
			step.Stop()
		}
	}
}

// talk shows a deployment on a screen.
type talk struct {
	*terminal.Screen
	command context.Context // done when the command is interrupted
	// diff has the review as the command's result.
	diff bool
}

// Step begins something that takes a while.
func (t talk) Step(label string) deploy.Step { return t.Screen.Step(label) }

// Review shows what would change.
func (t talk) Review(r *review.Review) {
	if t.diff {
		t.Screen.Diff(r)
		return
	}
	t.Screen.Changes(r)
}

// Ask asks, unless nobody is there. Who sends SIGTERM doesn't wait for a question, and
// after SIGHUP there is no terminal.
func (t talk) Ask(ctx context.Context, question string) (bool, error) {
	if signal, ok := interrupted(t.command); ok && signal.Signal != os.Interrupt {
		return false, deploy.ErrNobody
	}
	yes, err := t.Screen.Ask(ctx, question)
	if errors.Is(err, terminal.ErrNoTerminal) {
		err = deploy.ErrNobody
	}
	return yes, err
}

// Watch begins to show CloudFormation at work.
func (t talk) Watch(stackName string, resources int) deploy.Watch {
	return watch{t.Screen.Follow(terminal.Work{Stack: stackName, Total: resources})}
}

type watch struct{ *terminal.Progress }

// Event shows what has happened.
func (w watch) Event(e stack.Event) {
	w.Progress.Event(terminal.Event{
		Time: e.Time, StackID: e.StackID, StackName: e.StackName, Path: e.Path,
		LogicalID: e.LogicalID, PhysicalID: e.PhysicalID, Type: e.Type, Status: e.Status, Reason: e.Reason,
	})
}

// End leaves what is shown.
func (w watch) End() { w.Close() }

// showFailure shows why a stack didn't become what it should. The error that is
// left says it in short. Any other error is shown to programs alone; nil isn't one.
func showFailure(ctx context.Context, s *terminal.Screen, err error) error {
	if err == nil {
		return nil
	}
	failed := (*deploy.Failed)(nil)
	if !errors.As(err, &failed) {
		s.Failure(terminal.Failure{Message: message(ctx, err)})
		return err
	}
	cause := failed.Cause
	f := terminal.Failure{
		Message: failed.Error(), Stack: failed.Stack.Name, Status: cause.Status, LogicalID: cause.LogicalID, Type: cause.Type,
		Path: cause.Path, Reason: cause.Reason, Source: failed.Source, Advice: failed.Advice,
	}
	for _, other := range failed.Others {
		f.Others = append(f.Others, other.LogicalID)
	}
	if failed.Cancelled { // nothing is to blame
		f.LogicalID, f.Reason = "", ""
	}
	s.Failure(f)
	return shown{failed}
}

// shown is a failure whose details have been shown.
type shown struct{ *deploy.Failed }

// Error is what is left to say.
func (e shown) Error() string { return e.Summary() }

// result shows what a deployment has come to.
func result(s *terminal.Screen, o *deploy.Outcome) {
	r := terminal.Result{Stack: o.Stack, Action: string(o.Action), Took: s.Took()}
	for _, output := range o.Outputs {
		r.Outputs = append(r.Outputs, terminal.Output{Key: output.Key, Value: output.Value, Description: output.Description})
	}
	for _, u := range o.URLs {
		r.URLs = append(r.URLs, terminal.URL{Front: u.Front, URL: u.URL})
	}
	s.Result(r)
}
