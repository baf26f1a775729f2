package stack_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

func answer(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultClient}
}

// prepared returns a CloudFormation with the root stack in a status, whose
// change sets turn out as set says.
func prepared(status string, set cloudformation.DescribeChangeSetOutput) *fake {
	return &fake{
		describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			return described(status)
		},
		createChangeSet: func(in *cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
			set.ChangeSetId, set.ChangeSetName, set.StackId = aws.String("arn:set/"+*in.ChangeSetName), in.ChangeSetName, aws.String(rootID)
			return &cloudformation.CreateChangeSetOutput{Id: set.ChangeSetId, StackId: set.StackId}, nil
		},
		describeChangeSet: func(*cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
			return &set, nil
		},
	}
}

func TestNoChanges(t *testing.T) {
	for reason, empty := range map[string]bool{
		"The submitted information didn't contain changes. Submit different information to create a change set.":   true,
		"The submitted information didn’t contain changes.":                                                        true,
		"No updates are to be performed.":                                                                          true,
		"There are no changes in the nested stacks.":                                                               true,
		"Template error: instance of Fn::GetAtt references undefined resource X":                                   false,
		"Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document.": false,
		"": false,
	} {
		t.Run(reason, func(t *testing.T) {
			f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusFailed, StatusReason: &reason})
			set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}")})
			if empty != (err == nil) || empty && !set.Empty || !empty && !strings.Contains(err.Error(), reason) {
				t.Errorf("got %+v, %v", set, err)
			}
		})
	}
}

// A change set without changes of resources, for instance of outputs alone,
// isn't empty.
func TestNoResourceChanges(t *testing.T) {
	f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateComplete})
	set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}")})
	if err != nil || set.Empty || len(set.Changes) != 0 {
		t.Errorf("got %+v, %v", set, err)
	}
}

// A change set comes in pages, and those of nested stacks come separately.
func TestChangeSetPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		add := func(id, nested string) types.Change {
			c := &types.ResourceChange{Action: types.ChangeActionAdd, LogicalResourceId: &id}
			if nested != "" {
				c.ChangeSetId = &nested
			}
			return types.Change{ResourceChange: c}
		}
		waited := 0
		sets := map[string]cloudformation.DescribeChangeSetOutput{
			"root ":   {Changes: []types.Change{add("A", ""), add("StackB", "inner"), {}}, NextToken: aws.String("2")},
			"root 2":  {Changes: []types.Change{add("C", ""), add("StackD", "same")}},
			"inner ":  {Changes: []types.Change{add("E", "")}, NextToken: aws.String("2")},
			"inner 2": {Changes: []types.Change{add("StackF", "deep")}},
			"deep ":   {Changes: []types.Change{add("G", "")}},
			"same ":   {Status: types.ChangeSetStatusFailed, StatusReason: aws.String("The submitted information didn't contain changes.")},
		}
		f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{})
		f.createChangeSet = func(*cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
			return &cloudformation.CreateChangeSetOutput{Id: aws.String("root"), StackId: aws.String(rootID)}, nil
		}
		f.describeChangeSet = func(in *cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
			set, ok := sets[*in.ChangeSetName+" "+aws.ToString(in.NextToken)]
			if !ok || !*in.IncludePropertyValues {
				return nil, fmt.Errorf("asked for %+v", in)
			}
			set.ChangeSetId = in.ChangeSetName
			if waited++; waited < 5 {
				set = cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateInProgress}
			}
			return &set, nil
		}
		set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}"), Nested: true})
		if err != nil {
			t.Fatal(err)
		}
		plain := func(id string, nested ...stack.ResourceChange) stack.ResourceChange {
			return stack.ResourceChange{Action: "Add", LogicalID: id, Nested: nested}
		}
		want := []stack.ResourceChange{plain("A"), plain("StackB", plain("E"), plain("StackF", plain("G"))), plain("C"), plain("StackD")}
		if diff := cmp.Diff(want, set.Changes); diff != "" {
			t.Error(diff)
		}
	})
}

