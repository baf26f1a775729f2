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

// An Engine asks the CloudFormation of one account and region. It can be used
// by several goroutines at once.
type Engine struct {
	api api
}

// NewEngine returns an engine for the account and region of a configuration.
func NewEngine(config aws.Config) *Engine {
	return &Engine{api: cloudformation.NewFromConfig(config)}
}

// api is what an engine needs of CloudFormation's client.
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

// missing reports whether an error says that there is no such stack or change
// set. CloudFormation has no code of its own for a stack that isn't there.
func missing(err error) bool {
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch answer.ErrorCode() {
	case "ChangeSetNotFound", "ChangeSetNotFoundException", "StackNotFoundException":
		return true
	}
	// What a template refers to can be missing too, and isn't meant.
	return strings.HasPrefix(answer.ErrorMessage(), "Stack") && strings.Contains(answer.ErrorMessage(), "does not exist")
}

// refused reports whether CloudFormation has answered that it won't do what was
// asked, so that it makes sense to look what has changed meanwhile.
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

// A pace is how long to wait between two looks at something that takes a while:
// a tenth of the time that it has taken so far, within bounds. AWS throttles
// those who look too often.
type pace struct {
	least, most time.Duration
	began       time.Time
}

func newPace(least, most time.Duration) pace {
	return pace{least: least, most: most, began: time.Now()}
}

// wait returns the context's error if it is done before it is time to look again.
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
