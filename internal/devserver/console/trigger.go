package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/devserver"
)

// isVariable reports whether a key of the configuration is an environment
// variable, whose value may be a secret.
func isVariable(key string) bool { return strings.HasPrefix(key, "environment_variables.") }

// authorizerKind is the kind of a function that only API Gateway invokes, as an
// authorizer.
const authorizerKind = "authorizer"

// triggersOf returns the kind of a function, what invokes it, and how it gets the
// batches of that if Lambda polls it.
func triggersOf(g *devserver.Generation, function string) (kind string, triggers, options []string) {
	m := g.Model
	if function == app.RESTHandler && len(m.Routes) > 0 {
		paths := map[string]bool{}
		for _, r := range m.Routes {
			paths[r.Path] = true
		}
		return strings.ReplaceAll(g.Stage.APIType, "_", " "), []string{fmt.Sprintf("%s, %s", g.Front(), count(len(paths), "path"))}, nil
	}
	for _, a := range m.Authorizers {
		if a.Name == function && a.Type == app.BuiltinAuthorizerType {
			return authorizerKind, []string{"routes with this authorizer"}, nil
		}
	}
	for _, f := range m.Functions {
		if f.FunctionName() == function {
			return string(f.Kind), []string{trigger(f)}, sourceOptions(f)
		}
	}
	return "", []string{}, nil
}

// trigger returns what invokes a function that isn't that of the routes or an
// authorizer.
func trigger(f app.FunctionModel) string {
	switch {
	case f.Schedule != nil:
		return times(f.Schedule)
	case f.CloudWatch != nil:
		return events(f.CloudWatch)
	case f.S3 != nil:
		return "bucket " + f.S3.Bucket + filter(f.S3)
	case f.SNS != nil:
		return "topic " + f.SNS.Topic + policy(f.SNS)
	case f.SQS != nil:
		return "queue " + cmp.Or(f.SQS.QueueARN, f.SQS.Queue)
	case f.Kinesis != nil:
		return "stream " + cmp.Or(f.Kinesis.StreamARN, f.Kinesis.Stream)
	case f.DynamoDB != nil:
		return "table stream " + f.DynamoDB.StreamARN
	case f.Logs != nil:
		return strings.TrimSuffix("log group "+f.Logs.Group+", "+f.Logs.FilterPattern, ", ")
	}
	switch f.Kind {
	case app.WSConnectKind:
		return "websocket $connect"
	case app.WSMessageKind:
		return "websocket messages"
	case app.WSDisconnectKind:
		return "websocket $disconnect"
	}
	return direct
}

// direct is what invokes a function that has no source of events.
const direct = "direct invocation"

// times says when a schedule is.
func times(s *app.ScheduleModel) string {
	text := s.Expression
	if s.Scheduler == nil {
		return text
	}
	if s.Scheduler.Timezone != "" {
		text += " in " + s.Scheduler.Timezone
	}
	if n := s.Scheduler.FlexibleWindowMinutes; n > 0 {
		text += ", within " + count(n, "minute")
	}
	if s.Scheduler.From != "" {
		text += ", from " + s.Scheduler.From
	}
	if s.Scheduler.Until != "" {
		text += ", until " + s.Scheduler.Until
	}
	return text
}

// events says which events a rule is for.
func events(m *app.CloudWatchModel) string {
	text := "events"
	if m.Bus != "" {
		text = "bus " + m.Bus + ", events"
	}
	if pattern, err := json.Marshal(m.Pattern); err == nil {
		text += " like " + string(pattern)
	}
	if m.InputPath != "" {
		text += ", of these " + m.InputPath
	}
	return text
}

func filter(s *app.S3Model) string {
	var keys []string
	for _, k := range s.Keys() {
		if k != (app.KeyFilterModel{}) {
			keys = append(keys, k.Prefix+"*"+k.Suffix)
		}
	}
	text := ""
	if len(keys) > 0 {
		text = ", " + strings.Join(keys, " or ")
	}
	if len(s.Events) > 0 {
		text += " (" + strings.Join(s.Events, ", ") + ")"
	}
	if s.EventBridge {
		text += ", by EventBridge"
	}
	return text
}

// policy says which messages of a topic the function gets, if not all.
func policy(s *app.SNSModel) string {
	policy, err := json.Marshal(s.FilterPolicy)
	switch {
	case s.FilterPolicy == nil || err != nil:
		return ""
	case s.FilterPolicyScope == string(app.MessageBody):
		return ", bodies like " + string(policy)
	}
	return ", attributes like " + string(policy)
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	if strings.HasSuffix(of, "ch") {
		of += "e"
	}
	return fmt.Sprintf("%d %ss", n, of)
}
