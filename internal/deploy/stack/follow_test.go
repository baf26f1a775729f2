package stack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// begin executes a change set of the root stack. history has the stack's
// events.
func begin(t *testing.T, f *fake, h *history, kind string) *stack.Operation {
	t.Helper()
	if f.describeStackEvents == nil {
		f.describeStackEvents = h.page
	}
	f.executeChangeSet = func(in *cloudformation.ExecuteChangeSetInput) (*cloudformation.ExecuteChangeSetOutput, error) {
		if in.RetainExceptOnCreate == nil || !*in.RetainExceptOnCreate {
			t.Error("what a change has made stays if it is taken back")
		}
		h.token = *in.ClientRequestToken
		return &cloudformation.ExecuteChangeSetOutput{}, nil
	}
	op, err := stack.NewEngineOf(f).Execute(t.Context(), &stack.ChangeSet{ID: "set", StackID: rootID, StackName: "root", Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// While pages are read, new events come: each event is returned once, in order,
// also if reading is interrupted between pages.
func TestFollowPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &history{pageSize: 3}
		for i := range 10 {
			h.add(fmt.Sprintf("root Old%d UPDATE_COMPLETE", i))
		}
		h.add("root . CREATE_COMPLETE")
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		pages, next := 0, 0
		f := &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			return described("UPDATE_COMPLETE")
		}}
		op := begin(t, f, h, stack.Update)
		f.describeStackEvents = func(in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
			page, err := h.page(in)
			if pages++; pages == 4 { // of the second reading
				interrupt()
				return nil, ctx.Err()
			}
			for range 2 { // they come between two pages
				if next++; next < 40 {
					h.add(fmt.Sprintf("root Queue%d UPDATE_IN_PROGRESS", next))
				}
			}
			if next == 40 {
				h.add("root . UPDATE_COMPLETE")
			}
			return page, err
		}
		h.add("root . UPDATE_IN_PROGRESS User Initiated")
		var got []string
		each := func(e stack.Event) { got = append(got, lines([]stack.Event{e})...) }
		if _, err := op.Follow(ctx, each); !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted: %v", err)
		}
		s, err := op.Follow(t.Context(), each)
		if err != nil || s.Status != "UPDATE_COMPLETE" {
			t.Errorf("%+v, %v", s, err)
		}
		want := []string{". UPDATE_IN_PROGRESS"}
		for i := 1; i < 40; i++ {
			want = append(want, fmt.Sprintf("Queue%d UPDATE_IN_PROGRESS", i))
		}
		if diff := cmp.Diff(append(want, ". UPDATE_COMPLETE"), got); diff != "" {
			t.Error(diff)
		}
	})
}

// Events of somebody else's operation right after this one aren't returned.
func TestFollowTokens(t *testing.T) {
	h := &history{}
	h.add("root . CREATE_COMPLETE")
	op := begin(t, &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
		return described("UPDATE_COMPLETE")
	}}, h, stack.Update)
	h.add("root . UPDATE_IN_PROGRESS User Initiated", "root . UPDATE_COMPLETE")
	h.token = "another"
	h.add("root . UPDATE_IN_PROGRESS User Initiated", "root Jobs UPDATE_FAILED", "root . UPDATE_ROLLBACK_COMPLETE")
	s, events, err := follow(t, op)
	if err != nil || s.Status != "UPDATE_COMPLETE" {
		t.Errorf("%+v, %v", s, err)
	}
	if diff := cmp.Diff([]string{". UPDATE_IN_PROGRESS", ". UPDATE_COMPLETE"}, lines(events)); diff != "" {
		t.Error(diff)
	}
}

