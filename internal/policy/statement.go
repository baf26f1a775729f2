package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Statement is a statement of an IAM policy, with the effect Allow.
type Statement struct {
	Sid       string
	Actions   []string
	Resources []Resource
	// Condition is as policies have it, nil for none.
	Condition map[string]any
}

// CloudFormation gives the statement as templates have it.
func (s Statement) CloudFormation() map[string]any {
	var resources []any
	for _, r := range s.Resources {
		resources = append(resources, r.CloudFormation())
	}
	m := map[string]any{"Sid": s.Sid, "Effect": "Allow", "Action": toAny(s.Actions), "Resource": resources}
	if s.Condition != nil {
		m["Condition"] = s.Condition
	}
	return m
}

func toAny(texts []string) []any {
	var all []any
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}

// StatementOptions change what [Needs.Statements] gives.
type StatementOptions struct {
	// AnyResource leaves all resources open.
	AnyResource bool
	// Except are actions that the caller has statements of its own for.
	Except []string
}

// group is a statement that is being put together.
type group struct {
	service   string
	actions   []string
	resources []Resource
	passedTo  []string
}

// Statements gives the statements of a role with these needs. env has the
// values of the function's environment variables: a string, or an intrinsic of
// CloudFormation. Statements are sorted, so the same needs and values give the
// same statements. A warning tells of each action that is allowed on any
// resource, though it needn't be.
func (n *Needs) Statements(env map[string]any, options StatementOptions) ([]Statement, []Warning) {
	n = n.Configure(env)
	m := &arnMaker{anyRegion: n.AnyRegion}
	groups := map[string]*group{}
	var warnings []Warning
	for _, a := range n.Actions {
		if slices.Contains(options.Except, a.Name) {
			continue
		}
		resources, warning := m.resources(a, options)
		if warning != nil {
			warnings = append(warnings, *warning)
		}
		service, _, _ := strings.Cut(a.Name, ":")
		key := fmt.Sprint(service, resources, a.PassedTo)
		g := groups[key]
		if g == nil {
			g = &group{service: service, resources: resources, passedTo: a.PassedTo}
			groups[key] = g
		}
		g.actions = append(g.actions, a.Name)
	}
	var sorted []*group
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		sorted = append(sorted, groups[key])
	}
	slices.SortStableFunc(sorted, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.service, b.service), slices.Compare(a.actions, b.actions))
	})
	return statements(sorted), warnings
}

// statements names the groups.
func statements(groups []*group) []Statement {
	used := map[string]int{}
	var all []Statement
	for _, g := range groups {
		sid := serviceName(g.service) + accessKind(g.actions)
		if used[sid]++; used[sid] > 1 {
			sid += itoa(used[sid])
		}
		s := Statement{Sid: sid, Actions: g.actions, Resources: g.resources}
		switch len(g.passedTo) {
		case 0:
		case 1:
			s.Condition = map[string]any{"StringEquals": map[string]any{"iam:PassedToService": g.passedTo[0]}}
		default:
			s.Condition = map[string]any{"StringEquals": map[string]any{"iam:PassedToService": toAny(g.passedTo)}}
		}
		all = append(all, s)
	}
	return all
}

// resources gives what an action is allowed on, sorted.
func (m *arnMaker) resources(a Action, options StatementOptions) ([]Resource, *Warning) {
	open := []Resource{AnyResource()}
	if options.AnyResource {
		return open, nil
	}
	if len(a.Targets) == 0 {
		if !loadTable().hasResource(a.Name) {
			return open, nil
		}
		return open, anyWarning(a, "the program doesn't show which one it uses")
	}
	var all []Resource
	for _, t := range a.Targets {
		made, why := m.arns(t)
		if why != "" {
			return open, anyWarning(a, why)
		}
		all = append(all, made...)
	}
	slices.SortFunc(all, func(a, b Resource) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(all, func(a, b Resource) bool { return a.String() == b.String() }), nil
}

func anyWarning(a Action, why string) *Warning {
	w := &Warning{Kind: WarnResource, Message: a.Name + " is allowed on any resource: " + why}
	if len(a.Reasons) > 0 {
		w.File, w.Line = a.Reasons[0].File, a.Reasons[0].Line
	}
	return w
}

// serviceNames are the names of services in Sids, where they aren't just those
// of their actions with a capital.
var serviceNames = map[string]string{
	"dynamodb": "DynamoDB", "sqs": "SQS", "sns": "SNS", "kms": "KMS", "ssm": "SSM", "sts": "STS", "iam": "IAM", "ses": "SES",
	"iot": "IoT", "rds-data": "RDSData", "rds-db": "RDSDB", "execute-api": "ExecuteAPI", "cloudwatch": "CloudWatch",
	"secretsmanager": "SecretsManager", "events": "EventBridge", "states": "StepFunctions", "xray": "XRay", "appconfig": "AppConfig",
}

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

// accessKind tells whether actions read, write, or both.
func accessKind(actions []string) string {
	reads, writes := false, false
	for _, a := range actions {
		if loadTable().reads(a) {
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
