package lambdarun

import (
	"context"

	"github.com/chalice-go/chalice/internal/requestid"
)

// Function is a Lambda function with a single process, like an execution
// environment of Lambda's; calls of Invoke wait for each other. If the program
// has ended, it is started again for the next event.
type Function struct {
	pool   *Pool
	unlink func() bool // undoes the link to the context given to Start
}

// Start runs the program, and returns when it has asked for its first event.
// The program runs until Close is called, or until ctx is done.
func Start(ctx context.Context, c Command) (*Function, error) {
	p := NewPool(c, 1, 0)
	if err := p.Warm(ctx); err != nil {
		return nil, err
	}
	return &Function{p, context.AfterFunc(ctx, p.Close)}, nil
}

// Invoke sends the program an event and waits for its answer; see
// [Pool.Invoke].
func (f *Function) Invoke(ctx context.Context, event []byte) (Result, error) {
	return f.pool.Invoke(ctx, requestid.New(), event)
}

// Close ends the program and its runtime API. An invocation that is running
// fails. Close can be called more than once.
func (f *Function) Close() error {
	f.unlink()
	f.pool.Close()
	return nil
}