// The reason for a failed nested change set, and the findings of the
// validation, are elsewhere.
func TestReasons(t *testing.T) {
	const nested = "arn:aws:cloudformation:us-east-1:1:changeSet/root-Api/2f-3"
	f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{})
	f.describeChangeSet = func(in *cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
		reason := "Nested change set " + nested + " was not successfully created: Currently in FAILED."
		if *in.ChangeSetName == nested {
			reason = "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."
		}
		return &cloudformation.DescribeChangeSetOutput{
			ChangeSetId: in.ChangeSetName, StackName: aws.String("root-Api"), Status: types.ChangeSetStatusFailed, StatusReason: &reason,
		}, nil
	}
	f.describeEvents = func(in *cloudformation.DescribeEventsInput) (*cloudformation.DescribeEventsOutput, error) {
		if *in.ChangeSetName != nested {
			return nil, fmt.Errorf("asked for %s", *in.ChangeSetName)
		}
		return &cloudformation.DescribeEventsOutput{OperationEvents: []types.OperationEvent{
			{LogicalResourceId: aws.String("Fine"), ValidationStatus: types.ValidationStatusSkipped},
			{
				LogicalResourceId: aws.String("Jobs"), ValidationStatus: types.ValidationStatusFailed,
				ValidationPath: aws.String("/Resources/Jobs/Properties/Delay"), ValidationStatusReason: aws.String("Unsupported property [Delay]"),
			},
		}}, nil
	}
	_, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}"), Nested: true})
	const want = "Jobs /Resources/Jobs/Properties/Delay: Unsupported property [Delay]"
	if err == nil || !strings.HasSuffix(err.Error(), "\n"+want) || !strings.Contains(err.Error(), "nested stack root-Api: ") {
		t.Errorf("got %v", err)
	}
}

// The answer to a request can get lost although the request didn't: then the
// SDK sends it again, and the answer is that it was sent before.
func TestLostAnswers(t *testing.T) {
	t.Run("a change set is made", func(t *testing.T) {
		f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateComplete})
		create := f.createChangeSet
		f.createChangeSet = func(in *cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
			if _, err := create(in); err != nil || *in.ClientToken != *in.ChangeSetName {
				t.Errorf("token %s for %s", *in.ClientToken, *in.ChangeSetName)
			}
			return nil, &types.AlreadyExistsException{Message: aws.String("ChangeSet x already exists")}
		}
		set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}")})
		if err != nil || !strings.HasPrefix(set.ID, "arn:set/") || set.StackID != rootID {
			t.Errorf("got %+v, %v", set, err)
		}
	})
	for name, status := range map[string]types.ExecutionStatus{
		"a change set begins":              types.ExecutionStatusExecuteInProgress,
		"a change set is executed at once": types.ExecutionStatusExecuteComplete,
	} {
		t.Run(name, func(t *testing.T) {
			h := &history{}
			h.add("root . CREATE_COMPLETE")
			f := prepared("UPDATE_COMPLETE", cloudformation.DescribeChangeSetOutput{ExecutionStatus: status})
			f.describeStackEvents = h.page
			f.executeChangeSet = func(in *cloudformation.ExecuteChangeSetInput) (*cloudformation.ExecuteChangeSetOutput, error) {
				h.token = *in.ClientRequestToken
				h.add("root . UPDATE_IN_PROGRESS User Initiated", "root . UPDATE_COMPLETE")
				return nil, answer("InvalidChangeSetStatus", "ChangeSet [x] cannot be executed in its current execution status of "+string(status))
			}
			op, err := stack.NewEngineOf(f).Execute(t.Context(), &stack.ChangeSet{ID: "set", StackID: rootID, StackName: "root", Kind: stack.Update})
			if err != nil {
				t.Fatal(err)
			}
			if s, events, err := follow(t, op); err != nil || s.Status != "UPDATE_COMPLETE" || len(events) != 2 {
				t.Errorf("got %+v, %v, %v", s, lines(events), err)
			}
		})
	}
}

