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
	Stack string // name; the stack needn't exist
	// Body is the template, of up to 51,200 bytes. If URL isn't empty, the
	// template is there in S3.
	Body []byte
	URL  string
	// Parameters are the values of the template's parameters. One that isn't among
	// them keeps its value in the stack, or gets its default.
	Parameters  map[string]string
	Tags        map[string]string // of the stack and all its resources; nil leaves them as they are
	RoleARN     string            // the role that CloudFormation uses from now on; empty leaves it as it is
	Description string            // of the change set, for those who find the stack busy
	Nested      bool              // the template has nested stacks, whose changes are wanted as well
}

// Prepare makes a change set, in which CloudFormation says what a change would
// do. The caller passes it to [Engine.Execute] or [Engine.Discard].
//
// A stack in ROLLBACK_COMPLETE has nothing left but events, and is deleted
// first. If others are changing the stack, the error is a [*Busy]; if it can't
// be updated in its present status, a [*Stuck].
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
		// Another process may have changed the stack.
		again := missing(err) || refused(err) && e.moved(ctx, before, c.Stack)
		if attempt == 3 || !again {
			return nil, fmt.Errorf("change set for stack %s: %w", c.Stack, err)
		}
	}
}

// remove deletes a stack whose creation failed: it can't be updated.
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

// ready returns the kind of change set for a stack in its present status. A nil
// stack doesn't exist.
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

// moved reports whether a stack has another status, or another ID, than before.
func (e *Engine) moved(ctx context.Context, before *Stack, name string) bool {
	now, err := e.Find(ctx, name)
	if err != nil || before == nil || now == nil {
		return err == nil && before != now
	}
	return now.ID != before.ID || now.Status != before.Status
}

// create requests a change set. Its name is also its token, so that it is made
// once even if the request is sent several times.
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
	// Nobody else uses that name: the answer to a first request got lost.
	found, again := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{
		ChangeSetName: input.ChangeSetName, StackName: input.StackName,
	})
	if again != nil {
		return "", "", err
	}
	return aws.ToString(found.ChangeSetId), aws.ToString(found.StackId), nil
}

// finish waits for a change set and reads it. If it can't be executed, finish
// discards it.
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
	// If the context is done, the change set is discarded as well, since nobody
	// will execute it.
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

// token returns a unique name. It starts with the time, so that the names of
// change sets are sorted by time.
func token() string {
	return fmt.Sprintf("chalice-%s-%s", time.Now().UTC().Format("20060102-150405"), strings.ToLower(rand.Text()[:12]))
}
