package synth

import (
	"fmt"
	"time"

	"github.com/awslabs/goformation/v7/cloudformation/cloudwatch"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// alarm is an alarm of CloudWatch that goes off when a metric reaches a threshold in one
// minute. Its topics aren't told when it is over: every new alarm starts with that, and
// would have a message for it.
type alarm struct {
	metric
	Function  *function   // that it is named after
	Others    []*function // that it is about, too
	kind      string      // one of config.OwnAlarms, or of dead letters; a part of its name
	Threshold int
	Minutes   int // that it looks back
	Of        measured
	Topics    []config.Value // ARNs
	Text      string         // that the topics get
}

var _ Resource = (*alarm)(nil)

// metric is what CloudWatch counts, and how an alarm looks at it.
type metric struct {
	Namespace, Metric, Statistic, Comparison string
	Missing                                  string // what a minute without a value is
}

// measured is what a metric is about.
type measured interface {
	dimension() string // as CloudWatch calls the kind
	stack(t *stack) any
	terraform(m *tfModule) string
}

// A minute without invocations has no values, and is none for an alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
const notBreaching = "notBreaching"

// What is above and what reaches a threshold.
const (
	above   = "GreaterThanThreshold"
	reaches = "GreaterThanOrEqualToThreshold"
)

// The metrics of functions, with the statistics that AWS recommends; of durations the
// longest, since each is held against the function's limit. One that fails is one too
// many: whoever counts with failures measures them himself.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#Lambda
var (
	errorsMetric    = metric{"AWS/Lambda", "Errors", "Sum", above, notBreaching}
	throttlesMetric = metric{"AWS/Lambda", "Throttles", "Sum", above, notBreaching}
	durationMetric  = metric{"AWS/Lambda", "Duration", "Maximum", reaches, notBreaching}
)

// period is how many seconds a value of a metric is for, the shortest of what AWS's
// services count: the sooner an alarm goes off, the sooner a deployment is rolled back.
const period = 60

// lookback is how many minutes an alarm has to look back for what takes so many seconds. A
// value is of the minute in which an invocation began, and comes after it has ended: so
// there are also that minute, and one in which the value arrives.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func lookback(seconds int) int { return (seconds+period-1)/period + 2 }

// alarms adds the alarms about a function's invocations.
func (b *builder) alarms(f *function, c *config.Alarms) {
	if c == nil {
		return
	}
	add := func(given bool, kind string, m metric, threshold, minutes int, what string) {
		if given {
			f.Alarms = append(f.Alarms, &alarm{
				metric: m, Function: f, kind: kind, Threshold: threshold, Minutes: minutes, Of: invocationsOf{f},
				Topics: topicsOf(c), Text: f.FunctionName + ": " + what,
			})
		}
	}
	most := f.Timeout * 1000 * c.Duration / 100 // ms
	add(c.Errors, config.ErrorsAlarm, errorsMetric, 0, lookback(f.Timeout), "an invocation failed")
	add(c.Throttles, config.ThrottlesAlarm, throttlesMetric, 0, lookback(0), "an invocation was throttled")
	add(c.Duration > 0, config.DurationAlarm, durationMetric, most, lookback(f.Timeout),
		fmt.Sprintf("an invocation took %d%% of lambda_timeout (%d s), or longer", c.Duration, f.Timeout))
	for _, a := range f.Alarms {
		b.add(a)
	}
}

// topicsOf returns what an alarm tells; nil: nobody.
func topicsOf(c *config.Alarms) []config.Value {
	if c.Topic.IsZero() {
		return nil
	}
	return []config.Value{c.Topic}
}

// alarm returns the function's alarm of a kind, which is one of [config.OwnAlarms]; nil:
// it has none.
func (f *function) alarm(kind string) *alarm {
	for _, a := range f.Alarms {
		if a.kind == kind {
			return a
		}
	}
	return nil
}

// invocationsOf is a function in metrics: all its versions and aliases.
type invocationsOf struct{ *function }

func (invocationsOf) dimension() string            { return "FunctionName" }
func (i invocationsOf) stack(t *stack) any         { return cfn.Ref(i.logicalID(t)) }
func (i invocationsOf) terraform(*tfModule) string { return i.tf("function_name") }

func (a *alarm) name() string { return a.Function.Name + "-" + a.kind + "-alarm" }

// ID returns "alarm" and the name.
func (a *alarm) ID() string { return "alarm " + a.name() }

func (a *alarm) source() *app.Source { return a.Function.Source }

// belongsTo returns the function, unless others share the alarm.
func (a *alarm) belongsTo() string {
	if len(a.Others) > 0 {
		return ""
	}
	return a.Function.Name
}

// Refs returns the function.
func (a *alarm) Refs() []string { return []string{a.Function.ID()} }

// Outline is a line of the function's.
func (a *alarm) Outline() Outline {
	text := a.kind
	switch q, ok := a.Of.(deadLetterQueue); {
	case ok:
		text = "dead letters in " + q.given()
	case a.kind == config.DurationAlarm:
		text += " from " + (time.Duration(a.Threshold) * time.Millisecond).String()
	}
	return Outline{In: a.Function.ID(), Lines: []Line{{ID: a.ID(), Label: "alarm", Text: text}}}
}

// logicalID is the alarm's id in CloudFormation, and starts with the function's.
func (a *alarm) logicalID(t *stack) string { return a.Function.logicalID(t) + t.id(a.kind+"-alarm") }

func (a *alarm) sam(t *samTemplate) error { return a.stack(t.stack) }

func (a *alarm) cloudformation(t *cfnTemplate) error { return a.stack(t.stack) }

// stack leaves the name to CloudFormation.
func (a *alarm) stack(t *stack) error {
	id := a.logicalID(t)
	r := &cloudwatch.Alarm{
		AlarmDescription:   &a.Text,
		Namespace:          &a.Namespace,
		MetricName:         &a.Metric,
		Dimensions:         []cloudwatch.Alarm_Dimension{{Name: a.Of.dimension(), Value: t.field(a.Of.stack(t))}},
		Statistic:          &a.Statistic,
		ComparisonOperator: a.Comparison,
		Threshold:          new(float64(a.Threshold)),
		Period:             new(period),
		EvaluationPeriods:  a.Minutes,
		DatapointsToAlarm:  new(1),
		TreatMissingData:   &a.Missing,
	}
	for _, topic := range a.Topics {
		r.AlarmActions = append(r.AlarmActions, t.value(topic))
	}
	t.add(id, a.ID(), r)
	if len(a.Others) == 0 {
		t.follow(id, a.Function.logicalID(t))
	}
	if q, ok := a.Of.(deadLetterQueue); ok && q.id != "" {
		t.follow(id, q.id)
	}
	return nil
}

const tfAlarm = "aws_cloudwatch_metric_alarm"

func (a *alarm) terraform(m *tfModule) error {
	body := ordered.New(
		"alarm_name", a.Function.FunctionName+"-"+a.kind,
		"alarm_description", tfText(a.Text),
		"namespace", a.Namespace,
		"metric_name", a.Metric,
		"dimensions", ordered.New(a.Of.dimension(), a.Of.terraform(m)),
		"statistic", a.Statistic,
		"comparison_operator", a.Comparison,
		"threshold", a.Threshold,
		"period", period,
		"evaluation_periods", a.Minutes,
		"datapoints_to_alarm", 1,
		"treat_missing_data", a.Missing,
	)
	if len(a.Topics) > 0 {
		body.Add("alarm_actions", m.listed(config.List{Items: a.Topics}))
	}
	m.add(tfAlarm, a.name(), body)
	return nil
}
