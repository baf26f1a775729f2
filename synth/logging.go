package synth

import (
	"cmp"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// isLogged reports whether something is said of how a function's log is written.
func (f *function) isLogged() bool {
	l := f.Logging
	return cmp.Or(l.Format, l.Level, l.SystemLevel) != "" || !l.Group.IsZero() || f.LogGroup != nil
}

// logging returns how a function's log is written, as CloudFormation has it; nil: as
// Lambda does by itself.
func (f *function) logging(t *stack) *lambda.Function_LoggingConfig {
	if !f.isLogged() {
		return nil
	}
	l := &lambda.Function_LoggingConfig{
		LogFormat:           optional(f.Logging.Format),
		ApplicationLogLevel: optional(f.Logging.Level),
		SystemLogLevel:      optional(f.Logging.SystemLevel),
	}
	switch group := f.Logging.Group; {
	case !group.IsZero():
		l.LogGroup = new(t.valueIn(group, groupName))
		t.awaitGroup(group, f)
	case f.LogGroup != nil:
		l.LogGroup = new(t.text(cfn.Ref(f.LogGroup.logicalID(t))))
	}
	return l
}

// awaitGroup says that a function logs to a group. If a merge makes it, under a name that
// the configuration has as text, it has to be there before the function: at the first
// invocation Lambda makes a group that is missing, and then CloudFormation couldn't.
func (t *stack) awaitGroup(group config.Value, f *function) {
	if group.Intrinsic == nil {
		t.facts.awaited = append(t.facts.awaited, awaited{Source: groupType, source: group.Text, waiting: f.logicalID(t)})
	}
}

// samLogging is for SAM, of whose functions goformation knows no logging.
func (f *function) samLogging(t *samTemplate, fn *stackResource) error {
	l := f.logging(t.stack)
	if l == nil {
		return nil
	}
	properties, err := t.of(l)
	fn.set("LoggingConfig", properties)
	return err
}

// tfLogging returns how a function's log is written, as Terraform has it; nil: as
// Lambda does by itself.
func (f *function) tfLogging(m *tfModule) *ordered.Object {
	if !f.isLogged() {
		return nil
	}
	// The provider wants the format in any case.
	o := ordered.New("log_format", cmp.Or(f.Logging.Format, config.TextLogs))
	for _, level := range []struct{ attribute, of string }{
		{"application_log_level", f.Logging.Level}, {"system_log_level", f.Logging.SystemLevel},
	} {
		if level.of != "" {
			o.Add(level.attribute, level.of)
		}
	}
	switch group := f.Logging.Group; {
	case !group.IsZero():
		o.Add("log_group", m.value(group))
		if standin.OfExpression(group.Text).Kind == standin.ARN {
			m.fail(group.Mistake("is the ARN of a log group, but takes its name"))
		}
	case f.LogGroup != nil:
		o.Add("log_group", f.LogGroup.tf("name"))
	}
	return o
}

// logStreams is the ARN of the streams of a function's log group, as IAM takes it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
func (f *function) logStreams() text {
	switch {
	case f.LogGroup != nil:
		return text{streamsOf{f.LogGroup}}
	case !f.Logging.Group.IsZero():
		return logGroupARN(f.Logging.Group.Any())
	}
	return logGroupARN(lambdaGroups, nameOf{f})
}

// logGroupARN is the ARN of the streams of the log group of a name.
func logGroupARN(name ...any) text {
	return ARN{Service: "logs", Region: Own, Account: Own, Resource: append(append([]any{"log-group:"}, name...), ":*")}.text()
}

// lambdaGroups starts the names that Lambda itself gives the log groups of functions.
const lambdaGroups = "/aws/lambda/"
