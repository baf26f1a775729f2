package stack_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// fake is a CloudFormation for behaviour that an endpoint can't be made to
// show. A call whose func isn't set panics.
type fake struct {
	stack.API
	describeStacks      func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error)
	describeStackEvents func(*cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error)
	describeChangeSet   func(*cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error)
	createChangeSet     func(*cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error)
	executeChangeSet    func(*cloudformation.ExecuteChangeSetInput) (*cloudformation.ExecuteChangeSetOutput, error)
	describeEvents      func(*cloudformation.DescribeEventsInput) (*cloudformation.DescribeEventsOutput, error)
	deleteStack         func(*cloudformation.DeleteStackInput) (*cloudformation.DeleteStackOutput, error)
	cancelUpdateStack   func(*cloudformation.CancelUpdateStackInput) (*cloudformation.CancelUpdateStackOutput, error)
}

type options = func(*cloudformation.Options)

func (f *fake) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...options) (*cloudformation.DescribeStacksOutput, error) {
	return f.describeStacks(in)
}

func (f *fake) DescribeStackEvents(_ context.Context, in *cloudformation.DescribeStackEventsInput, _ ...options) (*cloudformation.DescribeStackEventsOutput, error) {
	return f.describeStackEvents(in)
}

func (f *fake) DescribeChangeSet(_ context.Context, in *cloudformation.DescribeChangeSetInput, _ ...options) (*cloudformation.DescribeChangeSetOutput, error) {
	return f.describeChangeSet(in)
}

func (f *fake) CreateChangeSet(_ context.Context, in *cloudformation.CreateChangeSetInput, _ ...options) (*cloudformation.CreateChangeSetOutput, error) {
	return f.createChangeSet(in)
}

func (f *fake) ExecuteChangeSet(_ context.Context, in *cloudformation.ExecuteChangeSetInput, _ ...options) (*cloudformation.ExecuteChangeSetOutput, error) {
	return f.executeChangeSet(in)
}

func (f *fake) DescribeEvents(_ context.Context, in *cloudformation.DescribeEventsInput, _ ...options) (*cloudformation.DescribeEventsOutput, error) {
	return f.describeEvents(in)
}

func (f *fake) DeleteStack(_ context.Context, in *cloudformation.DeleteStackInput, _ ...options) (*cloudformation.DeleteStackOutput, error) {
	return f.deleteStack(in)
}

func (f *fake) CancelUpdateStack(_ context.Context, in *cloudformation.CancelUpdateStackInput, _ ...options) (*cloudformation.CancelUpdateStackOutput, error) {
	return f.cancelUpdateStack(in)
}

func (f *fake) GetTemplateSummary(context.Context, *cloudformation.GetTemplateSummaryInput, ...options) (*cloudformation.GetTemplateSummaryOutput, error) {
	return &cloudformation.GetTemplateSummaryOutput{}, nil
}

func (f *fake) DeleteChangeSet(context.Context, *cloudformation.DeleteChangeSetInput, ...options) (*cloudformation.DeleteChangeSetOutput, error) {
	return &cloudformation.DeleteChangeSetOutput{}, nil
}

func (f *fake) ListChangeSets(context.Context, *cloudformation.ListChangeSetsInput, ...options) (*cloudformation.ListChangeSetsOutput, error) {
	return &cloudformation.ListChangeSetsOutput{}, nil
}

func (f *fake) ListStackResources(context.Context, *cloudformation.ListStackResourcesInput, ...options) (*cloudformation.ListStackResourcesOutput, error) {
	return &cloudformation.ListStackResourcesOutput{}, nil
}

const rootID = "arn:aws:cloudformation:us-east-1:1:stack/root/1"

// history has the events of some stacks, by stack ID, the earliest first.
type history struct {
	events   map[string][]types.StackEvent
	pageSize int
	token    string // of the events that add adds
	count    int
}

// add adds events, each described by "STACK LOGICAL-ID STATUS REASON...", where
// the stack is root or a nested one's logical ID, and "." stands for the stack
// itself.
func (h *history) add(lines ...string) {
	for _, line := range lines {
		words := strings.SplitN(line, " ", 4)
		id := stackID(words[0])
		e := types.StackEvent{
			EventId: aws.String(fmt.Sprint("event-", h.count)), StackId: &id, StackName: &words[0],
			LogicalResourceId: &words[1], PhysicalResourceId: aws.String("physical-" + words[1]), ResourceType: aws.String("AWS::SQS::Queue"),
			ResourceStatus: types.ResourceStatus(words[2]), Timestamp: aws.Time(time.Unix(1e9, int64(h.count)*1e6)),
		}
		switch {
		case words[1] == ".":
			e.LogicalResourceId, e.PhysicalResourceId, e.ResourceType = &words[0], &id, aws.String("AWS::CloudFormation::Stack")
		case strings.HasPrefix(words[1], "Stack"):
			e.PhysicalResourceId, e.ResourceType = aws.String(stackID(words[1])), aws.String("AWS::CloudFormation::Stack")
		}
		if len(words) > 3 {
			e.ResourceStatusReason = &words[3]
		}
		if h.token != "" {
			e.ClientRequestToken = aws.String(h.token)
		}
		if h.events == nil {
			h.events = map[string][]types.StackEvent{}
		}
		h.events[id] = append(h.events[id], e)
		h.count++
	}
}

func stackID(name string) string {
	return "arn:aws:cloudformation:us-east-1:1:stack/" + name + "/1"
}

// page returns a page of a stack's events, the latest first. Its token is a
// position from the latest event, so that new events shift what is there.
func (h *history) page(in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
	all := h.events[*in.StackName]
	var from int
	if in.NextToken != nil {
		if _, err := fmt.Sscan(*in.NextToken, &from); err != nil {
			return nil, err
		}
	}
	size := h.pageSize
	if size == 0 {
		size = 100
	}
	out := &cloudformation.DescribeStackEventsOutput{}
	for i := from; i < min(from+size, len(all)); i++ {
		out.StackEvents = append(out.StackEvents, all[len(all)-1-i])
	}
	if from+size < len(all) {
		out.NextToken = aws.String(fmt.Sprint(from + size))
	}
	return out, nil
}

// described returns the answer of DescribeStacks for the root stack.
func described(status string) (*cloudformation.DescribeStacksOutput, error) {
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{
		StackId: aws.String(rootID), StackName: aws.String("root"), StackStatus: types.StackStatus(status), CreationTime: aws.Time(time.Unix(1e9, 0)),
	}}}, nil
}
