package stack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// What an [Operation] does, besides Create and Update.
const (
	Delete   = "DELETE"
	Rollback = "ROLLBACK" // it continues that of an update
)

// An Operation is a change of a stack that CloudFormation has begun. It goes on
// whether it is followed or not.
type Operation struct {
	StackID, StackName string
	Kind               string // Create, Update, Delete or Rollback

	engine    *Engine
	changeSet string // the ID of the one that is executed, or empty
	lock      sync.Mutex
	tokens    []string // of the requests whose events these are
	cancelled bool
	progress  *progress
}

// operation returns one that is about to begin: what happens from now on is its own.
func (e *Engine) operation(ctx context.Context, kind, id, name string) (*Operation, error) {
	root := newFeed(id, nil)
	if err := e.mark(ctx, root); err != nil {
		return nil, fmt.Errorf("events of stack %s: %w", name, err)
	}
	return &Operation{StackID: id, StackName: name, Kind: kind, engine: e, tokens: []string{token()}, progress: newProgress(root)}, nil
}

// token returns the token of the operation's first request.
func (op *Operation) token() *string { return &op.tokens[0] }

// Execute executes a change set. If the stack was changed since that was made,
// the error is an [*Overtaken], and a [*Busy] while it is still being changed.
//
// When the context is done while the request is under way, its answer is waited
// for, so that it is never unclear whether the change has begun.
func (e *Engine) Execute(ctx context.Context, set *ChangeSet) (*Operation, error) {
	op, err := e.operation(ctx, set.Kind, set.StackID, set.StackName)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, op.changeSet = context.WithoutCancel(ctx), set.ID
	_, err = e.api.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{
		ChangeSetName: &set.ID, ClientRequestToken: op.token(),
	})
	if err == nil {
		return op, nil
	}
	if refused(err) {
		return e.explain(ctx, op, set, err)
	}
	return nil, fmt.Errorf("execute change set %s of stack %s: %w", set.Name, set.StackName, err)
}

// explain looks why a change set isn't executed. It may be, since the answer to
// a first request was lost.
func (e *Engine) explain(ctx context.Context, op *Operation, set *ChangeSet, cause error) (*Operation, error) {
	page, err := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &set.ID})
	if err != nil && !missing(err) {
		return nil, fmt.Errorf("execute change set %s of stack %s: %w", set.Name, set.StackName, cause)
	}
	if err == nil && e.executed(ctx, op, page.ExecutionStatus) {
		return op, nil
	}
	now, err := e.Find(ctx, set.StackID)
	if err != nil {
		return nil, err
	}
	if now != nil && now.InProgress() {
		return nil, e.busy(ctx, now)
	}
	return nil, &Overtaken{Stack: set.StackName, Err: cause}
}

// executed reports whether a change set is executed since the operation began.
func (e *Engine) executed(ctx context.Context, op *Operation, status types.ExecutionStatus) bool {
	switch status {
	case types.ExecutionStatusExecuteInProgress:
		return true
	case types.ExecutionStatusExecuteComplete, types.ExecutionStatusExecuteFailed:
		events, err := e.unread(ctx, op.progress.feeds[0], time.Time{})
		return err == nil && slices.ContainsFunc(events, op.owns)
	}
	return false
}

// DeleteOptions say how a stack is deleted.
type DeleteOptions struct {
	// Retain has the logical IDs of resources that stay, without the stack. They
	// can be given only when a deletion has failed.
	Retain  []string
	RoleARN string // the role that CloudFormation uses; empty leaves it as it is
}

// Delete deletes a stack. One that is being deleted already is not deleted
// again: the operation is that of who began it. The error is a [*Protected] for
// a stack with termination protection, and a [*Busy] for one that is being changed.
func (e *Engine) Delete(ctx context.Context, s *Stack, options DeleteOptions) (*Operation, error) {
	if s.Protected {
		return nil, &Protected{Stack: s.Name}
	}
	if len(options.Retain) > 0 && s.Status != deleteFailed {
		return nil, fmt.Errorf("resources of stack %s can be retained only after its deletion has failed (DELETE_FAILED); it is in %s", s.Name, s.Status)
	}
	if s.InProgress() && s.Status != deleteInProgress {
		return nil, e.busy(ctx, s)
	}
	op, err := e.operation(ctx, Delete, s.ID, s.Name)
	if err != nil {
		return nil, err
	}
	if s.Status == deleteInProgress {
		return op, nil
	}
	ctx = context.WithoutCancel(ctx)
	_, err = e.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{
		StackName: &s.ID, ClientRequestToken: op.token(), RetainResources: options.Retain, RoleARN: optional(options.RoleARN),
	})
	if err == nil {
		return op, nil
	}
	if now, again := e.Find(ctx, s.ID); refused(err) && again == nil && now != nil && (now.Status != s.Status || now.Protected) {
		return e.Delete(ctx, now, options)
	}
	return nil, fmt.Errorf("delete stack %s: %w", s.Name, err)
}

