// Package lifecycle is what package app, whose TrafficHook makes hooks of CodeDeploy's, and
// package codedeploy, which tells CodeDeploy what they found, know of each other. A program
// has the latter only if it imports it: it needs net/http, which no other function should
// link.
package lifecycle

import (
	"context"
	"sync/atomic"
)

// Hook is one call of a hook by CodeDeploy.
type Hook struct {
	DeploymentID string
	ExecutionID  string // of the call
}

// Status is what CodeDeploy is told of a call.
type Status string

// The statuses that CodeDeploy takes from a hook.
// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html
const (
	Succeeded Status = "Succeeded"
	Failed    Status = "Failed"
)

// Tell tells CodeDeploy of a call.
type Tell func(context.Context, Hook, Status) error

// teller is set once, while the program starts.
var teller atomic.Pointer[Tell]

// Provide has hooks tell CodeDeploy by a function.
func Provide(tell Tell) { teller.Store(&tell) }

// Teller returns the function that was provided, nil if none was.
func Teller() Tell {
	if tell := teller.Load(); tell != nil {
		return *tell
	}
	return nil
}

type hookKey struct{}

// With returns a context of a call.
func With(ctx context.Context, h Hook) context.Context { return context.WithValue(ctx, hookKey{}, h) }

// Of returns the call that a context is of. It reports false for other contexts.
func Of(ctx context.Context) (Hook, bool) {
	h, ok := ctx.Value(hookKey{}).(Hook)
	return h, ok
}
