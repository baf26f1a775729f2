package lambdarun

import (
	"context"
	"errors"
	"sync"
)

// ErrClosed is what Invoke gives after Close.
var ErrClosed = errors.New("the function is closed")

// Function is a running Lambda function. It handles one event at a time, like
// an execution environment of Lambda; calls of Invoke wait for each other. A
// program that has ended is started again for the next event.
type Function struct {
	command Command
	turn    chan struct{} // holds a value while someone uses current
	current *sandbox
	closed  chan struct{}
	once    sync.Once
	unlink  func() bool // from the context that was given to Start
}

// Start runs the program, and returns once it has asked for its first event.
// It runs until Close, or until ctx is done.
func Start(ctx context.Context, c Command) (*Function, error) {
	c = c.complete()
	s, err := newSandbox(ctx, c)
	if err != nil {
		return nil, err
	}
	f := &Function{command: c, current: s, turn: make(chan struct{}, 1), closed: make(chan struct{})}
	f.unlink = context.AfterFunc(ctx, func() { f.once.Do(f.close) })
	return f, nil
}

// Invoke gives the program an event and waits for its answer. An error that
// the handler returned is in the Result. The error of Invoke itself is an
// [*ExitError], a [*TimeoutError], [ErrClosed], or that of ctx; the program
// doesn't work on the event any more when it is returned.
func (f *Function) Invoke(ctx context.Context, event []byte) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-f.closed:
			cancel(ErrClosed)
		case <-ctx.Done():
		}
	}()
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
	defer func() { <-f.turn }()
	return f.invoke(ctx, event)
}

// invoke needs the turn.
func (f *Function) invoke(ctx context.Context, event []byte) (Result, error) {
	result, err := f.current.invoke(ctx, event)
	if !errors.Is(err, errNotTaken) {
		return result, err
	}
	// The program ended after its last answer, as it does after a panic.
	f.current.close()
	s, err := newSandbox(ctx, f.command)
	if err != nil {
		return Result{}, err
	}
	f.current = s
	return s.invoke(ctx, event)
}

// Close ends the program and the runtime API that it talks to. An invocation
// under way fails. Close can be called more than once.
func (f *Function) Close() error {
	f.unlink()
	f.once.Do(f.close)
	return nil
}

func (f *Function) close() {
	close(f.closed)
	f.turn <- struct{}{} // Invoke lets go of it at once, and nobody gets it back
	f.current.close()
}
