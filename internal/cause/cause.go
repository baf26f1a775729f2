// Package cause lets who invokes a function in its own process see what the
// function's answer doesn't tell.
//
// A route's error is answered with status 500 and a text that says nothing, as
// the client is a stranger. Package dispatch reports the error to the context of
// the invocation, and package apptest shows it to the test. In Lambda nobody
// listens, and nothing is kept.
package cause

import (
	"context"
	"fmt"
)

type reportKey struct{}

// WithReport returns a context whose invocations call report with the errors
// that they answer with a status of 500 and above. They do so from the goroutine
// that they run in.
func WithReport(ctx context.Context, report func(error)) context.Context {
	return context.WithValue(ctx, reportKey{}, report)
}

// Report tells whoever listens to an invocation why it failed.
func Report(ctx context.Context, err error) {
	if report, ok := ctx.Value(reportKey{}).(func(error)); ok {
		report(err)
	}
}

// Panic is what is reported of a panic.
type Panic struct {
	Value any
	Stack []byte // as of [runtime/debug.Stack]
}

// Error returns the panic's value as text.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the panic's value if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
