package lambdarun

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrClosed is what Invoke returns after Close.
var ErrClosed = errors.New("the function is closed")

// BusyError means that all processes of a function had something to do, for as
// long as an event can wait.
type BusyError struct {
	Processes int
	Waited    time.Duration
}

// Error says what was full, and for how long.
func (e *BusyError) Error() string {
	return fmt.Sprintf("all %d processes were busy for %s", e.Processes, e.Waited)
}

// Pool is a Lambda function that scales as Lambda does: it starts a process for
// an event that finds none idle, up to a limit, and keeps it for later ones.
// Each process handles one event at a time. A Pool is for several goroutines.
type Pool struct {
	command Command
	wait    time.Duration
	busy    chan struct{} // holds a value for each event that has or starts a process
	closed  chan struct{}
	once    sync.Once

	mu   sync.Mutex
	idle []*sandbox // the one used last is at the end
}

// NewPool makes a function of up to size processes, none of which it starts
// yet. An event that finds all busy waits for up to wait; 0: as long as it takes.
func NewPool(c Command, size int, wait time.Duration) *Pool {
	return &Pool{
		command: c.complete(), wait: wait,
		busy: make(chan struct{}, max(size, 1)), closed: make(chan struct{}),
	}
}

// Warm starts a process ahead of the first event, and returns once it has asked
// for one. The error is one of [Pool.Invoke].
func (p *Pool) Warm(ctx context.Context) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	defer p.leave()
	s, _, err := p.take(ctx, "")
	if err == nil {
		p.keep(s)
	}
	return err
}

// Invoke returns a process an event, as the invocation with that id, and waits
// for its answer. An error that the handler returned is in the Result. The error
// of Invoke itself is a [*BusyError], an [*ExitError], a [*TimeoutError],
// [ErrClosed], or that of ctx; no process works on the event any more when it is
// returned. The facts are there with an error, too.
func (p *Pool) Invoke(ctx context.Context, id string, event []byte) (Result, error) {
	facts := Facts{RequestID: id, Logged: logged}
	if err := p.enter(ctx); err != nil {
		return Result{Facts: facts}, err
	}
	defer p.leave()
	return p.run(ctx, facts, event)
}

// Send waits for a process as Invoke does, and returns when there is one for the
// event, or can be. The invocation then goes on to its end, whatever becomes of
// ctx, as in Lambda, where nobody can end one; done is called with what Invoke
// would return. If Send returns an error, done is never called.
func (p *Pool) Send(ctx context.Context, id string, event []byte, done func(Result, error)) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	go func() {
		result, err := p.run(context.WithoutCancel(ctx), Facts{RequestID: id, Logged: logged}, event)
		p.leave()
		done(result, err)
	}()
	return nil
}

// run needs a place among the busy.
func (p *Pool) run(ctx context.Context, facts Facts, event []byte) (Result, error) {
	id := facts.RequestID
	for {
		begin := time.Now()
		s, cold, err := p.take(ctx, id)
		if cold {
			facts.Cold, facts.Init = true, time.Since(begin)
		}
		if err != nil {
			return Result{Facts: facts}, err
		}
		begin = time.Now()
		result, err := s.invoke(ctx, id, event)
		if errors.Is(err, errNotTaken) && !cold {
			continue // it ended after its last answer, as it does after a panic
		}
		facts.Duration, facts.Logged = time.Since(begin), s.log.end(id)
		result.Facts = facts
		if err == nil {
			p.keep(s)
		}
		return result, err
	}
}

// logged is the Logged of an invocation that no process had.
var logged = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// enter waits until the event can have a process.
func (p *Pool) enter(ctx context.Context) error {
	select {
	case <-p.closed: // select would choose at random
		return ErrClosed
	default:
	}
	select {
	case p.busy <- struct{}{}:
		return nil
	default:
	}
	var late <-chan time.Time
	if p.wait > 0 {
		limit := time.NewTimer(p.wait)
		defer limit.Stop()
		late = limit.C
	}
	select {
	case p.busy <- struct{}{}:
		return nil
	case <-late:
		return &BusyError{Processes: cap(p.busy), Waited: p.wait}
	case <-p.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("all %d processes are busy: %w", cap(p.busy), context.Cause(ctx))
	}
}

func (p *Pool) leave() { <-p.busy }

// take returns an idle process, or else starts one for the invocation.
func (p *Pool) take(ctx context.Context, id string) (s *sandbox, cold bool, err error) {
	for {
		s := p.pop()
		if s == nil {
			s, err = newSandbox(ctx, p.command, id, p.closed)
			return s, true, err
		}
		if !s.hasExited() {
			return s, false, nil
		}
		s.close()
	}
}

func (p *Pool) pop() *sandbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	last := len(p.idle) - 1
	s := p.idle[last]
	p.idle = p.idle[:last]
	return s
}

func (p *Pool) keep(s *sandbox) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, s)
}

// Close ends all processes. Invocations under way fail. Close can be called more
// than once, and returns when no process is left.
func (p *Pool) Close() {
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.busy) { // everyone lets go at once, and nobody comes after
			p.busy <- struct{}{}
		}
		for s := p.pop(); s != nil; s = p.pop() {
			s.close()
		}
	})
}
