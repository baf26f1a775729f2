package stack_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// endpoint is an AWS on loopback: tools/endpoint, or another one that is served
// at AWS_ENDPOINT_URL.
type endpoint struct {
	*stack.Engine
	raw *cloudformation.Client // what other processes would use, and witnesses
}

func newEndpoint(t *testing.T) endpoint {
	t.Helper()
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		t.Skip("no AWS_ENDPOINT_URL: make conformance-deploying runs this test against tools/endpoint")
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return endpoint{stack.NewEngine(cfg), cloudformation.NewFromConfig(cfg)}
}

// name returns a name for a stack of this test alone, which is deleted afterwards.
func (e endpoint) name(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("%s-%d", strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()), time.Now().UnixNano())
	t.Cleanup(func() {
		_, _ = e.raw.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: &name})
	})
	return name
}

// deploy prepares and executes a change, follows it, and returns the stack and
// the events.
func (e endpoint) deploy(t *testing.T, c stack.Change) (*stack.Stack, []stack.Event, error) {
	t.Helper()
	return follow(t, e.execute(t, e.prepare(t, c)))
}

func (e endpoint) prepare(t *testing.T, c stack.Change) *stack.ChangeSet {
	t.Helper()
	set, err := e.Prepare(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func (e endpoint) execute(t *testing.T, set *stack.ChangeSet) *stack.Operation {
	t.Helper()
	op, err := e.Execute(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func follow(t *testing.T, op *stack.Operation) (*stack.Stack, []stack.Event, error) {
	t.Helper()
	var events []stack.Event
	s, err := op.Follow(t.Context(), func(e stack.Event) { events = append(events, e) })
	return s, events, err
}

// status asks the endpoint for a stack's status, not our code.
func (e endpoint) status(t *testing.T, name string) string {
	t.Helper()
	answer, err := e.raw.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		if strings.Contains(err.Error(), "does not exist") {
			return "none"
		}
		t.Fatal(err)
	}
	return string(answer.Stacks[0].StackStatus)
}

// lines describes events as a test's table can have them.
func lines(events []stack.Event) []string {
	var all []string
	for _, e := range events {
		id := strings.Join(append(e.Path, e.LogicalID), "/")
		if e.OfStack() {
			id = strings.Join(append(e.Path, "."), "/")
		}
		all = append(all, id+" "+e.Status)
	}
	return all
}

func (e endpoint) outputs(t *testing.T, name string) map[string]string {
	t.Helper()
	answer, err := e.raw.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, o := range answer.Stacks[0].Outputs {
		all[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return all
}
