package synth

import (
	"fmt"
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
		DestinationArn: t.text(cfn.GetAtt(s.Function.logicalID(t.stack), "Arn")),
	}).dependsOn = []string{id + "Permission"}
	t.follow(id, s.Function.logicalID(t.stack))
	t.allow(s.event, "logs", t.text(cfn.SubWith(
		"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*",
		ordered.New("__LogGroupName__", s.Group),
	)))
	return t.await(groupType, s.Group, s.Function)
}

func (s *logSubscription) terraform(m *tfModule) error {
	m.allow(s.name(), s.Function.tf("arn"), "logs", tfEventARN(s.Group, "logs", "log-group:")+":*")
	m.add("aws_cloudwatch_log_subscription_filter", s.name(), ordered.New(
		// AWS takes 512 characters, and of letters all that a function's name can have.
		// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
		"name", s.Function.FunctionName+"-"+s.kind,
		"log_group_name", s.Group,
		"filter_pattern", tfText(s.FilterPattern),
		"destination_arn", s.Function.tf("arn"),
		"depends_on", []any{"aws_lambda_permission." + s.name()},
	))
	return nil
}

// logLoops reports functions that get, perhaps by way of others, the events of their own
// log group, so that a line that one logs invokes it again, and so forth.
func (b *builder) logLoops() {
	groups := map[string]app.FunctionModel{} // by the function that gets the events
	for _, f := range b.Model.Functions {
		if f.Kind == app.LogsKind {
			groups[f.Name] = f
		}
	}
	for _, f := range b.Model.Functions {
		way := []string{f.Name}
		for next, ok := groups[f.Name]; ok && len(way) <= len(groups); next, ok = groups[way[len(way)-1]] {
			way = append(way, b.loggedBy(next.Logs.Group))
			if way[len(way)-1] == f.Name {
				b.fail(&Mistake{f.Source, fmt.Sprintf("function %s gets what it logs itself%s: each line would invoke it again; have it log to another group, or subscribe another app to this one", f.Name, through(way[1:len(way)-1]))})
				break
			}
		}
	}
}

func through(functions []string) string {
	if len(functions) == 0 {
		return ""
	}
	return ", by way of " + strings.Join(functions, ", ")
}

// loggedBy returns the name of the function whose log group one is; "" if it is no
// function's of the app, as far as is known.
func (b *builder) loggedBy(group string) string {
	readable := ""
	for _, part := range standin.Split(group) {
		if content, ok := b.StandIns[part]; ok {
			part = readableGroup(content)
		}
		readable += part
	}
	for _, r := range b.resources {
		if f, ok := r.(*function); ok && f.logsTo(readable) {
			return f.Name
		}
	}
	return ""
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

// logsTo reports whether a log group is the function's own, by the name that Lambda
// gives it, or by a reference to the function or to the group in the template.
func (f *function) logsTo(group string) bool {
	own := []string{f.FunctionName, f.tf("function_name")}
	if id, err := LogicalID(f.Name); err == nil {
		own = append(own, "${"+id+"}")
	}
	for _, name := range own {
		if group == "/aws/lambda/"+name {
			return true
		}
	}
	if f.LogGroup == nil {
		return false
	}
	id, err := LogicalID(f.LogGroup.name())
	return err == nil && group == "${"+id+"}" || group == f.LogGroup.tf("name") || group == f.LogGroup.tf("id")
}
