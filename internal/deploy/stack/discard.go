package stack

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Discard deletes a change set, and the stack if it was made only for the
// change set. It is no error if they don't exist.
func (e *Engine) Discard(ctx context.Context, set *ChangeSet) error {
	if set.Empty {
		return nil
	}
	return e.discard(ctx, set)
}

func (e *Engine) discard(ctx context.Context, set *ChangeSet) error {
	_, err := e.api.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: &set.ID})
	if err != nil && !missing(err) {
		return fmt.Errorf("delete change set %s of stack %s: %w", set.Name, set.StackName, err)
	}
	made := set.nested
	if set.Kind == Create {
		made = append([]nestedSet{{set.ID, set.StackID}}, made...)
	}
	for _, one := range made {
		if err := e.discardStack(ctx, one.stack, one.id); err != nil {
			return fmt.Errorf("delete stack %s, which was never made: %w", one.stack, err)
		}
	}
	return nil
}

// discardStack deletes a stack that has no resources, and no change set but the
// deleted one. CloudFormation may delete nested ones together with their root.
func (e *Engine) discardStack(ctx context.Context, id, deleted string) error {
	s, err := e.describe(ctx, id)
	if err != nil || s == nil || s.Status != reviewInProgress {
		return err
	}
	pages := cloudformation.NewListChangeSetsPaginator(e.api, &cloudformation.ListChangeSetsInput{StackName: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if missing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if slices.ContainsFunc(page.Summaries, func(other types.ChangeSetSummary) bool {
			return aws.ToString(other.StackId) == id && aws.ToString(other.ChangeSetId) != deleted
		}) {
			return nil // somebody else's, who may execute it
		}
	}
	_, err = e.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &id})
	return err
}