// Events of nested stacks are returned as well, but not older ones, and their
// last one even if it comes late.
func TestFollowNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &history{}
		h.add("StackApi . CREATE_IN_PROGRESS", "StackApi Old CREATE_FAILED", "StackApi . CREATE_COMPLETE", "root . CREATE_COMPLETE")
		f := &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			return described("UPDATE_COMPLETE")
		}}
		op := begin(t, f, h, stack.Update)
		h.add("root . UPDATE_IN_PROGRESS User Initiated", "root StackApi UPDATE_IN_PROGRESS")
		h.token = "a token of its own"
		h.add("StackApi . UPDATE_IN_PROGRESS", "StackApi StackInner CREATE_IN_PROGRESS", "StackInner . CREATE_IN_PROGRESS", "StackInner . CREATE_COMPLETE", "StackApi StackInner CREATE_COMPLETE")
		h.token = ""
		h.add("root StackApi UPDATE_COMPLETE", "root . UPDATE_COMPLETE")
		begun, late := time.Now(), true
		f.describeStackEvents = func(in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
			if late && time.Since(begun) > 600*time.Millisecond {
				h.add("StackApi . UPDATE_COMPLETE")
				late = false
			}
			return h.page(in)
		}
		_, events, err := follow(t, op)
		if err != nil {
			t.Error(err)
		}
		want := []string{
			". UPDATE_IN_PROGRESS", "StackApi UPDATE_IN_PROGRESS",
			"StackApi/. UPDATE_IN_PROGRESS", "StackApi/StackInner CREATE_IN_PROGRESS",
			"StackApi/StackInner/. CREATE_IN_PROGRESS", "StackApi/StackInner/. CREATE_COMPLETE",
			"StackApi/StackInner CREATE_COMPLETE", "StackApi UPDATE_COMPLETE", ". UPDATE_COMPLETE", "StackApi/. UPDATE_COMPLETE",
		}
		if diff := cmp.Diff(want, lines(events)); diff != "" {
			t.Error(diff)
		}
	})
}

// AWS is called twice a second at first, and less often later.
func TestFollowPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &history{}
		var looks []time.Duration
		begun := time.Now()
		f := &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			return described("CREATE_IN_PROGRESS")
		}}
		op := begin(t, f, h, stack.Create)
		f.describeStackEvents = func(in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
			looks = append(looks, time.Since(begun))
			return h.page(in)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if _, err := op.Follow(ctx, func(stack.Event) {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if looks[0] != 0 || looks[3] != 1500*time.Millisecond {
			t.Errorf("first looks at %v", looks[:4])
		}
		if last := looks[len(looks)-1] - looks[len(looks)-2]; last != 2500*time.Millisecond || len(looks) > 80 {
			t.Errorf("%d looks in 2 minutes, the last after %v", len(looks), last)
		}
	})
}

// If requests fail for a while, Follow goes on.
func TestFollowTrouble(t *testing.T) {
	throttled := &smithy.GenericAPIError{Code: "Throttling", Message: "Rate exceeded", Fault: smithy.FaultClient}
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "not authorized", Fault: smithy.FaultClient}
	for name, tc := range map[string]struct {
		err  error
		last time.Duration
		ends bool
	}{
		"throttled for a while":    {throttled, time.Minute, false},
		"throttled without an end": {throttled, time.Hour, true},
		"answers that time out":    {context.DeadlineExceeded, time.Minute, false},
		"a mistake":                {denied, time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &history{}
				f := &fake{describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
					return described("CREATE_COMPLETE")
				}}
				op := begin(t, f, h, stack.Create)
				h.add("root . CREATE_IN_PROGRESS", "root . CREATE_COMPLETE")
				begun := time.Now()
				f.describeStackEvents = func(in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
					if time.Since(begun) < tc.last {
						return nil, tc.err
					}
					return h.page(in)
				}
				_, _, err := follow(t, op)
				if tc.ends != errors.Is(err, tc.err) || !tc.ends && err != nil {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// If no event says that the operation has ended, the stack is asked.
func TestFollowWithoutEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		status string
		seen   bool // there is an event of the beginning
		set    types.ExecutionStatus
		within time.Duration
		err    string
	}{
		"it was seen to begin":      {status: "UPDATE_COMPLETE", seen: true, within: 10 * time.Second},
		"nothing was seen of it":    {status: "UPDATE_COMPLETE", set: types.ExecutionStatusExecuteComplete, within: 40 * time.Second},
		"it failed before it began": {status: "UPDATE_COMPLETE", set: types.ExecutionStatusExecuteFailed, within: 40 * time.Second, err: "was not executed (EXECUTE_FAILED): no role"},
		"the stack is deleted":      {status: "DELETE_COMPLETE", within: 10 * time.Second, err: "stack root ended in DELETE_COMPLETE"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &history{}
				op := begin(t, &fake{
					describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
						return described(tc.status)
					},
					describeChangeSet: func(*cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
						return &cloudformation.DescribeChangeSetOutput{ExecutionStatus: tc.set, StatusReason: aws.String("no role")}, nil
					},
				}, h, stack.Update)
				if tc.seen {
					h.add("root . UPDATE_IN_PROGRESS")
				}
				begun := time.Now()
				s, _, err := follow(t, op)
				if time.Since(begun) > tc.within {
					t.Errorf("it took %v", time.Since(begun))
				}
				if tc.err == "" && (err != nil || s.Status != tc.status) || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
					t.Errorf("got %+v, %v", s, err)
				}
			})
		})
	}
}
