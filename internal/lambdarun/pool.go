package lambdarun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrClosed is what Invoke returns after Close.
var ErrClosed = errors.New("the function is closed")

// BusyError means that all processes of a function were busy for as long as an
// event may wait.
type BusyError struct {
	Processes int
	Waited    time.Duration
}

// Error says how many processes were busy, and for how long.
func (e *BusyError) Error() string {
	return fmt.Sprintf("all %d processes were busy for %s", e.Processes, e.Waited)
}

// Pool is a Lambda function that scales as Lambda does: if no process is idle,
// it starts one for an event, up to a limit, and keeps it for later events.
// Each process handles one event at a time. Several goroutines can use a Pool.
type Pool struct {
	command Command
	wait    time.Duration
	busy    chan struct{} // holds a value for each event that has a process or starts one
	closed  chan struct{}
	once    sync.Once

	mu   sync.Mutex
	idle []*sandbox // the one used last is at the end
}

// NewPool makes a function of up to size processes. It starts none of them. If
// all are busy, an event waits for up to wait; 0: without a limit.
func NewPool(c Command, size int, wait time.Duration) *Pool {
	return &Pool{
		command: c.complete(), wait: wait,
		busy: make(chan struct{}, max(size, 1)), closed: make(chan struct{}),
	}
}

// Warm starts a process ahead of the first event, and returns when it has asked
// for one. The errors are those of [Pool.Invoke].
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

// Invoke sends an event to a process, as the invocation with that id, and waits
// for the answer. An error that the handler returned is in the Result. The
// error of Invoke itself is a [*BusyError], an [*ExitError], a [*TimeoutError],
// [ErrClosed], or that of ctx; when Invoke returns, no process works on the
// event anymore. The Result has the facts also if there is an error.
func (p *Pool) Invoke(ctx context.Context, id string, event []byte) (Result, error) {
	return p.InvokeStream(ctx, id, event, nil)
}

// InvokeStream is Invoke for an answer that the program may send piece by piece:
// each piece is written to w when it comes, as Lambda's InvokeWithResponseStream
// has it, and the Result is Streamed. If w takes no more, nor does the program's
// connection; then the Result has Lost, and the program goes on.
func (p *Pool) InvokeStream(ctx context.Context, id string, event []byte, w io.Writer) (Result, error) {
	facts := Facts{RequestID: id, Logged: logged}
	if err := p.enter(ctx); err != nil {
		return Result{Facts: facts}, err
	}
	defer p.leave()
	return p.run(ctx, facts, event, w)
}

// Send waits for a process as Invoke does, and returns when the event has a
// process, or is about to start one. The invocation then runs to its end even
// if ctx is done, as in Lambda, where an invocation can't be ended; then done
// is called with what Invoke would return. If Send returns an error, done is
// never called.
func (p *Pool) Send(ctx context.Context, id string, event []byte, done func(Result, error)) error {
	return p.SendStream(ctx, id, event, nil, done)
}

// SendStream is Send with a writer as [Pool.InvokeStream] has it.
func (p *Pool) SendStream(ctx context.Context, id string, event []byte, w io.Writer, done func(Result, error)) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	go func() {
		result, err := p.run(context.WithoutCancel(ctx), Facts{RequestID: id, Logged: logged}, event, w)
		p.leave()
		done(result, err)
	}()
	return nil
}

// run invokes an event that has a place in busy.
func (p *Pool) run(ctx context.Context, facts Facts, event []byte, w io.Writer) (Result, error) {
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
		result, err := s.invoke(ctx, id, event, w)
		if errors.Is(err, errNotTaken) && !cold {
			continue // it ended after its last answer, for instance because of a panic
		}
		facts.Duration, facts.Logged = time.Since(begin), s.log.end(id)
		result.Facts = facts
		if err == nil {
			p.keep(s)
		}
		return result, err
	}
}

// logged is the channel Logged of an invocation that no process got.
var logged = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// enter waits for a place in busy.
func (p *Pool) enter(ctx context.Context) error {
	select {
	case <-p.closed: // checked first, since select would choose at random
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

// take returns an idle process, or starts one for the invocation.
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

// Close ends all processes. Running invocations fail. Close can be called more
// than once, and returns when no process is left.
func (p *Pool) Close() {
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.busy) { // all invocations leave at once, and no new one enters
			p.busy <- struct{}{}
		}
		for s := p.pop(); s != nil; s = p.pop() {
			s.close()
		}
	})
}
