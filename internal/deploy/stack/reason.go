package stack

import (
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

var changeSetARN = regexp.MustCompile(`arn:[\w-]+:cloudformation:[\w-]*:\d*:changeSet/[\w/-]+`)

// why returns why a change set couldn't be made. For a nested stack's failure,
// and for a finding of the validation, CloudFormation has the reason elsewhere.
func (e *Engine) why(ctx context.Context, page *cloudformation.DescribeChangeSetOutput) string {
	reason := aws.ToString(page.StatusReason)
	for range 10 {
		id := changeSetARN.FindString(reason)
		if id == "" || id == aws.ToString(page.ChangeSetId) {
			break
		}
		nested, err := e.describeChangeSet(ctx, id, nil)
		if err != nil || aws.ToString(nested.StatusReason) == "" {
			break
		}
		page, reason = nested, "nested stack "+aws.ToString(nested.StackName)+": "+aws.ToString(nested.StatusReason)
	}
	if reason == "" {
		reason = "its status is " + string(page.Status) + ", and CloudFormation doesn't say why"
	}
	if strings.Contains(reason, "DescribeEvents") || strings.Contains(reason, "alidation") {
		if found := e.validation(ctx, page); len(found) > 0 {
			return reason + "\n" + strings.Join(found, "\n")
		}
	}
	return reason
}

// validation returns the findings of CloudFormation's validation. The status of
// a change set only says that there are some.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
func (e *Engine) validation(ctx context.Context, page *cloudformation.DescribeChangeSetOutput) []string {
	var found []string
	pages := cloudformation.NewDescribeEventsPaginator(e.api, &cloudformation.DescribeEventsInput{ChangeSetName: page.ChangeSetId})
	for pages.HasMorePages() {
		events, err := pages.NextPage(ctx)
		if err != nil {
			break // the reason is better than nothing
		}
		for _, event := range events.OperationEvents {
			if event.ValidationStatus != types.ValidationStatusFailed {
				continue
			}
			text := aws.ToString(event.LogicalResourceId)
			if path := aws.ToString(event.ValidationPath); path != "" {
				text += " " + path
			}
			found = append(found, text+": "+aws.ToString(event.ValidationStatusReason))
		}
	}
	return found
}
