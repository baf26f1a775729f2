package arn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Statement is a statement of an IAM policy, with the effect Allow.
type Statement struct {
	Sid       string
	Actions   []string
	Resources []Resource
	Condition Condition
}

// CloudFormation returns the statement as templates have it.
func (s Statement) CloudFormation() map[string]any {
	var resources []any
	for _, r := range s.Resources {
		resources = append(resources, r.CloudFormation())
	}
	m := map[string]any{"Sid": s.Sid, "Effect": "Allow", "Action": toAny(s.Actions), "Resource": resources}
	if c := s.Condition.CloudFormation(); c != nil {
		m["Condition"] = c
	}
	return m
}

// toAny returns texts as JSON has them.
func toAny(texts []string) []any {
	var all []any
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}

// Grant allows an action.
type Grant struct {
	Action string
	Scope
}

// group is a statement that is being put together.
type group struct {
	service string
	actions []string
	scope   Scope
}

// Statements returns the statements of a policy: one for all actions of a service
// that are allowed on the same resources, under the same condition. They are sorted, so the same grants give
// the same statements.
func Statements(grants []Grant) []Statement {
	groups := map[string]*group{}
	for _, grant := range grants {
		service, _, _ := strings.Cut(grant.Action, ":")
		key := fmt.Sprint(service, grant.Scope)
		g := groups[key]
		if g == nil {
			g = &group{service: service, scope: grant.Scope}
			groups[key] = g
		}
		g.actions = append(g.actions, grant.Action)
	}
	var sorted []*group
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		sorted = append(sorted, groups[key])
	}
	slices.SortStableFunc(sorted, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.service, b.service), slices.Compare(a.actions, b.actions))
	})
	return withSids(sorted)
}

// withSids makes statements of groups, each with a Sid of its own.
func withSids(groups []*group) []Statement {
	used := map[string]int{}
	var all []Statement
	for _, g := range groups {
		sid := serviceName(g.service) + accessKind(g.actions)
		if used[sid]++; used[sid] > 1 {
			sid += strconv.Itoa(used[sid])
		}
		all = append(all, Statement{sid, g.actions, g.scope.Resources, g.scope.Condition})
	}
	return all
}

// serviceNames are the names of services in Sids, where they aren't just those
// of their actions with a capital.
var serviceNames = map[string]string{
	"dynamodb": "DynamoDB", "sqs": "SQS", "sns": "SNS", "kms": "KMS", "ssm": "SSM", "sts": "STS", "iam": "IAM", "ses": "SES",
	"iot": "IoT", "rds-data": "RDSData", "rds-db": "RDSDB", "execute-api": "ExecuteAPI", "cloudwatch": "CloudWatch",
	"secretsmanager": "SecretsManager", "events": "EventBridge", "states": "StepFunctions", "xray": "XRay", "appconfig": "AppConfig",
}

// serviceName returns the name of a service in Sids.
func serviceName(service string) string {
	if name := serviceNames[service]; name != "" {
		return name
	}
	var b strings.Builder
	for _, word := range strings.Split(service, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// accessKind returns whether actions read, write, or both.
func accessKind(actions []string) string {
	reads, writes := false, false
	for _, a := range actions {
		if sdk.Reads(a) {
			reads = true
		} else {
			writes = true
		}
	}
	switch {
	case reads && writes:
		return "ReadWrite"
	case reads:
		return "Read"
	}
	return "Write"
}
