package stack

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// A Stack is CloudFormation's description of a stack.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
type Stack struct {
	ID          string // its ARN, which no other stack has, not even a later one of the same name
	Name        string
	Status      string // as CloudFormation spells it: UPDATE_COMPLETE
	Reason      string // why it has that status, or empty
	Description string
	RoleARN     string // the role that CloudFormation changes it with, or empty
	ParentID    string // the stack of which this one is a resource, or empty
	ChangeSetID string // the change set that was last executed, or empty
	Created     time.Time
	Updated     time.Time         // zero: it was never updated
	Outputs     []Output          // by key
	Parameters  map[string]string // secret values are asterisks
	Tags        map[string]string
	Protected   bool // against deletion
}

// An Output is an output of a stack.
type Output struct {
	Key, Value, Description string
	Export                  string // the name under which other stacks import it, or empty
}

// InProgress reports whether CloudFormation is changing the stack. A stack in
// REVIEW_IN_PROGRESS has only change sets, none of which was executed.
func (s *Stack) InProgress() bool { return inProgress(s.Status) }

func inProgress(status string) bool {
	return strings.HasSuffix(status, "_IN_PROGRESS") && status != reviewInProgress
}

const (
	reviewInProgress         = string(types.StackStatusReviewInProgress)
	createInProgress         = string(types.StackStatusCreateInProgress)
	createComplete           = string(types.StackStatusCreateComplete)
	createFailed             = string(types.StackStatusCreateFailed)
	rollbackComplete         = string(types.StackStatusRollbackComplete)
	rollbackFailed           = string(types.StackStatusRollbackFailed)
	updateInProgress         = string(types.StackStatusUpdateInProgress)
	updateComplete           = string(types.StackStatusUpdateComplete)
	updateRollbackInProgress = string(types.StackStatusUpdateRollbackInProgress)
	updateRollbackComplete   = string(types.StackStatusUpdateRollbackComplete)
	updateRollbackFailed     = string(types.StackStatusUpdateRollbackFailed)
	deleteInProgress         = string(types.StackStatusDeleteInProgress)
	deleteComplete           = string(types.StackStatusDeleteComplete)
	deleteFailed             = string(types.StackStatusDeleteFailed)
	importRollbackFailed     = string(types.StackStatusImportRollbackFailed)
)

// Find returns the stack with a name or an ID, or nil if there is none. It
// doesn't return a deleted stack.
func (e *Engine) Find(ctx context.Context, name string) (*Stack, error) {
	found, err := e.describe(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look for stack %s: %w", name, err)
	}
	if found == nil || found.Status == deleteComplete {
		return nil, nil
	}
	return found, nil
}

// describe returns a stack, or nil. If it is given an ID, the stack can be a
// deleted one.
func (e *Engine) describe(ctx context.Context, name string) (*Stack, error) {
	answer, err := e.api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if missing(err) || err == nil && len(answer.Stacks) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return newStack(answer.Stacks[0]), nil
}

func newStack(s types.Stack) *Stack {
	made := &Stack{
		ID:          aws.ToString(s.StackId),
		Name:        aws.ToString(s.StackName),
		Status:      string(s.StackStatus),
		Reason:      aws.ToString(s.StackStatusReason),
		Description: aws.ToString(s.Description),
		RoleARN:     aws.ToString(s.RoleARN),
		ParentID:    aws.ToString(s.ParentId),
		ChangeSetID: aws.ToString(s.ChangeSetId),
		Created:     aws.ToTime(s.CreationTime),
		Updated:     aws.ToTime(s.LastUpdatedTime),
		Parameters:  make(map[string]string, len(s.Parameters)),
		Tags:        make(map[string]string, len(s.Tags)),
		Protected:   aws.ToBool(s.EnableTerminationProtection),
	}
	for _, p := range s.Parameters {
		made.Parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	for _, t := range s.Tags {
		made.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	for _, o := range s.Outputs {
		made.Outputs = append(made.Outputs, Output{
			Key:         aws.ToString(o.OutputKey),
			Value:       aws.ToString(o.OutputValue),
			Description: aws.ToString(o.Description),
			Export:      aws.ToString(o.ExportName),
		})
	}
	slices.SortFunc(made.Outputs, func(a, b Output) int { return cmp.Compare(a.Key, b.Key) })
	return made
}

// Template returns the template of a stack as it was uploaded, before any
// transform. For a nested stack it needs the ID.
func (e *Engine) Template(ctx context.Context, stack string) ([]byte, error) {
	answer, err := e.api.GetTemplate(ctx, &cloudformation.GetTemplateInput{
		StackName: &stack, TemplateStage: types.TemplateStageOriginal,
	})
	if err != nil {
		return nil, fmt.Errorf("template of stack %s: %w", stack, err)
	}
	return []byte(aws.ToString(answer.TemplateBody)), nil
}
