package stack_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

func TestFailure(t *testing.T) {
	const begins, fails, rolledBack = "root . UPDATE_IN_PROGRESS User Initiated", "root . UPDATE_ROLLBACK_IN_PROGRESS ", "root . UPDATE_ROLLBACK_COMPLETE"
	for name, tc := range map[string]struct {
		events []string
		want   string
		others []string
	}{
		"a cascade": {
			events: []string{
				begins, "root Topic UPDATE_FAILED Resource update cancelled", "root Jobs CREATE_FAILED no such key",
				"root Role CREATE_FAILED Resource creation cancelled", "root Bucket CREATE_FAILED Resource creation canceled",
				fails + "The following resource(s) failed to create: [Jobs, Role, Bucket].", rolledBack,
			},
			want: "stack root ended in UPDATE_ROLLBACK_COMPLETE: Jobs (AWS::SQS::Queue) CREATE_FAILED: no such key",
		},
		"two causes": {
			events: []string{begins, "root A CREATE_FAILED one", "root B CREATE_FAILED two", fails + "The following resource(s) failed to create: [A, B].", rolledBack},
			want:   "stack root ended in UPDATE_ROLLBACK_COMPLETE: A (AWS::SQS::Queue) CREATE_FAILED: one",
			others: []string{"B CREATE_FAILED"},
		},
		"in a nested stack of a nested stack": {
			events: []string{
				begins, "root StackApi CREATE_IN_PROGRESS", "StackApi StackInner CREATE_IN_PROGRESS", "StackInner Jobs CREATE_FAILED no such key",
				"StackInner . ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Jobs].", "StackInner . ROLLBACK_COMPLETE",
				"StackApi StackInner CREATE_FAILED Embedded stack arn:x was not successfully created: The following resource(s) failed to create: [Jobs].",
				"StackApi . ROLLBACK_COMPLETE",
				"root StackApi CREATE_FAILED Embedded stack arn:y was not successfully created: The following resource(s) failed to create: [StackInner].",
				fails + "The following resource(s) failed to create: [StackApi].", rolledBack,
			},
			want: "stack root ended in UPDATE_ROLLBACK_COMPLETE: StackApi/StackInner/Jobs (AWS::SQS::Queue) CREATE_FAILED: no such key",
		},
		"a nested stack that has no events": {
			events: []string{
				begins, "root StackApi CREATE_FAILED Embedded stack arn:x was not successfully created: Parameter X must be a number",
				fails + "The following resource(s) failed to create: [StackApi].", rolledBack,
			},
			want: "stack root ended in UPDATE_ROLLBACK_COMPLETE: StackApi (AWS::CloudFormation::Stack) CREATE_FAILED: Embedded stack arn:x was not successfully created: Parameter X must be a number",
		},
		"a nested stack in which all is cancelled": {
			events: []string{
				begins, "root StackApi CREATE_IN_PROGRESS", "root Jobs CREATE_FAILED no such key", "StackApi Role CREATE_FAILED Resource creation cancelled",
				"StackApi . CREATE_FAILED Stack creation cancelled", "root StackApi CREATE_FAILED Resource creation cancelled", fails + "The following resource(s) failed to create: [Jobs].", rolledBack,
			},
			want: "stack root ended in UPDATE_ROLLBACK_COMPLETE: Jobs (AWS::SQS::Queue) CREATE_FAILED: no such key",
		},
		"the stack's own": {
			events: []string{begins, fails + "Parameter validation failed: parameter value x for parameter name Key does not exist", rolledBack},
			want:   "stack root ended in UPDATE_ROLLBACK_COMPLETE: Parameter validation failed: parameter value x for parameter name Key does not exist",
		},
		"nothing says why": {
			events: []string{begins, rolledBack},
			want:   "stack root ended in UPDATE_ROLLBACK_COMPLETE: CloudFormation doesn't say why",
		},
		"the rollback fails as well": {
			events: []string{
				begins, "root Jobs UPDATE_FAILED no such key", fails + "The following resource(s) failed to update: [Jobs].",
				"root Role UPDATE_FAILED the role is gone", "root . UPDATE_ROLLBACK_FAILED The following resource(s) failed to update: [Role].",
			},
			want:   "stack root ended in UPDATE_ROLLBACK_FAILED: Jobs (AWS::SQS::Queue) UPDATE_FAILED: no such key",
			others: []string{"Role UPDATE_FAILED"},
		},
		"someone cancels it": {
			events: []string{begins, "root Jobs UPDATE_FAILED Resource update cancelled", fails + "User Initiated", rolledBack},
			want:   "the update of stack root was cancelled, and the stack is as it was before",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := &history{}
			op := begin(t, &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
				return described(string(h.events[rootID][len(h.events[rootID])-1].ResourceStatus))
			}}, h, stack.Update)
			h.add(tc.events...)
			_, _, err := follow(t, op)
			var failure *stack.Failure
			if !errors.As(err, &failure) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tc.want, failure.Error()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.others, lines(failure.Others)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// CloudFormation tries a deletion more than once.
func TestFailureStayed(t *testing.T) {
	h := &history{}
	f := &fake{
		describeStackEvents: h.page,
		describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			return described("DELETE_FAILED")
		},
		deleteStack: func(*cloudformation.DeleteStackInput) (*cloudformation.DeleteStackOutput, error) {
			h.add("root . DELETE_IN_PROGRESS User Initiated", "root Role DELETE_FAILED has policies", "root Bucket DELETE_FAILED not empty",
				"root Role DELETE_IN_PROGRESS", "root Role DELETE_COMPLETE", "root . DELETE_FAILED The following resource(s) failed to delete: [Bucket].")
			return &cloudformation.DeleteStackOutput{}, nil
		},
	}
	op, err := stack.NewEngineOf(f).Delete(t.Context(), &stack.Stack{ID: rootID, Name: "root", Status: "CREATE_COMPLETE"}, stack.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = follow(t, op)
	var failure *stack.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	if failure.Cause.LogicalID != "Bucket" || len(failure.Others) != 0 {
		t.Errorf("the cause is %+v, others are %v", failure.Cause, lines(failure.Others))
	}
	want := []stack.Resource{{LogicalID: "Bucket", PhysicalID: "physical-Bucket", Type: "AWS::SQS::Queue", Status: "DELETE_FAILED", Reason: "not empty", StackID: rootID}}
	if diff := cmp.Diff(want, failure.Stayed); diff != "" {
		t.Error(diff)
	}
}
