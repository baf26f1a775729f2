package lambdarun

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"time"
)

// errNotTaken: the program ended before it asked for the event, so another
// may have it.
var errNotTaken = errors.New("the program ended between two events")

// sandbox is one life of a program, with a runtime API that nobody else uses:
// no answer can come from a life before.
type sandbox struct {
	command Command
	api     *runtimeAPI
	server  *http.Server
	process *exec.Cmd
	output  *output
	exited  chan struct{} // closed when the process is gone
}

// newSandbox starts the program and waits until it asks for an event.
func newSandbox(ctx context.Context, c Command) (*sandbox, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the Lambda runtime API: %w", err)
	}
	s := &sandbox{
		command: c,
		api:     newRuntimeAPI(c.arn()),
		process: exec.Command(c.Path),
		output:  &output{},
		exited:  make(chan struct{}),
	}
	s.server = &http.Server{Handler: s.api.handler(), ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener)

	s.process.Dir = c.Dir
	s.process.Env = c.environment(listener.Addr().String())
	s.process.Stdout = s.output.to(c.Stdout)
	s.process.Stderr = s.output.to(c.Stderr)
	// What the program started may hold its output open.
	s.process.WaitDelay = time.Second
	if err := s.process.Start(); err != nil {
		s.server.Close()
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	go func() {
		defer close(s.exited)
		s.process.Wait()
	}()
	if err := s.awaitReady(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
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
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *sandbox) ended(during string) error {
	if failure := s.api.initError(); failure != nil {
		return fmt.Errorf("the program could not start: %w", failure)
	}
	return &ExitError{During: during, Status: s.process.ProcessState.String(), Output: s.output.tail.Indented()}
}

// invoke hands over one event and waits for the answer. Whatever else happens
// than an answer ends the program, so that it can't come late.
func (s *sandbox) invoke(ctx context.Context, event []byte) (Result, error) {
	inv := newInvocation(event, s.command.Timeout)
	select {
	case <-s.exited: // select would choose at random
		return Result{}, errNotTaken
	default:
	}
	select {
	case s.api.events <- inv:
	case <-s.exited:
		return Result{}, errNotTaken
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
	result, err := s.await(ctx, inv)
	if err != nil {
		s.close()
	}
	return result, err
}

func (s *sandbox) await(ctx context.Context, inv *invocation) (Result, error) {
	limit := time.NewTimer(time.Until(inv.deadline))
	defer limit.Stop()
	select {
	case result := <-inv.answer:
		return result, nil
	case <-s.exited:
		select {
		case result := <-inv.answer: // it ended right after answering
			return result, nil
		default:
			return Result{}, s.ended("before it answered")
		}
	case <-limit.C:
		return Result{}, &TimeoutError{During: "an invocation", Limit: s.command.Timeout}
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
}

// close ends the process and waits until it is gone. It can be called again.
func (s *sandbox) close() {
	s.process.Process.Kill()
	<-s.exited
	s.server.Close()
}
