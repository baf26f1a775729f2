package stack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// maxBody is the size in bytes of the largest template that a request can
// contain.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxBody = 51_200

// A summary is CloudFormation's description of a template before it is
// deployed.
type summary struct {
	declared   []string // names of parameters, sorted
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

// values returns the values of a template's parameters: the given ones, and
// those in the stack.
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

// listed joins names for a sentence.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// capabilities returns what CloudFormation requires to be acknowledged. Roles
// always are: whoever executes a change set has seen what it makes. Macros can
// be those of nested stacks.
func (s *summary) capabilities(c Change) []types.Capability {
	all := []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam}
	if s.transforms || c.Nested {
		all = append(all, types.CapabilityCapabilityAutoExpand)
	}
	return all
}

// template returns the template and its URL, one of which is nil.
func (c *Change) template() (body, url *string) {
	if c.URL != "" {
		return nil, &c.URL
	}
	return aws.String(string(c.Body)), nil
}
