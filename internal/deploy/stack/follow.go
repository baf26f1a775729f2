package stack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The intervals at which events are read.
const (
	quickly = 500 * time.Millisecond
	gently  = 2500 * time.Millisecond
)

// Time limits of Follow.
const (
	patience  = 2 * time.Minute  // how long requests may fail before that is an error
	quiet     = 5 * time.Second  // how long no event may come before the stack itself is asked
	stillness = 30 * time.Second // how long a stack may be at rest, without an event about the end, before the operation counts as ended
)

// progress is how far an operation was followed.
type progress struct {
	feeds     []*feed             // the root's first
	began     time.Time           // the time of the operation's first event, by CloudFormation's clock
	failures  []Event             // events that may say why it failed
	own       []Event             // events of the root stack itself
	resources map[[2]string]Event // the last event of each resource, by the IDs of its stack and its own
	heard     time.Time           // when each was last called with an event, by our clock
	extra     int                 // how often the last events of nested stacks were looked for after the root's end
}

func newProgress(root *feed) *progress {
	return &progress{feeds: []*feed{root}, resources: map[[2]string]Event{}}
}

// Follow calls each with the operation's events as they happen, including those
// of nested stacks, until the operation has ended. Events of one stack come in
// their order, and each event once.
//
// It returns the stack, whose status is DELETE_COMPLETE if it was deleted. If
// the operation didn't do what it should, the error is a [*Failure]. When the
// context is done, Follow returns its error; it can then be called again, and
// continues with the next event. Only one goroutine at a time can call it.
func (op *Operation) Follow(ctx context.Context, each func(Event)) (*Stack, error) {
	op.progress.heard = time.Now()
	var trouble time.Time // since when all requests have failed
	for pace := newPace(quickly, gently); ; {
		status, err := op.look(ctx, each)
		switch {
		case err == nil && status != "":
			return op.conclude(ctx, status)
		case err == nil:
			trouble = time.Time{}
		case ctx.Err() != nil || !transient(err):
			return nil, op.lost(err)
		case trouble.IsZero():
			trouble = time.Now()
		case time.Since(trouble) > patience:
			return nil, op.lost(err)
		}
		if err := pace.wait(ctx); err != nil {
			return nil, op.lost(err)
		}
	}
}

func (op *Operation) lost(err error) error {
	return fmt.Errorf("follow stack %s, which goes on: %w", op.StackName, err)
}

// transient reports whether a failed request can succeed later.
func transient(err error) bool {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorFault() == smithy.FaultServer || strings.Contains(answer.ErrorCode(), "Throttl") ||
			answer.ErrorCode() == "RequestLimitExceeded"
	}
	var late interface{ Timeout() bool }
	return errors.As(err, new(*smithyhttp.RequestSendError)) || errors.As(err, new(*smithy.DeserializationError)) ||
		errors.As(err, &late) && late.Timeout()
}

// look calls each with the new events. If the operation has ended, it returns
// the stack's status.
func (op *Operation) look(ctx context.Context, each func(Event)) (string, error) {
	events, err := op.gather(ctx)
	if err != nil {
		return "", err
	}
	for _, event := range events {
		op.progress.note(event)
		each(event)
	}
	return op.end(ctx)
}

// gather returns the new events of all stacks. Events count as seen only when
// those of all stacks have been read.
func (op *Operation) gather(ctx context.Context) ([]Event, error) {
	var all []Event
	var seen []func()
	p := op.progress
	for i := 0; i < len(p.feeds); i++ { // the loop adds feeds
		f := p.feeds[i]
		if i > 0 && !f.wanted() {
			continue
		}
		since := time.Time{}
		if i > 0 {
			since = p.began // a nested stack can have older events, and its events have other tokens
		}
		events, err := op.engine.unread(ctx, f, since)
		if err != nil && !missing(err) {
			return nil, err
		}
		for _, raw := range events {
			seen = append(seen, func() { f.seen[aws.ToString(raw.EventId)] = true })
			if i > 0 || op.owns(raw) {
				event := newEvent(raw, f.path)
				p.open(event)
				all = append(all, event)
			}
		}
	}
	for _, mark := range seen {
		mark()
	}
	for _, f := range p.feeds {
		f.rest = max(f.rest-1, 0)
	}
	slices.SortStableFunc(all, func(a, b Event) int { return a.Time.Compare(b.Time) })
	return all, nil
}

