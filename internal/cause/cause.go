// Package cause passes on why a function failed to a caller in the same
// process, whom the function's answer doesn't tell.
//
// An error of a route is answered with status 500 and a text that says nothing,
// since the client is a stranger. Package dispatch reports the error to the
// context of the invocation, and package apptest shows it to the test. In
// Lambda there is no such caller, and nothing is kept.
package cause

import (
	"context"
	"fmt"
)

type reportKey struct{}

// WithReport returns a context whose invocations call report with each error
// that they answer with a status of 500 or above. They call it from the
// goroutine in which they run.
func WithReport(ctx context.Context, report func(error)) context.Context {
	return context.WithValue(ctx, reportKey{}, report)
}

// Report tells the caller of an invocation, if there is one, why it failed.
func Report(ctx context.Context, err error) {
	if report, ok := ctx.Value(reportKey{}).(func(error)); ok {
		report(err)
	}
}

// Panic is reported for a panic.
type Panic struct {
	Value any
	Stack []byte // in the format of [runtime/debug.Stack]
}

// Error returns the panic's value as text.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the panic's value if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
