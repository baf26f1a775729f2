package stack_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/endpointtest"
	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// slowly begins a change that takes a while, and returns when it has begun.
func (e endpoint) slowly(t *testing.T, c stack.Change) *stack.Operation {
	t.Helper()
	endpointtest.SetConditions(t, c.Stack, `{"seconds": 2}`)
	op := e.execute(t, e.prepare(t, c))
	t.Cleanup(func() { _, _ = op.Follow(context.Background(), func(stack.Event) {}) })
	return op
}

func TestFailedCreation(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{"fail": {"News": ["CREATE"]}}`)
	s, _, err := e.deploy(t, change)
	var failure *stack.Failure
	if !errors.As(err, &failure) || failure.Cause.LogicalID != "News" || failure.Status != "ROLLBACK_COMPLETE" || s.Status != "ROLLBACK_COMPLETE" {
		t.Fatalf("got %v", err)
	}

	// The stack has no resources, so it is replaced.
	endpointtest.SetConditions(t, change.Stack, `{}`)
	replaced, _, err := e.deploy(t, change)
	if err != nil || replaced.Status != "CREATE_COMPLETE" || replaced.ID == s.ID {
		t.Errorf("got %+v, %v", replaced, err)
	}
}

// Resources that a rollback couldn't delete aren't deleted without being asked.
func TestFailedRollback(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{"fail": {"News": ["CREATE"], "Jobs": ["DELETE"]}}`)
	s, _, err := e.deploy(t, change)
	if s == nil || s.Status != "ROLLBACK_FAILED" || !strings.Contains(err.Error(), "News (AWS::SNS::Topic) CREATE_FAILED") {
		t.Fatalf("got %+v, %v", s, err)
	}
	_, err = e.Prepare(t.Context(), change)
	var stuck *stack.Stuck
	if !errors.As(err, &stuck) || stuck.Continue || !strings.HasSuffix(err.Error(), "; delete it first") || len(stuck.Failed) != 1 {
		t.Errorf("got %v", err)
	}
	endpointtest.SetConditions(t, change.Stack, `{}`)
}

func TestBusy(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues), Description: "chalice deploy by you@there"}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Parameters = map[string]string{"Delay": "5"}
	ours := e.prepare(t, change)
	change.Parameters = map[string]string{"Delay": "6"}
	begun := time.Now()
	e.slowly(t, change)

	_, prepared := e.Prepare(t.Context(), change)
	_, executed := e.Execute(t.Context(), ours)
	s, err := e.Find(t.Context(), change.Stack)
	if err != nil {
		t.Fatal(err)
	}
	_, deleted := e.Delete(t.Context(), s, stack.DeleteOptions{})
	_, continued := e.ContinueRollback(t.Context(), s, nil)
	for what, err := range map[string]error{"prepared": prepared, "executed": executed, "deleted": deleted, "continued": continued} {
		var busy *stack.Busy
		if !errors.As(err, &busy) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if busy.Stack != change.Stack || busy.Status != "UPDATE_IN_PROGRESS" || busy.By != change.Description || busy.Since.Before(begun.Add(-time.Second)) || busy.Since.After(time.Now()) {
			t.Errorf("%s: %+v", what, busy)
		}
	}
}

