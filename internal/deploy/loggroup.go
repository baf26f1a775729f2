package deploy

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/chalice-go/chalice/internal/deploy/account"
)

// logGroups returns those log groups of functions that have Lambda's default
// names. Lambda makes them when a function first logs, and no stack deletes
// them.
func logGroups(ctx context.Context, session *account.Session, stack string, functions []string) ([]string, error) {
	const prefix = "/aws/lambda/"
	client := cloudwatchlogs.NewFromConfig(session.Config)
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(client, &cloudwatchlogs.DescribeLogGroupsInput{
		// CloudFormation names functions after their stacks.
		LogGroupNamePrefix: aws.String(prefix + stack + "-"),
	})
	var found []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range page.LogGroups {
			if name := aws.ToString(g.LogGroupName); slices.Contains(functions, name[len(prefix):]) {
				found = append(found, name)
			}
		}
	}
	return found, nil
}
