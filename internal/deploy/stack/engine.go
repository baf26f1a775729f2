package stack

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"
)

// An Engine calls CloudFormation in one account and region. Several goroutines
// can use it.
type Engine struct {
	api api
}

// NewEngine returns an engine for the account and region of a configuration.
func NewEngine(config aws.Config) *Engine {
	return &Engine{api: cloudformation.NewFromConfig(config)}
}

// api is the part of CloudFormation's client that an engine uses.
type api interface {
	cloudformation.DescribeStacksAPIClient
	cloudformation.DescribeStackEventsAPIClient
	cloudformation.DescribeChangeSetAPIClient
	cloudformation.DescribeEventsAPIClient
	cloudformation.ListStackResourcesAPIClient
	cloudformation.ListChangeSetsAPIClient
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
	GetTemplateSummary(context.Context, *cloudformation.GetTemplateSummaryInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateSummaryOutput, error)
	CreateChangeSet(context.Context, *cloudformation.CreateChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.CreateChangeSetOutput, error)
	DeleteChangeSet(context.Context, *cloudformation.DeleteChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.DeleteChangeSetOutput, error)
	ExecuteChangeSet(context.Context, *cloudformation.ExecuteChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.ExecuteChangeSetOutput, error)
	DeleteStack(context.Context, *cloudformation.DeleteStackInput, ...func(*cloudformation.Options)) (*cloudformation.DeleteStackOutput, error)
	CancelUpdateStack(context.Context, *cloudformation.CancelUpdateStackInput, ...func(*cloudformation.Options)) (*cloudformation.CancelUpdateStackOutput, error)
	ContinueUpdateRollback(context.Context, *cloudformation.ContinueUpdateRollbackInput, ...func(*cloudformation.Options)) (*cloudformation.ContinueUpdateRollbackOutput, error)
}

// missing reports whether an error says that a stack or change set doesn't
// exist. CloudFormation has no code of its own for a stack that doesn't exist.
func missing(err error) bool {
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch answer.ErrorCode() {
	case "ChangeSetNotFound", "ChangeSetNotFoundException", "StackNotFoundException":
		return true
	}
	// The message can also be about something to which a template refers, which
	// isn't meant.
	return strings.HasPrefix(answer.ErrorMessage(), "Stack") && strings.Contains(answer.ErrorMessage(), "does not exist")
}

// refused reports whether CloudFormation refused a request, so that it makes
// sense to check what has changed meanwhile.
func refused(err error) bool {
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch answer.ErrorCode() {
	case "ValidationError", "AlreadyExistsException", "InvalidChangeSetStatus", "InvalidChangeSetStatusException",
		"OperationInProgressException", "TokenAlreadyExistsException":
		return true
	}
	return missing(err)
}

// A pace is the pause between two requests about something that takes a while:
// a tenth of the time that it has taken so far, within bounds. AWS throttles
// clients that ask too often.
type pace struct {
	least, most time.Duration
	began       time.Time
}

func newPace(least, most time.Duration) pace {
	return pace{least: least, most: most, began: time.Now()}
}

// wait waits until the next request. If the context is done before, it returns
// its error.
func (p pace) wait(ctx context.Context) error {
	timer := time.NewTimer(min(max(time.Since(p.began)/10, p.least), p.most))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
