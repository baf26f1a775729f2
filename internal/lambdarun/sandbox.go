package lambdarun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"time"

	"github.com/chalice-go/chalice/internal/child"
)

// errNotTaken means that the program ended before it asked for the event, so
// that another process can have it.
var errNotTaken = errors.New("the program ended between two events")

// sandbox is one process of the program with a runtime API of its own, so that
// no earlier process can answer its events.
type sandbox struct {
	command Command
	api     *runtimeAPI
	server  *http.Server
	process *exec.Cmd
	output  *output
	log     *programLog     // nil: lines aren't wanted
	exited  chan struct{}   // closed when the process is gone
	stop    <-chan struct{} // closed when the owner of the sandbox is closed
}

// newSandbox starts the program for an invocation, and waits until it asks for
// an event.
func newSandbox(ctx context.Context, c Command, id string, stop <-chan struct{}) (*sandbox, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the Lambda runtime API: %w", err)
	}
	s := &sandbox{
		command: c,
		process: c.process(),
		output:  &output{},
		exited:  make(chan struct{}),
		stop:    stop,
	}
	if c.Log != nil {
		if s.log, err = newProgramLog(id, c.Log, &s.output.tail); err != nil {
			listener.Close()
			return nil, fmt.Errorf("read what the program prints: %w", err)
		}
	}
	s.api = newRuntimeAPI(ARN(c.Region, c.Name), s.log)
	s.server = &http.Server{Handler: s.api.handler(), ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener)
	if err := s.start(listener.Addr().String()); err != nil {
		s.server.Close()
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	if err := s.awaitReady(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// start starts the process, with the address of its runtime API.
func (s *sandbox) start(address string) error {
	s.process.Dir = s.command.Dir
	s.process.Env = s.command.environment(address)
	if s.log != nil {
		s.process.Stdout, s.process.Stderr = s.log.w, s.log.w
	} else {
		s.process.Stdout = s.output.to(s.command.Stdout)
		s.process.Stderr = s.output.to(s.command.Stderr)
	}
	if err := child.Start(s.process); err != nil {
		s.log.close()
		return err
	}
	go func() {
		defer close(s.exited)
		child.Wait(s.process)
		child.Sweep(runtimeVariable(address)) // processes that have sessions of their own
		s.log.exited()
	}()
	return nil
}

func (s *sandbox) awaitReady(ctx context.Context) error {
	limit := time.NewTimer(s.command.StartLimit)
	defer limit.Stop()
	select {
	case <-s.api.ready:
		return nil
	case <-s.exited:
		return s.ended("before it asked Lambda for an event")
	case <-limit.C:
		return &TimeoutError{During: "its start, up to asking Lambda for an event,", Limit: s.command.StartLimit}
	case <-s.stop:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ended returns an error that says how the program ended, with what it printed
// since it got the event.
func (s *sandbox) ended(during string) error {
	if failure := s.api.initError(); failure != nil {
		return fmt.Errorf("the program could not start: %w", failure)
	}
	return &ExitError{During: during, Status: s.process.ProcessState.String(), Output: s.output.tail.Indented()}
}

// hasExited reports whether the process is gone.
func (s *sandbox) hasExited() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// invoke sends one event and waits for the answer. If anything else happens
// first, it ends the program, so that a late answer can't come.
func (s *sandbox) invoke(ctx context.Context, id string, event []byte, out io.Writer) (Result, error) {
	inv := newInvocation(id, event, s.command.Timeout)
	inv.out = out
	inv.client = clientContext(ctx)
	result, err := s.handOver(ctx, inv)
	if err != nil {
		s.close()
	}
	return result, err
}

func (s *sandbox) handOver(ctx context.Context, inv *invocation) (Result, error) {
	if s.hasExited() { // checked first, since select would choose at random
		return Result{}, errNotTaken
	}
	select {
	case s.api.events <- inv:
		return s.await(ctx, inv)
	case <-s.exited:
		return Result{}, errNotTaken
	case <-s.stop:
		return Result{}, ErrClosed
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
}

func (s *sandbox) await(ctx context.Context, inv *invocation) (Result, error) {
	limit := time.NewTimer(time.Until(inv.deadline))
	defer limit.Stop()
	select {
	case result := <-inv.answer:
		return result, nil
	case answer := <-inv.stream:
		return s.pass(ctx, inv, answer)
	case <-s.exited:
		select {
		case answer := <-inv.stream:
			return s.pass(ctx, inv, answer)
		case result := <-inv.answer: // the program ended right after answering
			return result, nil
		default:
		}
		if !inv.sent.Load() {
			return Result{}, errNotTaken
		}
		return Result{}, s.ended("before it answered")
	case <-limit.C:
		return Result{}, &TimeoutError{During: "an invocation", Limit: s.command.Timeout}
	case <-s.stop:
		return Result{}, ErrClosed
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
}

// close ends the process and waits until it is gone. It can be called more than
// once.
func (s *sandbox) close() {
	if !s.hasExited() {
		child.Kill(s.process)
	}
	<-s.exited
	s.server.Close()
	s.log.close()
}