// ContinueRollback continues the rollback of a stack in UPDATE_ROLLBACK_FAILED.
// The resources to skip, by logical ID, or STACK.ID for those of a nested stack,
// are left as they are, though CloudFormation then takes them for rolled back.
func (e *Engine) ContinueRollback(ctx context.Context, s *Stack, skip []string) (*Operation, error) {
	if s.InProgress() {
		return nil, e.busy(ctx, s)
	}
	if s.Status != updateRollbackFailed {
		return nil, fmt.Errorf("stack %s has no rollback to continue: it is in %s, not in %s", s.Name, s.Status, updateRollbackFailed)
	}
	op, err := e.operation(ctx, Rollback, s.ID, s.Name)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	_, err = e.api.ContinueUpdateRollback(ctx, &cloudformation.ContinueUpdateRollbackInput{
		StackName: &s.ID, ClientRequestToken: op.token(), ResourcesToSkip: skip,
	})
	if err == nil {
		return op, nil
	}
	if now, again := e.Find(ctx, s.ID); refused(err) && again == nil && now != nil && now.InProgress() {
		return nil, e.busy(ctx, now)
	}
	return nil, fmt.Errorf("continue the rollback of stack %s: %w", s.Name, err)
}

// Cancel takes an operation back: an update is rolled back, and a stack that is
// being created is deleted. [Operation.Follow] tells how that ends. An operation
// that has gone too far for that is an error, and goes on.
func (e *Engine) Cancel(ctx context.Context, op *Operation) error {
	now, err := e.Find(ctx, op.StackID)
	if err != nil {
		return err
	}
	status, request := statusOf(now), token()
	op.lock.Lock()
	op.tokens = append(op.tokens, request)
	op.lock.Unlock()
	switch status {
	case createInProgress:
		_, err = e.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &op.StackID, ClientRequestToken: &request})
	case updateInProgress:
		_, err = e.api.CancelUpdateStack(ctx, &cloudformation.CancelUpdateStackInput{StackName: &op.StackID, ClientRequestToken: &request})
	default:
		return fmt.Errorf("stack %s is in %s, where nothing can be cancelled", op.StackName, status)
	}
	if err != nil {
		return fmt.Errorf("cancel the change of stack %s: %w", op.StackName, err)
	}
	op.lock.Lock()
	op.cancelled = true
	op.lock.Unlock()
	return nil
}

// statusOf returns the status of a stack, nil for one that is gone.
func statusOf(s *Stack) string {
	if s == nil {
		return deleteComplete
	}
	return s.Status
}

// owns reports whether an event of the root stack is of this operation: it has
// one of its tokens, or none at all. A stack is deleted once, whoever asks for it.
func (op *Operation) owns(event types.StackEvent) bool {
	op.lock.Lock()
	defer op.lock.Unlock()
	given := aws.ToString(event.ClientRequestToken)
	return given == "" || op.Kind == Delete || slices.Contains(op.tokens, given)
}

// ended reports whether an operation is at its end when the stack has a status,
// and well whether it has then done what it is for.
func (op *Operation) ended(status string) (ended, well bool) {
	op.lock.Lock()
	defer op.lock.Unlock()
	switch {
	case op.Kind == Delete, op.Kind == Create && op.cancelled:
		ended = status == deleteComplete || status == deleteFailed
	case op.Kind == Rollback:
		ended = status == updateRollbackComplete || status == updateRollbackFailed
	default:
		ended = !inProgress(status) && status != reviewInProgress
	}
	return ended, status == successes[op.Kind]
}

// successes are the statuses in which operations have done what they are for.
var successes = map[string]string{
	Create:   createComplete,
	Update:   updateComplete,
	Delete:   deleteComplete,
	Rollback: updateRollbackComplete,
}
