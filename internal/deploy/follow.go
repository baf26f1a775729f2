package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/timing"
)

// Left is the error of an operation that goes on although its end wasn't
// awaited.
type Left struct {
	Stack string // name
	Kind  string // stack.Create, Update, Delete or Rollback
}

// Error says that the operation goes on.
func (e *Left) Error() string {
	return fmt.Sprintf("stack %s is still being %s, which goes on by itself", e.Stack, doing[e.Kind])
}

// doing are phrases for what an operation does to a stack, for the middle of a
// sentence.
var doing = map[string]string{
	stack.Create: "created", stack.Update: "updated", stack.Delete: "deleted", stack.Rollback: "rolled back",
}

// offers are the questions whether to take an operation back.
var offers = map[string]string{
	stack.Create: "The stack %s is being created. Delete it again?",
	stack.Update: "The stack %s is being updated. Cancel that, so that it is rolled back?",
}

// follow shows an operation on a number of resources until it has ended. If the
// context is done before, it asks whether to take the operation back. If the
// operation has ended meanwhile, the question doesn't matter.
func (in *Input) follow(ctx context.Context, engine *stack.Engine, op *stack.Operation, resources int) (*stack.Stack, error) {
	ctx, ended := timing.Start(ctx, "follow the stack")
	defer ended()
	s, err := in.watch(ctx, op, resources)
	if ctx.Err() == nil || s != nil || errors.As(err, new(*stack.Failure)) {
		return s, err
	}
	left := &Left{Stack: op.StackName, Kind: op.Kind}
	offer, ok := offers[op.Kind]
	if !ok {
		return nil, left
	}
	// Now the person who has interrupted waits for the end deliberately.
	ctx = context.WithoutCancel(ctx)
	if yes, err := in.Talk.Ask(ctx, fmt.Sprintf(offer, op.StackName)); err != nil || !yes {
		return nil, left
	}
	if err := engine.Cancel(ctx, op); err != nil {
		in.Talk.Note(err.Error())
	}
	return in.watch(ctx, op, 0)
}

func (in *Input) watch(ctx context.Context, op *stack.Operation, resources int) (*stack.Stack, error) {
	watch := in.Talk.Watch(op.StackName, resources)
	defer watch.End()
	return op.Follow(ctx, watch.Event)
}
