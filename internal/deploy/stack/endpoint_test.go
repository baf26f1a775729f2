package stack_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// endpoint is an AWS on loopback: tools/endpoint, or another one at
// AWS_ENDPOINT_URL.
type endpoint struct {
	*stack.Engine
	raw *cloudformation.Client // what other processes use; it also shows what is there
	s3  *s3.Client
}

func newEndpoint(t *testing.T) endpoint {
	t.Helper()
	cfg := endpointtest.Open(t, account.Options{}).Config
	t.Parallel()
	return endpoint{stack.NewEngine(cfg), cloudformation.NewFromConfig(cfg), s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })}
}

// url puts a template into a bucket and returns its URL.
func (e endpoint) url(t *testing.T, bucket, key, template string) string {
	t.Helper()
	if _, err := e.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(template)}); err != nil {
		t.Fatal(err)
	}
	return endpointtest.Need(t) + "/" + bucket + "/" + key
}

// name returns the name of a stack for this test alone, which is deleted
// afterwards.
func (e endpoint) name(t *testing.T) string {
	t.Helper()
	name := endpointtest.Name(t)
	t.Cleanup(func() {
		_, _ = e.raw.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: &name})
	})
	return name
}

// deploy prepares and executes a change, follows the operation, and returns the
// stack and the events.
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

// status returns a stack's status according to the endpoint.
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

// changeSets returns the number of a stack's change sets.
func (e endpoint) changeSets(t *testing.T, name string) int {
	t.Helper()
	answer, err := e.raw.ListChangeSets(t.Context(), &cloudformation.ListChangeSetsInput{StackName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return len(answer.Summaries)
}

// lines describes events in the form of a test's table.
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
