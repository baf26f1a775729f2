package deploy

import (
	"context"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// logGroups returns those log groups of functions that have Lambda's default
// names. Lambda makes them when a function first logs, and no stack deletes
// them.
func logGroups(ctx context.Context, session *account.Session, stack string, functions []string) ([]string, error) {
	const prefix = "/aws/lambda/"
	client := signed.New(session.Config, signed.CloudWatchLogs)
	in := struct {
		LogGroupNamePrefix string `json:"logGroupNamePrefix"`
		NextToken          string `json:"nextToken,omitempty"`
	}{LogGroupNamePrefix: prefix + stack + "-"} // CloudFormation names functions after their stacks
	var found []string
	for more := true; more; more = in.NextToken != "" {
		var page struct {
			LogGroups []struct {
				LogGroupName string `json:"logGroupName"`
			} `json:"logGroups"`
			NextToken string `json:"nextToken"`
		}
		if err := client.JSON(ctx, "DescribeLogGroups", &in, &page); err != nil {
			return nil, err
		}
		for _, g := range page.LogGroups {
			if name, ok := strings.CutPrefix(g.LogGroupName, prefix); ok && slices.Contains(functions, name) {
				found = append(found, g.LogGroupName)
			}
		}
		in.NextToken = page.NextToken
	}
	return found, nil
}
