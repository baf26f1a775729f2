package lambdarun

import (
	"context"

	"github.com/chalice-go/chalice/internal/requestid"
)

// Function is a running Lambda function of one process, like an execution
// environment of Lambda; calls of Invoke wait for each other. A program that has
// ended is started again for the next event.
type Function struct {
	pool   *Pool
	unlink func() bool // from the context that was given to Start
}

// Start runs the program, and returns once it has asked for its first event.
// It runs until Close, or until ctx is done.
func Start(ctx context.Context, c Command) (*Function, error) {
	p := NewPool(c, 1, 0)
	if err := p.Warm(ctx); err != nil {
		return nil, err
	}
	return &Function{p, context.AfterFunc(ctx, p.Close)}, nil
}

// Invoke returns the program an event and waits for its answer; see [Pool.Invoke].
func (f *Function) Invoke(ctx context.Context, event []byte) (Result, error) {
	return f.pool.Invoke(ctx, requestid.New(), event)
}

// Close ends the program and the runtime API that it talks to. An invocation
// under way fails. Close can be called more than once.
func (f *Function) Close() error {
	f.unlink()
	f.pool.Close()
	return nil
}