// Follow can be interrupted and called again.
func TestInterruptedFollow(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{"seconds": 0.5, "page": 2}`)
	op := e.execute(t, e.prepare(t, change))
	var got []stack.Event
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
		s, err := op.Follow(ctx, func(e stack.Event) { got = append(got, e) })
		cancel()
		if err == nil && s.Status == "CREATE_COMPLETE" && len(s.Outputs) == 2 {
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	all, err := e.raw.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &op.StackID})
	if err != nil {
		t.Fatal(err)
	}
	for pages := all; pages.NextToken != nil; {
		if pages, err = e.raw.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &op.StackID, NextToken: pages.NextToken}); err != nil {
			t.Fatal(err)
		}
		all.StackEvents = append(all.StackEvents, pages.StackEvents...)
	}
	var want []string
	for i := len(all.StackEvents) - 2; i >= 0; i-- { // without REVIEW_IN_PROGRESS, which is from before
		want = append(want, aws.ToString(all.StackEvents[i].EventId))
	}
	var ids []string
	for _, event := range got {
		ids = append(ids, event.ID)
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
}

func TestCancelUpdate(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	change.Parameters = map[string]string{"Delay": "5", "Stage": "prod"}
	op := e.slowly(t, change)
	if err := e.Cancel(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	s, _, err := follow(t, op)
	var failure *stack.Failure
	if !errors.As(err, &failure) || !failure.Cancelled || s.Status != "UPDATE_ROLLBACK_COMPLETE" || !strings.Contains(err.Error(), "was cancelled, and the stack is as it was before") {
		t.Errorf("got %+v, %v", s, err)
	}
	if got := e.outputs(t, change.Stack)["Stage"]; got != "dev" {
		t.Errorf("the output is %q", got)
	}
	if err := e.Cancel(t.Context(), op); err == nil || !strings.Contains(err.Error(), "is in UPDATE_ROLLBACK_COMPLETE, where nothing can be cancelled") {
		t.Errorf("cancelled what is over: %v", err)
	}
}

// A creation is taken back by deleting the stack.
func TestCancelCreation(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	op := e.slowly(t, change)
	if err := e.Cancel(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	s, _, err := follow(t, op)
	var failure *stack.Failure
	if !errors.As(err, &failure) || !failure.Cancelled || s.Status != "DELETE_COMPLETE" || !strings.Contains(err.Error(), "was cancelled, and the stack is deleted") {
		t.Errorf("got %+v, %v", s, err)
	}
	if got := e.status(t, change.Stack); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
}

func TestStuckUpdate(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	if _, _, err := e.deploy(t, change); err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(queues, `"DependsOn": "Jobs"`, `"DependsOn": "Jobs", "Properties": {"DisplayName": "x"}`, 1)
	change.Body, change.Parameters = []byte(body), map[string]string{"Delay": "5"}
	endpointtest.SetConditions(t, change.Stack, `{"fail": {"News": ["UPDATE"], "Jobs": ["ROLLBACK"]}}`)
	s, _, err := e.deploy(t, change)
	if s == nil || s.Status != "UPDATE_ROLLBACK_FAILED" || !strings.Contains(err.Error(), "News (AWS::SNS::Topic) UPDATE_FAILED") {
		t.Fatalf("got %+v, %v", s, err)
	}
	_, err = e.Prepare(t.Context(), change)
	var stuck *stack.Stuck
	if !errors.As(err, &stuck) || !stuck.Continue || len(stuck.Failed) == 0 || !strings.Contains(err.Error(), "Jobs (AWS::SQS::Queue) is in UPDATE_FAILED: ") {
		t.Fatalf("got %v", err)
	}

	op, err := e.ContinueRollback(t.Context(), stuck.Stack, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s, _, err = follow(t, op); err == nil || s.Status != "UPDATE_ROLLBACK_FAILED" || !strings.Contains(err.Error(), "Jobs (AWS::SQS::Queue) UPDATE_FAILED") {
		t.Errorf("continued though nothing is mended: %+v, %v", s, err)
	}
	if op, err = e.ContinueRollback(t.Context(), s, []string{"Jobs"}); err != nil {
		t.Fatal(err)
	}
	if s, _, err = follow(t, op); err != nil || s.Status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("skipped: %+v, %v", s, err)
	}
	if _, err = e.ContinueRollback(t.Context(), s, nil); err == nil || !strings.Contains(err.Error(), "has no rollback to continue: it is in UPDATE_ROLLBACK_COMPLETE") {
		t.Errorf("continued what is over: %v", err)
	}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	if s, _, err = e.deploy(t, change); err != nil || s.Status != "UPDATE_COMPLETE" {
		t.Errorf("deployed afterwards: %+v, %v", s, err)
	}
}

func TestDeleteFailed(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	s, _, err := e.deploy(t, change)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Delete(t.Context(), s, stack.DeleteOptions{Retain: []string{"Jobs"}}); err == nil || !strings.Contains(err.Error(), "only after its deletion has failed") {
		t.Errorf("retained too early: %v", err)
	}
	endpointtest.SetConditions(t, change.Stack, `{"fail": {"Jobs": ["DELETE"]}}`)
	op, err := e.Delete(t.Context(), s, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, _, err = follow(t, op)
	var failure *stack.Failure
	if !errors.As(err, &failure) || s.Status != "DELETE_FAILED" || failure.Cause.LogicalID != "Jobs" {
		t.Fatalf("got %+v, %v", s, err)
	}
	if len(failure.Stayed) != 1 || failure.Stayed[0].LogicalID != "Jobs" || failure.Stayed[0].PhysicalID == "" {
		t.Errorf("stayed: %+v", failure.Stayed)
	}
	var stuck *stack.Stuck
	if _, err := e.Prepare(t.Context(), change); !errors.As(err, &stuck) || stuck.Continue {
		t.Errorf("got %v", err)
	}
	if op, err = e.Delete(t.Context(), s, stack.DeleteOptions{Retain: []string{"Jobs"}}); err != nil {
		t.Fatal(err)
	}
	if s, _, err = follow(t, op); err != nil || s.Status != "DELETE_COMPLETE" {
		t.Errorf("got %+v, %v", s, err)
	}
	if got := e.status(t, change.Stack); got != "none" {
		t.Errorf("the stack is in %s", got)
	}
}

// If two processes delete a stack at the same time, both see how that ends.
func TestDeleteTwice(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	s, _, err := e.deploy(t, change)
	if err != nil {
		t.Fatal(err)
	}
	endpointtest.SetConditions(t, change.Stack, `{"seconds": 1}`)
	first, err := e.Delete(t.Context(), s, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = e.Find(t.Context(), change.Stack); err != nil || s == nil || s.Status != "DELETE_IN_PROGRESS" {
		t.Fatalf("got %+v, %v", s, err)
	}
	second, err := e.Delete(t.Context(), s, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range []*stack.Operation{first, second} {
		if s, events, err := follow(t, op); err != nil || s.Status != "DELETE_COMPLETE" || len(events) == 0 {
			t.Errorf("got %+v, %v, %v", s, lines(events), err)
		}
	}
}

func TestProtected(t *testing.T) {
	e := newEndpoint(t)
	change := stack.Change{Stack: e.name(t), Body: []byte(queues)}
	endpointtest.SetConditions(t, change.Stack, `{}`)
	s, _, err := e.deploy(t, change)
	if err != nil {
		t.Fatal(err)
	}
	protect := func(on bool) {
		t.Helper()
		if _, err := e.raw.UpdateTerminationProtection(t.Context(), &cloudformation.UpdateTerminationProtectionInput{
			StackName: &change.Stack, EnableTerminationProtection: &on,
		}); err != nil {
			t.Fatal(err)
		}
	}
	protect(true)
	var protected *stack.Protected
	if _, err := e.Delete(t.Context(), s, stack.DeleteOptions{}); !errors.As(err, &protected) {
		t.Errorf("as it was before: %v", err)
	}
	if s, err = e.Find(t.Context(), change.Stack); err != nil || !s.Protected {
		t.Fatalf("got %+v, %v", s, err)
	}
	if _, err := e.Delete(t.Context(), s, stack.DeleteOptions{}); !errors.As(err, &protected) || !strings.Contains(err.Error(), "--no-enable-termination-protection --stack-name "+s.Name) {
		t.Errorf("as it is: %v", err)
	}
	if got := e.status(t, change.Stack); got != "CREATE_COMPLETE" {
		t.Errorf("the stack is in %s", got)
	}
	protect(false)
}
