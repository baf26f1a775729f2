package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/logs"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// logSubscription invokes a function with what is written to a log group.
type logSubscription struct {
	event
	Group         string // name
	FilterPattern string
}

var _ Resource = (*logSubscription)(nil)

func newLogSubscription(m app.FunctionModel, f *function) Resource {
	return &logSubscription{event{f, "log-subscription"}, m.Logs.Group, m.Logs.FilterPattern}
}

// Outline is a line of the log group's.
func (s *logSubscription) Outline() Outline {
	return s.outside("log group", s.Group, "to", s.Function.Name, s.FilterPattern)
}

func (s *logSubscription) sam(t *samTemplate) error {
	t.samEvent(s.event, "CloudWatchLogs", serverless.Function_Properties{
		CloudWatchLogsEvent: &serverless.Function_CloudWatchLogsEvent{LogGroupName: s.Group, FilterPattern: s.FilterPattern},
	})
	return t.await(groupType, s.Group, s.Function)
}

// cloudformation is what SAM makes of the event. CloudWatch Logs tries whether it may
// invoke the function, so that permission comes first.
func (s *logSubscription) cloudformation(t *cfnTemplate) error {
	id := s.cfnID(t)
	t.add(id, s.ID(), &logs.SubscriptionFilter{
		LogGroupName:   s.Group,
		FilterPattern:  s.FilterPattern,
		DestinationArn: t.text(s.Function.invoked(t.stack)),
	}).dependsOn = []string{id + "Permission"}
	t.follow(id, s.Function.logicalID(t.stack))
	t.allow(s.event, "logs", t.text(cfn.SubWith(
		"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*",
		ordered.New("__LogGroupName__", s.Group),
	)))
	return t.await(groupType, s.Group, s.Function)
}

func (s *logSubscription) terraform(m *tfModule) error {
	m.allow(s.name(), s.Function, "arn", "logs", tfEventARN(s.Group, "logs", "log-group:")+":*")
	m.add("aws_cloudwatch_log_subscription_filter", s.name(), ordered.New(
		// AWS takes 512 characters, and of letters all that a function's name can have.
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
		"name", s.Function.FunctionName+"-"+s.kind,
		"log_group_name", s.Group,
		"filter_pattern", tfText(s.FilterPattern),
		"destination_arn", s.Function.tfInvoked(),
		"depends_on", []any{tfPermission + "." + s.name()},
	))
	return nil
}

// logLoops reports functions that get, perhaps by way of others, the events of their own
// log group, so that a line that one logs invokes it again, and so forth.
func (b *builder) logLoops() {
	logged := map[string][]string{} // who logs what a function gets, by that function
	for _, f := range b.Model.Functions {
		if f.Kind == app.LogsKind {
			logged[f.Name] = b.loggedBy(f.Logs.Group)
		}
	}
	for _, f := range b.Model.Functions {
		if way, ok := wayBack(f.Name, logged); ok {
			b.fail(&Mistake{f.Source, fmt.Sprintf("function %s gets what it logs itself%s: each line would invoke it again; have it log to another group, or subscribe another app to this one", f.Name, through(way))})
		}
	}
}

// wayBack returns the fewest functions by way of which one comes back to itself. It
// reports false if none do.
func wayBack(start string, next map[string][]string) ([]string, bool) {
	before := map[string]string{} // by the function that comes after it
	for reached := []string{start}; len(reached) > 0; reached = reached[1:] {
		for _, to := range next[reached[0]] {
			if _, again := before[to]; again {
				continue
			}
			before[to] = reached[0]
			if to != start {
				reached = append(reached, to)
				continue
			}
			var way []string
			for at := before[start]; at != start; at = before[at] {
				way = append(way, at)
			}
			slices.Reverse(way)
			return way, true
		}
	}
	return nil, false
}

func through(functions []string) string {
	if len(functions) == 0 {
		return ""
	}
	return ", by way of " + strings.Join(functions, ", ")
}

// loggedBy returns the names of the functions of the app that log to a group, as far as
// is known.
func (b *builder) loggedBy(group string) (names []string) {
	group = b.readableGroup(group)
	for _, f := range functionsOf(b.resources) {
		if f.logsTo(group, b.readableGroup(f.Logging.Group.Any())) {
			names = append(names, f.Name)
		}
	}
	return names
}

// readableGroup returns the name of a log group, text in which values can have stand-ins
// or an intrinsic function, as the text of an Fn::Sub has it.
func (b *builder) readableGroup(name any) string {
	text, ok := name.(string)
	if !ok {
		return readableGroup(name)
	}
	readable := ""
	for _, part := range standin.Split(text) {
		if content, ok := b.StandIns[part]; ok {
			part = readableGroup(content)
		}
		readable += part
	}
	// What Terraform knows a group by is its name.
	if own, ok := strings.CutSuffix(readable, ".id}"); ok && strings.HasPrefix(own, "${"+tfLogGroup+".") {
		return own + ".name}"
	}
	return readable
}

// readableGroup returns an intrinsic function as the text of an Fn::Sub has it.
func readableGroup(content any) string {
	if o, ok := content.(map[string]any); ok {
		if text, ok := o["Fn::Sub"].(string); ok {
			return text
		}
	}
	return standin.Readable(content)
}

// logsTo reports whether a function logs to a group: the one that is configured, or its
// own, by the name that Lambda gives it, or by a reference to the function or to the
// group in the template.
func (f *function) logsTo(group, configured string) bool {
	if configured != "" {
		return group == configured
	}
	own := []string{f.FunctionName, f.tf("function_name")}
	if id, err := LogicalID(f.Name); err == nil {
		own = append(own, "${"+id+"}")
	}
	for _, name := range own {
		if group == lambdaGroups+name {
			return true
		}
	}
	if f.LogGroup == nil {
		return false
	}
	id, err := LogicalID(f.LogGroup.name())
	return err == nil && group == "${"+id+"}" || group == f.LogGroup.tf("name")
}
