package stack

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Busy is the error for a stack that is being changed.
type Busy struct {
	Stack  string // name
	Status string
	Since  time.Time // when that change began
	By     string    // the description of the change set that is being executed, or empty
}

func (b *Busy) Error() string {
	text := fmt.Sprintf("stack %s is being changed already: %s", b.Stack, b.Status)
	if !b.Since.IsZero() {
		text += " since " + b.Since.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	if b.By != "" {
		text += fmt.Sprintf(" (%s)", b.By)
	}
	return text + "; wait until that is done"
}

// Overtaken is the error for a change set that isn't valid anymore, because
// others have changed or deleted its stack.
type Overtaken struct {
	Stack string // name
	Err   error  // CloudFormation's error
}

func (o *Overtaken) Error() string {
	return fmt.Sprintf("stack %s or its change set was changed by others since that was made, so it has to be made anew: %v", o.Stack, o.Err)
}

// Unwrap returns CloudFormation's error.
func (o *Overtaken) Unwrap() error { return o.Err }

// Stuck is the error for a stack that can't be updated in its present status.
type Stuck struct {
	Stack *Stack
	// Continue reports whether [Engine.ContinueRollback] is the way out. Otherwise
	// the stack has to be deleted.
	Continue bool
	// Failed are the resources that cause this, as far as CloudFormation says.
	Failed []Resource
}

func (s *Stuck) Error() string {
	text := fmt.Sprintf("stack %s can't be updated: it is in %s", s.Stack.Name, s.Stack.Status)
	if s.Stack.Reason != "" {
		text += fmt.Sprintf(" (%s)", s.Stack.Reason)
	}
	for _, r := range s.Failed {
		text += fmt.Sprintf("; %s (%s) is in %s: %s", r.name(), r.Type, r.Status, cmp.Or(r.Reason, "CloudFormation doesn't say why"))
	}
	if s.Continue {
		return text + "; mend what kept it from rolling back, and continue the rollback"
	}
	return text + "; delete it first"
}

// stuck returns the error for a stack that can't be updated.
func (e *Engine) stuck(ctx context.Context, s *Stack) error {
	stuck := &Stuck{Stack: s, Continue: s.Status == updateRollbackFailed}
	all, err := e.Resources(ctx, s.ID)
	if err != nil {
		return stuck // the error has the most important facts without them
	}
	for _, r := range all {
		if strings.HasSuffix(r.Status, "_FAILED") {
			stuck.Failed = append(stuck.Failed, r)
		}
	}
	return stuck
}

// Protected is the error for a stack with termination protection.
type Protected struct {
	Stack string // name
}

func (p *Protected) Error() string {
	return fmt.Sprintf("stack %[1]s has termination protection; to delete it, first run "+
		"aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name %[1]s", p.Stack)
}

// AtRest returns nil for a stack that isn't being changed, and a [*Busy] for another.
func (e *Engine) AtRest(ctx context.Context, s *Stack) error {
	if s.InProgress() {
		return e.busy(ctx, s)
	}
	return nil
}

// busy returns the error for a stack that is being changed.
func (e *Engine) busy(ctx context.Context, s *Stack) error {
	b := &Busy{Stack: s.Name, Status: s.Status, Since: s.Created}
	if s.Updated.After(b.Since) {
		b.Since = s.Updated
	}
	// The following facts are optional, so their errors are ignored.
	if began, err := e.began(ctx, s); err == nil && !began.IsZero() {
		b.Since = began
	}
	if by, err := e.executing(ctx, s); err == nil {
		b.By = by
	}
	return b
}

// began returns when the stack's current change began. The times in
// CloudFormation's description of the stack are earlier, or those of another
// change.
func (e *Engine) began(ctx context.Context, s *Stack) (time.Time, error) {
	var began time.Time
	pages := cloudformation.NewDescribeStackEventsPaginator(e.api, &cloudformation.DescribeStackEventsInput{StackName: &s.ID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return began, err
		}
		for _, event := range page.StackEvents { // the latest first
			if aws.ToString(event.PhysicalResourceId) != s.ID {
				continue
			}
			if !inProgress(string(event.ResourceStatus)) {
				return began, nil // the end of the change before
			}
			began = aws.ToTime(event.Timestamp)
		}
	}
	return began, nil
}

// executing returns the description of the change set that is being executed.
func (e *Engine) executing(ctx context.Context, s *Stack) (string, error) {
	pages := cloudformation.NewListChangeSetsPaginator(e.api, &cloudformation.ListChangeSetsInput{StackName: &s.ID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, set := range page.Summaries {
			if set.ExecutionStatus == types.ExecutionStatusExecuteInProgress && aws.ToString(set.StackId) == s.ID {
				return aws.ToString(set.Description), nil
			}
		}
	}
	if s.ChangeSetID == "" || s.Status == deleteInProgress {
		return "", nil
	}
	set, err := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &s.ChangeSetID})
	if err != nil {
		return "", err
	}
	return aws.ToString(set.Description), nil
}
