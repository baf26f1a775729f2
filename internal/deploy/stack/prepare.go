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

// maxBody is the size of a template that can be part of a request.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxBody = 51_200

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
		kind, err := e.ready(ctx, before)
		if err != nil {
			return nil, err
		}
		set, err := e.create(ctx, c, kind, before, template)
		if err == nil {
			return e.finish(ctx, set)
		}
		// Another process may have been faster.
		if attempt == 3 || !refused(err) || !e.moved(ctx, before, c.Stack) {
			return nil, fmt.Errorf("change set for stack %s: %w", c.Stack, err)
		}
	}
}

// ready returns the kind of change set that a stack takes, or a stack that isn't
// there, nil. One that takes none since it was never made is deleted.
func (e *Engine) ready(ctx context.Context, s *Stack) (string, error) {
	switch {
	case s == nil || s.Status == reviewInProgress:
		return Create, nil
	case s.InProgress():
		return "", e.busy(ctx, s)
	}
	switch s.Status {
	case rollbackComplete:
		deletion, err := e.Delete(ctx, s, DeleteOptions{})
		if err == nil {
			_, err = deletion.Follow(ctx, func(Event) {})
		}
		if err != nil {
			return "", fmt.Errorf("stack %s was never made completely, and has to be deleted before it is made anew: %w", s.Name, err)
		}
		return Create, nil
	case updateRollbackFailed:
		return "", &Stuck{Stack: s, Continue: true}
	case createFailed, rollbackFailed, deleteFailed, importRollbackFailed:
		return "", &Stuck{Stack: s}
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
	made, err := e.api.CreateChangeSet(ctx, input)
	var exists *types.AlreadyExistsException
	switch {
	case err == nil:
		set.ID, set.StackID = aws.ToString(made.Id), aws.ToString(made.StackId)
	case errors.As(err, &exists):
		// Nobody else has that name: the answer to the first request was lost.
		found, again := e.api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &name, StackName: &c.Stack})
		if again != nil {
			return nil, err
		}
		set.ID, set.StackID = aws.ToString(found.ChangeSetId), aws.ToString(found.StackId)
	default:
		return nil, err
	}
	return set, nil
}

// finish waits for a change set and reads it. One that can't be executed is discarded.
func (e *Engine) finish(ctx context.Context, set *ChangeSet) (*ChangeSet, error) {
	page, err := e.settled(ctx, set.ID)
	if err == nil && page.Status != types.ChangeSetStatusFailed {
		if set.Changes, err = e.read(ctx, page); err == nil {
			return set, nil
		}
	}
	if err == nil && isEmpty(page) {
		set.Empty = true
	} else if err == nil {
		err = errors.New(e.why(ctx, page))
	}
	// Also when the context is done nothing is to stay that nobody will execute.
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if failed := e.Discard(rest, set); failed != nil && err == nil {
		err = failed
	}
	if err != nil {
		return nil, fmt.Errorf("change set for stack %s: %w", set.StackName, err)
	}
	return set, nil
}

// Discard deletes a change set, and the stack if it was made for the change set
// alone. Nothing is wrong if they are gone.
func (e *Engine) Discard(ctx context.Context, set *ChangeSet) error {
	_, err := e.api.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: &set.ID})
	if err != nil && !missing(err) {
		return fmt.Errorf("delete change set %s of stack %s: %w", set.Name, set.StackName, err)
	}
	if set.Kind != Create {
		return nil
	}
	if err := e.discardStack(ctx, set); err != nil {
		return fmt.Errorf("delete stack %s, which was never made: %w", set.StackName, err)
	}
	return nil
}

// discardStack deletes a stack that has no resources and no change sets.
func (e *Engine) discardStack(ctx context.Context, set *ChangeSet) error {
	s, err := e.describe(ctx, set.StackID)
	if err != nil || s == nil || s.Status != reviewInProgress {
		return err
	}
	pages := cloudformation.NewListChangeSetsPaginator(e.api, &cloudformation.ListChangeSetsInput{StackName: &s.ID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(page.Summaries, func(other types.ChangeSetSummary) bool {
			return aws.ToString(other.StackId) == s.ID && aws.ToString(other.ChangeSetId) != set.ID
		}) {
			return nil // someone else's, who may execute it
		}
	}
	_, err = e.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &s.ID})
	return err
}

// A summary is what CloudFormation says of a template before it makes anything of it.
type summary struct {
	declared   []string // parameters, sorted
	transforms bool
}

func (e *Engine) summarize(ctx context.Context, c Change) (*summary, error) {
	if c.URL == "" && len(c.Body) > maxBody {
		return nil, fmt.Errorf("the template of stack %s has %d bytes; one of more than %d has to be in a bucket", c.Stack, len(c.Body), maxBody)
	}
	input := &cloudformation.GetTemplateSummaryInput{}
	input.TemplateBody, input.TemplateURL = c.template()
	answer, err := e.api.GetTemplateSummary(ctx, input)
	if err != nil {
		return nil, fmt.Errorf("template of stack %s: %w", c.Stack, err)
	}
	s := &summary{transforms: len(answer.DeclaredTransforms) > 0}
	for _, p := range answer.Parameters {
		s.declared = append(s.declared, aws.ToString(p.ParameterKey))
	}
	slices.Sort(s.declared)
	return s, nil
}

// values returns the values of a template's parameters: those given, and those
// that the stack has.
func (s *summary) values(c Change, kind string, before *Stack) ([]types.Parameter, error) {
	var unknown []string
	var values []types.Parameter
	for _, key := range slices.Sorted(maps.Keys(c.Parameters)) {
		if !slices.Contains(s.declared, key) {
			unknown = append(unknown, key)
		}
		values = append(values, types.Parameter{ParameterKey: &key, ParameterValue: aws.String(c.Parameters[key])})
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("the template has no parameter %s; it has %s", strings.Join(unknown, ", "), listed(s.declared))
	}
	if kind != Update {
		return values, nil
	}
	for _, key := range s.declared {
		_, given := c.Parameters[key]
		if _, had := before.Parameters[key]; had && !given {
			values = append(values, types.Parameter{ParameterKey: &key, UsePreviousValue: aws.Bool(true)})
		}
	}
	return values, nil
}

// listed returns names as a sentence has them.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// capabilities returns what CloudFormation wants to have acknowledged. Roles
// always are: who executes a change set has seen what it makes. Macros can be
// those of nested stacks.
func (s *summary) capabilities(c Change) []types.Capability {
	all := []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam}
	if s.transforms || c.Nested {
		all = append(all, types.CapabilityCapabilityAutoExpand)
	}
	return all
}

// template returns the two ways to give a template, one of them nil.
func (c *Change) template() (body, url *string) {
	if c.URL != "" {
		return nil, &c.URL
	}
	return aws.String(string(c.Body)), nil
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
