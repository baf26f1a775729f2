package synth

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// event is what all resources have in common that connect a function to its
// events.
type event struct {
	Function *function
	kind     string // ends the name: "event", "sqs-event-source"
}

func (e event) name() string { return e.Function.Name + "-" + e.kind }

// ID returns "event" and the name.
func (e event) ID() string { return "event " + e.name() }

func (e event) source() *app.Source { return e.Function.Source }

func (e event) belongsTo() string { return e.Function.Name }

// Refs returns the function.
func (e event) Refs() []string { return []string{e.Function.ID()} }

// samEvent adds the event to the function's. Its id shares the namespace of
// the resources, for SAM makes resources of it. What goformation's type has no
// room for can be passed as further properties: names and values in turn.
func (t *samTemplate) samEvent(e event, typ string, properties serverless.Function_Properties, further ...any) {
	id := t.id(e.name())
	t.claim(id, e.ID())
	function := e.Function.logicalID(t.stack)
	// What is made of an event says its ids up to six times, and little more.
	made, known := madeOf[typ]
	if !known {
		t.fail(fmt.Errorf("%s: how many resources SAM makes of an event %s is missing in madeOf of synth/event.go", e.ID(), typ))
	}
	t.expand(function, made, made*(200+6*len(function+id)))
	r, ok := t.byID[function]
	if !ok {
		return // the function's id was taken, which is reported
	}
	fn := r.resource.(*serverless.Function)
	if fn.Events == nil {
		fn.Events = map[string]serverless.Function_EventSource{}
	}
	fn.Events[id] = serverless.Function_EventSource{Type: typ, Properties: &properties}
	if len(further) == 0 {
		return
	}
	r.amend = append(r.amend, func(function *ordered.Object) {
		p := function.Child("Events").Child(id).Child("Properties")
		for _, m := range ordered.New(further...).Members {
			p.Set(m.Key, m.Value)
		}
	})
}

// cfnID is the id that SAM gives to what it makes of the event, so that a stack
// can change from one format to the other.
func (e event) cfnID(t *cfnTemplate) string {
	return e.Function.logicalID(t.stack) + t.id(e.name())
}

// addRule adds a rule of EventBridge's that invokes the event's function.
func (t *cfnTemplate) addRule(e event, g target, rule *events.Rule) {
	id := e.cfnID(t)
	invoked := events.Rule_Target{Arn: t.text(e.Function.invoked(t.stack)), Id: targetID(id)}
	g.fill(&invoked)
	rule.Targets = []events.Rule_Target{invoked}
	t.add(id, e.ID(), rule)
	t.follow(id, e.Function.logicalID(t.stack))
	t.allow(e, "events", t.text(cfn.GetAtt(id, "Arn")))
}

// targetID is the id that SAM gives to the target of a rule: as much of the rule's
// logical id as there is room for.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
func targetID(rule string) string {
	const ending, most = "LambdaTarget", 64
	return rule[:min(len(rule), most-len(ending))] + ending
}

// allow lets a service invoke the event's function.
func (t *cfnTemplate) allow(e event, service, source string) {
	t.add(e.cfnID(t)+"Permission", e.ID(), &lambda.Permission{
		FunctionName: t.text(e.Function.callee(t.stack)),
		Action:       "lambda:InvokeFunction",
		Principal:    service + ".amazonaws.com",
		SourceArn:    &source,
	})
	t.follow(e.cfnID(t)+"Permission", e.cfnID(t))
}

// madeOf says how many resources SAM makes of an event, by SAM's name of its kind: a
// rule or subscription and the permission for it, or a poller.
var madeOf = map[string]int{"Schedule": 2, "CloudWatchEvent": 2, "EventBridgeRule": 2, "SNS": 2, "SQS": 1, "Kinesis": 1, "DynamoDB": 1, "CloudWatchLogs": 2}

// eventARN returns the ARN of something in the stack's own account and region,
// where it isn't an ARN already.
func eventARN(nameOrARN, service, prefix string) any {
	if strings.HasPrefix(nameOrARN, "arn:") {
		return nameOrARN
	}
	return cfn.Sub("arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + prefix + cfn.Literal(nameOrARN))
}

// eventSource is the same for a policy.
func eventSource(nameOrARN, service, prefix string) text {
	if strings.HasPrefix(nameOrARN, "arn:") || isTFARN(nameOrARN) {
		return text{nameOrARN}
	}
	return ARN{Service: service, Region: Own, Account: Own, Resource: []any{prefix + nameOrARN}}.text()
}

// field returns a string for a field of goformation's that holds v, which is
// text or an intrinsic function.
func (t *tree) field(v any) string {
	if fn, ok := v.(*ordered.Object); ok {
		return t.text(fn)
	}
	return v.(string)
}

// tfEventARN is eventARN in Terraform.
func tfEventARN(nameOrARN, service, prefix string) string {
	if strings.HasPrefix(nameOrARN, "arn:") || isTFARN(nameOrARN) {
		return nameOrARN
	}
	return "arn:" + tfPartition + ":" + service + ":" + tfRegion + ":" + tfAccount + ":" + prefix + nameOrARN
}

// isTFARN tells by its name whether an expression of Terraform's gives an ARN:
// ${aws_sqs_queue.jobs.arn}, ${var.queue_arn}.
func isTFARN(s string) bool { return tfARN.MatchString(s) }

var tfARN = regexp.MustCompile(`^\$\{[^{}]*[._]arn\}$`)

// tfRule adds a rule of EventBridge's that invokes the event's function. Rules
// of all stages share one namespace, so the name starts with the function's.
func (m *tfModule) tfRule(e event, g target, body *ordered.Object) {
	rule := "aws_cloudwatch_event_rule"
	body.Add("name", m.named("the rule of "+e.ID(), e.Function.FunctionName+"-"+e.kind, tfRuleName))
	invoked := ordered.New("rule", tfRef(rule, e.name(), "name"))
	if g.Bus != "" {
		body.Add("event_bus_name", g.Bus)
		invoked.Add("event_bus_name", tfRef(rule, e.name(), "event_bus_name"))
	}
	invoked.Add("target_id", e.name())
	invoked.Add("arn", e.Function.tfInvoked())
	m.add(rule, e.name(), body)
	m.add("aws_cloudwatch_event_target", e.name(), g.tf(invoked))
	m.allow(e.name(), e.Function, "arn", "events", tfRef(rule, e.name(), "arn"))
}