// Another process acts between the making of a change set and its execution.
func TestRace(t *testing.T) {
	for name, tc := range map[string]struct {
		set    types.ExecutionStatus // of our change set; empty: it is deleted
		err    error
		status string // of the stack
		want   string
		busy   bool
	}{
		"the stack is being changed": {
			types.ExecutionStatusObsolete, answer("InvalidChangeSetStatus", "ChangeSet [x] cannot be executed in its current execution status of OBSOLETE"), "UPDATE_IN_PROGRESS",
			"stack root is being changed already: UPDATE_IN_PROGRESS since 2001-09-09 01:46:40 UTC (chalice deploy by you@there); wait until that is done", true,
		},
		"our change set is gone": {"", answer("ChangeSetNotFound", "ChangeSet [x] does not exist"), "UPDATE_IN_PROGRESS", "stack root is being changed already", true},
		"the stack was changed": {
			types.ExecutionStatusObsolete, answer("InvalidChangeSetStatus", "ChangeSet [x] cannot be executed"), "UPDATE_COMPLETE",
			"stack root or its change set was changed by others since that was made", false,
		},
		"ours was executed by others before": {types.ExecutionStatusExecuteComplete, answer("InvalidChangeSetStatus", "ChangeSet [x] cannot be executed"), "UPDATE_COMPLETE", "was changed by others", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := &history{}
			h.add("root . UPDATE_IN_PROGRESS User Initiated")
			f := &fake{
				describeStackEvents: h.page,
				describeStacks: func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
					out, err := described(tc.status)
					out.Stacks[0].ChangeSetId = aws.String("another")
					return out, err
				},
				describeChangeSet: func(in *cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
					switch {
					case *in.ChangeSetName == "another":
						return &cloudformation.DescribeChangeSetOutput{Description: aws.String("chalice deploy by you@there")}, nil
					case tc.set == "":
						return nil, tc.err
					}
					return &cloudformation.DescribeChangeSetOutput{ExecutionStatus: tc.set}, nil
				},
				executeChangeSet: func(*cloudformation.ExecuteChangeSetInput) (*cloudformation.ExecuteChangeSetOutput, error) {
					return nil, tc.err
				},
			}
			_, err := stack.NewEngineOf(f).Execute(t.Context(), &stack.ChangeSet{ID: "set", StackID: rootID, StackName: "root", Kind: stack.Update})
			var busy *stack.Busy
			var overtaken *stack.Overtaken
			if err == nil || !strings.Contains(err.Error(), tc.want) || tc.busy != errors.As(err, &busy) || tc.busy == errors.As(err, &overtaken) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Another process makes the stack while we request a change set: ours has to be
// an update then, or the stack is busy.
func TestPrepareRace(t *testing.T) {
	for name, tc := range map[string]struct {
		then, want string
	}{
		"it is done by then":   {"CREATE_COMPLETE", ""},
		"it is still at it":    {"CREATE_IN_PROGRESS", "stack root is being changed already: CREATE_IN_PROGRESS"},
		"it has failed":        {"ROLLBACK_FAILED", "stack root can't be updated: it is in ROLLBACK_FAILED; delete it first"},
		"the error is its own": {"none", "change set for stack root: api error ValidationError: Template format error"},
	} {
		t.Run(name, func(t *testing.T) {
			status, h := "none", &history{}
			f := prepared("", cloudformation.DescribeChangeSetOutput{Status: types.ChangeSetStatusCreateComplete})
			f.describeStackEvents = h.page
			f.describeStacks = func(*cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
				if status == "none" {
					return nil, answer("ValidationError", "Stack with id root does not exist")
				}
				return described(status)
			}
			create := f.createChangeSet
			f.createChangeSet = func(in *cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
				if in.ChangeSetType == types.ChangeSetTypeCreate {
					status = tc.then
					return nil, answer("ValidationError", "Template format error")
				}
				return create(in)
			}
			set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}")})
			if tc.want == "" && (err != nil || set.Kind != stack.Update) {
				t.Errorf("got %+v, %v", set, err)
			}
			if tc.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tc.want)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A change set makes nested stacks that nothing else needs.
func TestDiscardNested(t *testing.T) {
	nested := &types.ResourceChange{Action: types.ChangeActionAdd, LogicalResourceId: aws.String("StackApi"), ChangeSetId: aws.String("inner")}
	status, deleted := "none", []string{}
	f := &fake{
		describeStacks: func(in *cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
			if status == "none" {
				return nil, answer("ValidationError", "Stack with id root does not exist")
			}
			return described(status)
		},
		createChangeSet: func(*cloudformation.CreateChangeSetInput) (*cloudformation.CreateChangeSetOutput, error) {
			status = "REVIEW_IN_PROGRESS"
			return &cloudformation.CreateChangeSetOutput{Id: aws.String("outer"), StackId: aws.String(rootID)}, nil
		},
		describeChangeSet: func(in *cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
			out := &cloudformation.DescribeChangeSetOutput{ChangeSetId: in.ChangeSetName, Status: types.ChangeSetStatusCreateComplete}
			if *in.ChangeSetName == "outer" {
				out.Changes = []types.Change{{ResourceChange: nested}}
			} else {
				out.StackId = aws.String(stackID("StackApi"))
			}
			return out, nil
		},
		deleteStack: func(in *cloudformation.DeleteStackInput) (*cloudformation.DeleteStackOutput, error) {
			deleted = append(deleted, *in.StackName)
			return &cloudformation.DeleteStackOutput{}, nil
		},
	}
	e := stack.NewEngineOf(f)
	set, err := e.Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}"), Nested: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Discard(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{rootID, stackID("StackApi")}, deleted); diff != "" {
		t.Error(diff)
	}
	status, deleted = "CREATE_COMPLETE", nil
	if err := e.Discard(t.Context(), set); err != nil || len(deleted) > 0 {
		t.Errorf("deleted %v of what others have created, %v", deleted, err)
	}
}

// A change with two causes is in the change set twice, and counts once.
func TestPropertyTwice(t *testing.T) {
	detail := func(name, after string, recreation types.RequiresRecreation) types.ResourceChangeDetail {
		return types.ResourceChangeDetail{Target: &types.ResourceTargetDefinition{
			Attribute: types.ResourceAttributeProperties, Name: &name, Path: aws.String("/Properties/" + name),
			AfterValue: optional(after), RequiresRecreation: recreation,
		}}
	}
	f := prepared("CREATE_COMPLETE", cloudformation.DescribeChangeSetOutput{
		Status: types.ChangeSetStatusCreateComplete,
		Changes: []types.Change{{ResourceChange: &types.ResourceChange{Details: []types.ResourceChangeDetail{
			detail("Role", "", types.RequiresRecreationConditionally), {}, detail("Code", "x", types.RequiresRecreationNever),
			detail("Role", "arn", types.RequiresRecreationNever), detail("Code", "", types.RequiresRecreationAlways),
		}}}},
	})
	set, err := stack.NewEngineOf(f).Prepare(t.Context(), stack.Change{Stack: "root", Body: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	want := []stack.PropertyChange{
		{Attribute: "Properties", Name: "Role", Path: "/Properties/Role", After: "arn", Recreation: "Conditionally"},
		{Attribute: "Properties", Name: "Code", Path: "/Properties/Code", After: "x", Recreation: "Always"},
	}
	if diff := cmp.Diff(want, set.Changes[0].Properties); diff != "" {
		t.Error(diff)
	}
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
