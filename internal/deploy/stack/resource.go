package stack

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// nestedType is the type of a nested stack.
const nestedType = "AWS::CloudFormation::Stack"

// A Resource is a resource of a stack, or of a stack nested in it.
type Resource struct {
	LogicalID, PhysicalID, Type string
	Status, Reason              string
	StackID                     string   // the stack to which it belongs, as in the request
	Path                        []string // the logical IDs of the nested stacks around it, from the root on
}

// name returns the logical ID, behind those of the nested stacks around it.
func (r *Resource) name() string { return strings.Join(append(slices.Clip(r.Path), r.LogicalID), "/") }

// Resources returns the resources of a stack, given by its name or ID, and of
// the stacks nested in it, sorted by path and logical ID.
func (e *Engine) Resources(ctx context.Context, stack string) ([]Resource, error) {
	all, err := e.resources(ctx, stack, nil)
	if err != nil {
		return nil, fmt.Errorf("resources of stack %s: %w", stack, err)
	}
	slices.SortFunc(all, func(a, b Resource) int {
		return cmp.Or(slices.Compare(a.Path, b.Path), cmp.Compare(a.LogicalID, b.LogicalID))
	})
	return all, nil
}

func (e *Engine) resources(ctx context.Context, stack string, path []string) ([]Resource, error) {
	var all []Resource
	pages := cloudformation.NewListStackResourcesPaginator(e.api, &cloudformation.ListStackResourcesInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			if r.ResourceStatus == types.ResourceStatusDeleteComplete {
				continue // it is still listed for a while
			}
			all = append(all, Resource{
				LogicalID:  aws.ToString(r.LogicalResourceId),
				PhysicalID: aws.ToString(r.PhysicalResourceId),
				Type:       aws.ToString(r.ResourceType),
				Status:     string(r.ResourceStatus),
				Reason:     aws.ToString(r.ResourceStatusReason),
				StackID:    stack,
				Path:       path,
			})
		}
	}
	var nested []Resource
	for _, r := range all {
		if r.Type != nestedType || r.PhysicalID == "" {
			continue
		}
		inner, err := e.resources(ctx, r.PhysicalID, append(slices.Clip(path), r.LogicalID))
		if err != nil && !missing(err) { // it may have been deleted by hand
			return nil, err
		}
		nested = append(nested, inner...)
	}
	return append(all, nested...), nil
}
