package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// A Change is what a stack should become.
type Change struct {
	Stack string // the name of the stack, which needn't exist
	// The template: its text, of up to 51,200 bytes, or if URL isn't empty what is
	// there in S3.
	Body []byte
	URL  string
	// Parameters are the values of the template's parameters. One that isn't given
	// keeps the value that it has in the stack, or has its default.
	Parameters  map[string]string
	Tags        map[string]string // of the stack and all in it; nil leaves them as they are
	RoleARN     string            // the role that CloudFormation uses, from then on; empty leaves it as it is
	Description string            // of the change set: what is seen by those who find the stack busy
	Nested      bool              // the template has nested stacks, whose changes are wanted too
}

// Prepare has CloudFormation say what a change would do. What it returns is to
// be given to [Engine.Execute] or [Engine.Discard].
//
// A stack of which nothing but events is left, in ROLLBACK_COMPLETE, is deleted
// first. One that others are changing is a [*Busy], one that can't be updated in
// the state it is in a [*Stuck].
func (e *Engine) Prepare(ctx context.Context, c Change) (*ChangeSet, error) {
	template, err := e.summarize(ctx, c)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		before, err := e.Find(ctx, c.Stack)
		if err != nil {
			return nil, err
		}
		if statusOf(before) == rollbackComplete {
			if err := e.remove(ctx, before); err != nil {
				return nil, err
			}
			before = nil
		}
		kind, err := e.ready(ctx, before)
		if err != nil {
			return nil, err
		}
		set, err := e.create(ctx, c, kind, before, template)
		if err == nil {
			err = e.finish(ctx, set)
		}
		if err == nil {
			return set, nil
		}
		// Another process may have been faster.
		again := missing(err) || refused(err) && e.moved(ctx, before, c.Stack)
		if attempt == 3 || !again {
			return nil, fmt.Errorf("change set for stack %s: %w", c.Stack, err)
		}
	}
}

// remove deletes a stack that was never made completely: it can't be updated.
func (e *Engine) remove(ctx context.Context, s *Stack) error {
	deletion, err := e.Delete(ctx, s, DeleteOptions{})
	if err == nil {
		_, err = deletion.Follow(ctx, func(Event) {})
	}
	if err != nil {
		return fmt.Errorf("stack %s is in %s, and has to be deleted before it is made anew: %w", s.Name, s.Status, err)
	}
	return nil
}

// ready returns the kind of change set that a stack takes in the state it is in.
// One that isn't there is nil.
func (e *Engine) ready(ctx context.Context, s *Stack) (string, error) {
	switch {
	case s == nil || s.Status == reviewInProgress:
		return Create, nil
	case s.InProgress():
		return "", e.busy(ctx, s)
	}
	switch s.Status {
	case updateRollbackFailed, createFailed, rollbackFailed, deleteFailed, importRollbackFailed:
		return "", e.stuck(ctx, s)
	}
	return Update, nil
}

// moved reports whether a stack isn't in the state any more that it was in.
func (e *Engine) moved(ctx context.Context, before *Stack, name string) bool {
	now, err := e.Find(ctx, name)
	if err != nil || before == nil || now == nil {
		return err == nil && before != now
	}
	return now.ID != before.ID || now.Status != before.Status
}

// create asks for a change set. Its name is its token as well, so that it is
// made once however often the request is sent.
func (e *Engine) create(ctx context.Context, c Change, kind string, before *Stack, template *summary) (*ChangeSet, error) {
	name := token()
	parameters, err := template.values(c, kind, before)
	if err != nil {
		return nil, err
	}
	input := &cloudformation.CreateChangeSetInput{
		StackName:           &c.Stack,
		ChangeSetName:       &name,
		ClientToken:         &name,
		ChangeSetType:       types.ChangeSetType(kind),
		Parameters:          parameters,
		Capabilities:        template.capabilities(c),
		IncludeNestedStacks: aws.Bool(c.Nested),
		Tags:                tags(c.Tags),
		Description:         optional(c.Description),
		RoleARN:             optional(c.RoleARN),
	}
	input.TemplateBody, input.TemplateURL = c.template()
	set := &ChangeSet{Name: name, StackName: c.Stack, Kind: kind, Description: c.Description}
	if set.ID, set.StackID, err = e.request(ctx, input); err != nil {
		if set.Empty = refused(err) && saysNoChanges(err.Error()); set.Empty {
			return set, nil
		}
		return nil, err
	}
	if before != nil && before.Status == reviewInProgress && before.ID != set.StackID {
		// moto makes another stack of the name beside the one that is reviewed.
		_, err = e.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &before.ID})
	}
	return set, err
}

// request sends the request for a change set, and returns its ID and its stack's.
func (e *Engine) request(ctx context.Context, input *cloudformation.CreateChangeSetInput) (id, stack string, err error) {
	made, err := e.api.CreateChangeSet(ctx, input)
	if err == nil {
		return aws.ToString(made.Id), aws.ToString(made.StackId), nil
	}
	if _, ok := errors.AsType[*types.AlreadyExistsException](err); !ok {
		return "", "", err
	}
	// Nobody else has that name: the answer to the first request was lost.
	found, again := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		ChangeSetName: input.ChangeSetName, StackName: input.StackName,
	})
	if again != nil {
		return "", "", err
	}
	return aws.ToString(found.ChangeSetId), aws.ToString(found.StackId), nil
}

// finish waits for a change set and reads it. One that can't be executed is discarded.
func (e *Engine) finish(ctx context.Context, set *ChangeSet) error {
	if set.Empty {
		return nil
	}
	page, err := e.settled(ctx, set.ID)
	switch {
	case err != nil:
	case isEmpty(page):
		set.Empty = true
	case page.Status == types.ChangeSetStatusFailed:
		err = errors.New(e.why(ctx, page))
	default:
		set.Changes, err = e.read(ctx, set, page)
	}
	if err == nil && !set.Empty {
		return nil
	}
	// Also when the context is done nothing is to stay that nobody will execute.
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if failed := e.discard(rest, set); err == nil {
		err = failed
	}
	return err
}

func tags(all map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(all)) {
		list = append(list, types.Tag{Key: &key, Value: aws.String(all[key])})
	}
	return list
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// token returns a name that no one else has. It starts with the time, so that
// names of change sets sort by it.
func token() string {
	return fmt.Sprintf("chalice-%s-%s", time.Now().UTC().Format("20060102-150405"), strings.ToLower(rand.Text()[:12]))
}
