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

// The kinds of change sets.
const (
	Create = "CREATE"
	Update = "UPDATE"
)

// A ChangeSet is what a [Change] would do, as CloudFormation sees it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
type ChangeSet struct {
	ID, Name           string
	StackID, StackName string
	Kind               string // Create or Update
	Description        string
	// Changes are the changes of resources. If there are none, the change set
	// needn't be empty: then outputs or tags change.
	Changes []ResourceChange
	// Empty means that the stack is already as it should be. Such a change set
	// can't be executed, and has been deleted.
	Empty bool

	nested []nestedSet // of stacks that don't exist yet
}

// A nestedSet is the change set of a nested stack, which the change set of the
// root has made together with the stack.
type nestedSet struct{ id, stack string }

// A ResourceChange is the change of one resource. All texts but names and IDs
// are CloudFormation's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
type ResourceChange struct {
	Action                      string // Add, Modify, Remove, Import, or Dynamic: not yet known
	LogicalID, PhysicalID, Type string
	Replacement                 string // of a resource that is modified: True, False, Conditional
	PolicyAction                string // what becomes of a resource that is removed or replaced: Delete, Retain, Snapshot, ReplaceAndRetain, ...
	Properties                  []PropertyChange
	Nested                      []ResourceChange // of a resource that is a stack
}

// A PropertyChange is the change of a property of a resource. Values that
// CloudFormation doesn't provide are empty.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
type PropertyChange struct {
	Attribute     string // Properties, Tags, Metadata, DeletionPolicy, ...
	Name          string // the property: Environment
	Path          string // the part that changes, as a JSON pointer: /Properties/Environment/Variables/X
	Before, After string
	Recreation    string // whether the change makes a new resource: Never, Conditionally, Always
	Kind          string // Add, Remove, Modify
}

// read reads the changes of a change set that is ready, starting with its first
// page. root is the change set to which it belongs.
func (e *Engine) read(ctx context.Context, root *ChangeSet, page *cloudformation.DescribeChangeSetOutput) ([]ResourceChange, error) {
	var all []ResourceChange
	for {
		for _, change := range page.Changes {
			if change.ResourceChange == nil {
				continue
			}
			read, err := e.readChange(ctx, root, change.ResourceChange)
			if err != nil {
				return nil, err
			}
			all = append(all, read)
		}
		if aws.ToString(page.NextToken) == "" {
			return all, nil
		}
		next, err := e.describeChangeSet(ctx, aws.ToString(page.ChangeSetId), page.NextToken)
		if err != nil {
			return nil, err
		}
		page = next
	}
}

func (e *Engine) readChange(ctx context.Context, root *ChangeSet, change *types.ResourceChange) (ResourceChange, error) {
	read := ResourceChange{
		Action:       string(change.Action),
		LogicalID:    aws.ToString(change.LogicalResourceId),
		PhysicalID:   aws.ToString(change.PhysicalResourceId),
		Type:         aws.ToString(change.ResourceType),
		Replacement:  string(change.Replacement),
		PolicyAction: string(change.PolicyAction),
		Properties:   propertyChanges(change.Details),
	}
	nested := aws.ToString(change.ChangeSetId)
	if nested == "" {
		return read, nil
	}
	page, err := e.settled(ctx, nested)
	if err != nil {
		return read, fmt.Errorf("nested stack %s: %w", read.LogicalID, err)
	}
	if change.Action == types.ChangeActionAdd {
		root.nested = append(root.nested, nestedSet{nested, aws.ToString(page.StackId)})
	}
	if page.Status == types.ChangeSetStatusFailed {
		if isEmpty(page) {
			return read, nil
		}
		return read, fmt.Errorf("nested stack %s: %s", read.LogicalID, e.why(ctx, page))
	}
	read.Nested, err = e.read(ctx, root, page)
	return read, err
}

// propertyChanges returns each change once: a change with two causes, such as a
// property that is rewritten and refers to a resource that changes, is in the
// details twice.
func propertyChanges(details []types.ResourceChangeDetail) []PropertyChange {
	var all []PropertyChange
	for _, detail := range details {
		t := detail.Target
		if t == nil {
			continue
		}
		change := PropertyChange{
			Attribute:  string(t.Attribute),
			Name:       aws.ToString(t.Name),
			Path:       aws.ToString(t.Path),
			Before:     aws.ToString(t.BeforeValue),
			After:      aws.ToString(t.AfterValue),
			Recreation: string(t.RequiresRecreation),
			Kind:       string(t.AttributeChangeType),
		}
		same := slices.IndexFunc(all, func(p PropertyChange) bool {
			return p.Attribute == change.Attribute && p.Name == change.Name && p.Path == change.Path
		})
		if same < 0 {
			all = append(all, change)
			continue
		}
		all[same] = merged(all[same], change)
	}
	return all
}

// merged returns the union of two descriptions of the same change.
func merged(a, b PropertyChange) PropertyChange {
	a.Before, a.After, a.Kind = cmp.Or(a.Before, b.Before), cmp.Or(a.After, b.After), cmp.Or(a.Kind, b.Kind)
	if severity[b.Recreation] > severity[a.Recreation] {
		a.Recreation = b.Recreation
	}
	return a
}

// severity orders the effects of changes on a resource.
var severity = map[string]int{
	string(types.RequiresRecreationNever):         1,
	string(types.RequiresRecreationConditionally): 2,
	string(types.RequiresRecreationAlways):        3,
}

func (e *Engine) describeChangeSet(ctx context.Context, id string, page *string) (*cloudformation.DescribeChangeSetOutput, error) {
	return e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		ChangeSetName: &id, IncludePropertyValues: aws.Bool(true), NextToken: page,
	})
}

// settled waits until CloudFormation has made a change set, or failed to, and
// returns its first page.
func (e *Engine) settled(ctx context.Context, id string) (*cloudformation.DescribeChangeSetOutput, error) {
	for pace := newPace(250*time.Millisecond, 2*time.Second); ; {
		page, err := e.describeChangeSet(ctx, id, nil)
		if err != nil {
			return nil, err
		}
		switch page.Status {
		case types.ChangeSetStatusCreatePending, types.ChangeSetStatusCreateInProgress:
		default:
			return page, nil
		}
		if err := pace.wait(ctx); err != nil {
			return nil, err
		}
	}
}

// noChanges are the texts with which CloudFormation says that nothing changes.
// It has no status for that.
var noChanges = []string{
	"didn't contain changes",
	"no updates are to be performed",
	"there are no changes",
	"no changes to",
}

// saysNoChanges reports whether a reason says that nothing changes.
func saysNoChanges(reason string) bool {
	reason = strings.ToLower(strings.ReplaceAll(reason, "’", "'"))
	return slices.ContainsFunc(noChanges, func(words string) bool { return strings.Contains(reason, words) })
}

// isEmpty reports whether a change set failed because nothing changes.
func isEmpty(page *cloudformation.DescribeChangeSetOutput) bool {
	return page.Status == types.ChangeSetStatusFailed && len(page.Changes) == 0 && saysNoChanges(aws.ToString(page.StatusReason))
}