// open begins to read the events of a nested stack if an event is about one.
func (p *progress) open(event Event) {
	if p.began.IsZero() {
		p.began = event.Time
	}
	if event.Type != nestedType || event.OfStack() || event.PhysicalID == "" {
		return
	}
	nested := p.feed(event.PhysicalID)
	if nested == nil {
		nested = newFeed(event.PhysicalID, append(slices.Clip(event.Path), event.LogicalID))
		p.feeds = append(p.feeds, nested)
	}
	nested.held, nested.rest = inProgress(event.Status), 2
}

// feed returns the feed of a stack, or nil.
func (p *progress) feed(stack string) *feed {
	for _, f := range p.feeds {
		if f.stack == stack {
			return f
		}
	}
	return nil
}

// note keeps what an event says about the end of the operation.
func (p *progress) note(event Event) {
	p.heard = time.Now()
	if !event.OfStack() {
		p.resources[[2]string{event.StackID, event.LogicalID}] = event
		if strings.HasSuffix(event.Status, "_FAILED") {
			p.failures = append(p.failures, event)
		}
		return
	}
	if f := p.feed(event.StackID); f != nil {
		f.status = event.Status
	}
	if event.StackID == p.feeds[0].stack {
		p.own = append(p.own, event)
	}
}

// end returns the stack's status if the operation has ended, according to the
// stack's own events. A nested stack's last event can come after that.
func (op *Operation) end(ctx context.Context) (string, error) {
	p := op.progress
	status := p.feeds[0].status
	ended, _ := op.ended(status)
	late := slices.ContainsFunc(p.feeds[1:], func(f *feed) bool { return inProgress(f.status) })
	switch {
	case status == "" || !ended:
		return op.silentEnd(ctx, status)
	case late && p.extra < 3:
		p.extra++
		return "", nil
	}
	return status, nil
}

// silentEnd returns the stack's status if the operation has ended although no
// event says so. It asks the stack itself only if no event has come for a
// while, since the stack may still be as before, or already be changed by a
// later operation.
func (op *Operation) silentEnd(ctx context.Context, heard string) (string, error) {
	silence := time.Since(op.progress.heard)
	if silence < quiet {
		return "", nil
	}
	now, err := op.engine.describe(ctx, op.StackID)
	if err != nil {
		return "", err
	}
	status := statusOf(now)
	ended, _ := op.ended(status)
	switch {
	case status == deleteComplete, ended && heard != "":
		return status, nil
	case !ended, silence < stillness:
		return "", nil
	case op.changeSet == "":
		return status, nil
	}
	done, err := op.engine.done(ctx, op.changeSet)
	if err != nil || !done {
		return "", err
	}
	return status, nil
}

// done reports whether the execution of a change set has ended. It returns an
// error if the execution failed before the stack changed.
func (e *Engine) done(ctx context.Context, changeSet string) (bool, error) {
	page, err := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &changeSet})
	if missing(err) {
		return true, nil // it was deleted when a later one was executed
	}
	if err != nil {
		return false, err
	}
	switch page.ExecutionStatus {
	case types.ExecutionStatusExecuteInProgress:
		return false, nil
	case types.ExecutionStatusExecuteComplete:
		return true, nil
	}
	return false, fmt.Errorf("change set %s was not executed (%s): %s", aws.ToString(page.ChangeSetName), page.ExecutionStatus,
		cmp.Or(aws.ToString(page.StatusReason), "CloudFormation doesn't say why"))
}

// conclude returns the stack after an operation that ended with a status.
func (op *Operation) conclude(ctx context.Context, status string) (*Stack, error) {
	var s *Stack
	for pace, tries := newPace(quickly, quickly), 0; ; tries++ {
		var err error
		if s, err = op.engine.describe(ctx, op.StackID); err != nil {
			return nil, op.lost(err)
		}
		// The stack can lag behind its events, and then has no outputs yet.
		if statusOf(s) == status || tries == 4 {
			break
		}
		if err := pace.wait(ctx); err != nil {
			return nil, op.lost(err)
		}
	}
	if s == nil {
		s = &Stack{ID: op.StackID, Name: op.StackName}
	}
	s.Status = status
	if _, well := op.ended(status); well {
		return s, nil
	}
	return s, op.failure(s)
}
