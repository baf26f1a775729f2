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

// The kinds of an [Operation] besides Create and Update.
const (
	Delete   = "DELETE"
	Rollback = "ROLLBACK" // it continues the rollback of an update
)

// An Operation is a change of a stack that CloudFormation has begun. It goes on
// whether or not it is followed.
type Operation struct {
	StackID, StackName string
	Kind               string // Create, Update, Delete or Rollback

	engine    *Engine
	changeSet string // the ID of the change set that is executed, or empty
	lock      sync.Mutex
	tokens    []string // of the requests that cause the operation's events
	cancelled bool
	progress  *progress
}

// operation returns an operation that is about to begin: the stack's later
// events belong to it.
func (e *Engine) operation(ctx context.Context, kind, id, name string) (*Operation, error) {
	root := newFeed(id, nil)
	if err := e.mark(ctx, root); err != nil {
		return nil, fmt.Errorf("events of stack %s: %w", name, err)
	}
	return &Operation{StackID: id, StackName: name, Kind: kind, engine: e, tokens: []string{token()}, progress: newProgress(root)}, nil
}

// token returns the token of the operation's first request.
func (op *Operation) token() *string { return &op.tokens[0] }

// Execute executes a change set. If the stack has changed since the change set
// was made, the error is an [*Overtaken], or a [*Busy] while it is still being
// changed.
//
// If the change fails, what it has made goes with it, also what a template retains: the
// version of a function that stayed would be one that Lambda makes no second time.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
//
// If the context is done during the request, Execute waits for the answer, so
// that it is always known whether the change has begun.
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
		ChangeSetName: &set.ID, ClientRequestToken: op.token(), RetainExceptOnCreate: new(true),
	})
	if err == nil {
		return op, nil
	}
	if refused(err) {
		return e.explain(ctx, op, set, err)
	}
	return nil, fmt.Errorf("execute change set %s of stack %s: %w", set.Name, set.StackName, err)
}

// explain finds out why a change set isn't executed. It returns the operation
// if the change set is being executed after all, because the answer to a first
// request got lost.
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

// executed reports whether the execution of a change set has begun after the
// operation's start.
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

// DeleteOptions say how to delete a stack.
type DeleteOptions struct {
	// Retain has the logical IDs of resources that stay when the stack is gone.
	// CloudFormation accepts them only after a failed deletion.
	Retain  []string
	RoleARN string // the role that CloudFormation uses; empty leaves it as it is
}

// Delete deletes a stack. If it is already being deleted, Delete returns that
// operation. The error is a [*Protected] for a stack with termination
// protection, and a [*Busy] for one that is being changed.
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
// The resources in skip, given by logical ID, or STACK.ID for those of a nested
// stack, are left as they are, and CloudFormation treats them as rolled back.
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
// being created is deleted. [Operation.Follow] reports how that ends. If it is
// too late, Cancel returns an error, and the operation goes on.
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

// statusOf returns the status of a stack. A nil stack is deleted.
func statusOf(s *Stack) string {
	if s == nil {
		return deleteComplete
	}
	return s.Status
}

// owns reports whether an event of the root stack belongs to this operation: it
// has one of the operation's tokens, or none. All events of a deletion do,
// since a stack is deleted only once.
func (op *Operation) owns(event types.StackEvent) bool {
	op.lock.Lock()
	defer op.lock.Unlock()
	given := aws.ToString(event.ClientRequestToken)
	return given == "" || op.Kind == Delete || slices.Contains(op.tokens, given)
}

// ended reports whether the operation has ended when the stack has a status,
// and whether it has then done what it should.
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

// successes are the statuses of the stack after successful operations.
var successes = map[string]string{
	Create:   createComplete,
	Update:   updateComplete,
	Delete:   deleteComplete,
	Rollback: updateRollbackComplete,
}
