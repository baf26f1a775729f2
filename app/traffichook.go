package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/chalice-go/chalice/internal/errtext"
	"github.com/chalice-go/chalice/internal/lifecycle"
)

// TrafficHook turns a check of a deployment into a handler for LambdaFunction, which
// CodeDeploy calls before it shifts traffic to a new version of another function, or after:
//
//	import _ "github.com/chalice-go/chalice/codedeploy"
//
//	a.LambdaFunction(app.TrafficHook(func(ctx context.Context) error {
//		return smoke(ctx)
//	}), app.Name("smoke"))
//
// Which functions it is called for is in the configuration: the key deployment names it, as
// in "deployment": {"pre_traffic": "smoke"}. Package codedeploy, which has to be imported,
// tells CodeDeploy what the check found, and the check which version it is about.
//
// If check returns nil, the deployment goes on. If it returns an error, panics, or isn't
// done when the function's time is nearly over, the deployment fails and is rolled back, and
// the log says why. Middleware counts with it. The context of check ends before the
// function's deadline, by five seconds or a third of the time that there is, whichever is
// less, so that CodeDeploy can still be told: if it hears nothing, it waits for an hour.
//
// The function's result says what CodeDeploy was told. In tests and in chalice local, where
// there is no CodeDeploy, that is all that happens.
//
// The function has the name of check, where that has one. If it is called by a handler of
// one's own, it tells CodeDeploy as well, but the app doesn't know of it.
func TrafficHook(check func(context.Context) error) func(context.Context, json.RawMessage) (any, error) {
	d := &hookDeclaration{symbol: symbol(check), isNil: check == nil}
	checking := func(ctx context.Context, _ any) (any, error) { return nil, check(ctx) }
	hook := func(ctx context.Context, event json.RawMessage) (any, error) {
		if asked, ok := ctx.(*hookQuestion); ok {
			asked.answer = d
			return nil, nil
		}
		if _, ok := lifecycle.Of(ctx); ok { // what stands around all middleware tells CodeDeploy
			return checking(ctx, nil)
		}
		e, err := NewLambdaEvent(event)
		if err != nil {
			return nil, err
		}
		return telling(checking)(ctx, e)
	}
	made.add(hook)
	return hook
}

// hookDeclaration is what a registration has to know of a handler that TrafficHook made.
type hookDeclaration struct {
	symbol string // of the check
	isNil  bool
}

// hookQuestion is a context in which a handler that TrafficHook made tells what it is, and
// does nothing else. Nobody else can have one.
type hookQuestion struct {
	context.Context
	answer *hookDeclaration
}

// hookOf returns what is to be known of a handler if TrafficHook made it, otherwise nil.
func hookOf(handler func(context.Context, json.RawMessage) (any, error)) *hookDeclaration {
	if handler == nil || !made.has(handler) {
		return nil
	}
	q := &hookQuestion{Context: context.Background()}
	if _, err := handler(q, nil); err != nil {
		return nil
	}
	return q.answer
}

// declare makes a function one that CodeDeploy calls.
func (d *hookDeclaration) declare(f *functionDeclaration) {
	f.symbol, f.around = d.symbol, telling
	if d.isNil {
		f.invoke = nil
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.TrafficHook = true
		if lifecycle.Teller() == nil {
			r.report("nothing tells CodeDeploy what this TrafficHook finds, so that it would wait for an hour: import _ %q beside the registration", "github.com/chalice-go/chalice/codedeploy")
		}
	}
}

// readHook reads the event that CodeDeploy calls a hook with.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#reference-appspec-file-structure-hooks-section-structure-lambda-sample-function
func readHook(e *LambdaEvent) (lifecycle.Hook, error) {
	h := lifecycle.Hook{
		DeploymentID: text(member(e.raw, "DeploymentId")),
		ExecutionID:  text(member(e.raw, "LifecycleEventHookExecutionId")),
	}
	switch {
	case h.DeploymentID == "":
		return h, e.missing("CodeDeploy", "DeploymentId")
	case h.ExecutionID == "":
		return h, e.missing("CodeDeploy", "LifecycleEventHookExecutionId")
	}
	return h, nil
}

// told is the result of a hook: what CodeDeploy was told, in the words of its API, and why.
type told struct {
	DeploymentID string           `json:"deploymentId"`
	ExecutionID  string           `json:"lifecycleEventHookExecutionId"`
	Status       lifecycle.Status `json:"status"`
	Error        string           `json:"error,omitempty"`
}

// telling puts around a hook's handler, and the middleware around it, what tells CodeDeploy.
// The invocation fails only if CodeDeploy can't be told: Lambda tries again then, and the
// hook with it.
func telling(handler Handler) Handler {
	return func(ctx context.Context, event any) (any, error) {
		e, ok := event.(*LambdaEvent)
		if !ok {
			return nil, wrongEvent[*LambdaEvent](event)
		}
		hook, err := readHook(e)
		if err != nil {
			return nil, err
		}
		answer := told{hook.DeploymentID, hook.ExecutionID, lifecycle.Succeeded, ""}
		if err := inTime(lifecycle.With(ctx, hook), handler, event); err != nil {
			answer.Status, answer.Error = lifecycle.Failed, fmt.Sprint(err)
			slog.LogAttrs(ctx, slog.LevelError, "the traffic hook failed, and with it the deployment",
				append([]slog.Attr{slog.String("deployment", hook.DeploymentID)}, errtext.Attributes(err)...)...)
		}
		if !running() {
			return answer, nil
		}
		tell := lifecycle.Teller()
		if tell == nil {
			return nil, fmt.Errorf("nothing tells CodeDeploy that the hook %s: the program doesn't import package codedeploy", answer.Status)
		}
		if err := tell(ctx, hook, answer.Status); err != nil {
			return nil, fmt.Errorf("tell CodeDeploy that the hook of deployment %s %s: %w", hook.DeploymentID, answer.Status, err)
		}
		slog.LogAttrs(ctx, slog.LevelInfo, "CodeDeploy was told", slog.String("deployment", hook.DeploymentID), slog.String("status", string(answer.Status)))
		return answer, nil
	}
}

// The time that is kept for telling CodeDeploy. To connect takes a function with little
// memory a second or more.
const (
	hookMargin = 5 * time.Second
	hookPart   = 3
	// hookPatience is how much of the margin a check gets to return when its context has
	// ended, since its own error says more.
	hookPatience = 5
)

// inTime calls a hook's handler, and returns an error instead if it panics, ends its
// goroutine or takes too long.
func inTime(ctx context.Context, handler Handler, event any) error {
	work, cancel := withMargin(ctx, hookMargin, hookPart)
	defer cancel()
	done := make(chan error, 1)
	go runHook(work, handler, event, done)
	select {
	case err := <-done:
		return err
	case <-work.Done():
	}
	patience := time.Duration(0)
	if deadline, ok := ctx.Deadline(); ok {
		patience = time.Until(deadline) / hookPatience
	}
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		return fmt.Errorf("the check isn't done: %w", context.Cause(work))
	}
}

// runHook calls a hook's handler, and sends its error: also that of a panic, and of the end of
// the goroutine.
func runHook(ctx context.Context, handler Handler, event any, done chan<- error) {
	err := errEnded
	defer func() {
		if value := recover(); value != nil {
			err = &errtext.Panic{Value: value, Stack: debug.Stack()}
		}
		done <- err
	}()
	_, err = handler(ctx, event)
}
