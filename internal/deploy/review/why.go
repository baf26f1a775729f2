package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// why returns what needs a permission: lines of the source, or a text.
func (w *widening) why(g *Grant) []string {
	if g.permit == nil || g.Deny {
		return nil
	}
	functions := g.functions
	if g.identity != "" { // somebody else than a function may need it
		functions = w.after.havers[g.identity]
	}
	var why []string
	for _, id := range functions {
		why = append(why, w.sourceLines(w.functionName(id), g.permit)...)
	}
	for _, id := range functions {
		why = append(why, w.words(id, g.permit)...)
	}
	why = append(why, w.callers(g)...)
	why = append(why, w.scheduling(g)...)
	why = append(why, w.deploying(g)...)
	if source := w.origins.Resources[g.permit.holder].Source; len(why) == 0 && source != nil && g.permit.policy == nil {
		why = []string{fmt.Sprintf("%s:%d", source.File, source.Line)}
	}
	slices.Sort(why)
	return some(slices.Compact(why), maxWhy)
}

// sourceLines returns the calls of a function that need a permission, or the
// file with its policy.
func (w *widening) sourceLines(function string, p *permit) []string {
	f := w.origins.Functions[function]
	if f.PolicyFile != "" {
		return []string{"policy file " + f.PolicyFile}
	}
	var why []string
	for _, need := range f.Needs {
		if needed := (set{patterns: []pattern{pattern(need.Action).folded()}}); p.action.covers(needed) || needed.covers(p.action) {
			why = append(why, need.Reasons...)
		}
	}
	return why
}

// framework says which permissions chalice itself needs, and why.
var framework = []struct {
	actions string
	word    string
	needed  func(*rights, *node) bool
	asked   bool // by the registration of the function
}{
	{"logs:creategroup logs:createloggroup logs:createlogstream logs:putlogevents", "writes its logs", func(*rights, *node) bool { return true }, false},
	{"ec2:assignprivateipaddresses ec2:createnetworkinterface ec2:deletenetworkinterface ec2:describenetworkinterfaces " +
		"ec2:describesubnets ec2:detachnetworkinterface ec2:unassignprivateipaddresses", "runs in a VPC", inVPC, false},
	{"xray:puttelemetryrecords xray:puttracesegments", "is traced by X-Ray", traced, false},
	{"sqs:deletemessage sqs:getqueueattributes sqs:receivemessage", "Lambda polls its queue", polls(":sqs:", "AWS::SQS::Queue"), true},
	{"kinesis:describestream kinesis:describestreamsummary kinesis:getrecords kinesis:getsharditerator kinesis:listshards kinesis:liststreams",
		"Lambda reads its stream", polls(":kinesis:", "AWS::Kinesis::Stream"), true},
	{"dynamodb:describestream dynamodb:getrecords dynamodb:getsharditerator dynamodb:liststreams",
		"Lambda reads its table's stream", polls(":dynamodb:", "AWS::DynamoDB::Table"), true},
	{"codedeploy:putlifecycleeventhookexecutionstatus", "tells CodeDeploy how its check has ended", func(*rights, *node) bool { return true }, false},
	{"execute-api:manageconnections", "posts to websocket connections", func(r *rights, _ *node) bool {
		return slices.ContainsFunc(sortedKeys(r.world.nodes), func(id string) bool { return isWebsocketAPI(r.world.nodes[id]) })
	}, false},
}

// options says which permissions Lambda needs for options of a registration, and for
// settings of its function: those of the statements that synth names so. Needed is asked
// about what the function has of a kind.
var options = map[string]struct {
	word   string
	kind   string
	needed func(*node) bool
}{
	"SourceKey":          {"Lambda decrypts with it what it polls", mappingKind, func(*node) bool { return true }},
	"Failures":           {"Lambda sends it what it gives up", mappingKind, has("DestinationConfig")},
	"FailureObjects":     {"Lambda sends it what it gives up", mappingKind, has("DestinationConfig")},
	"FailureKey":         {"Lambda encrypts with it what it gives up", mappingKind, has("DestinationConfig")},
	"DeadLetters":        {"Lambda sends it the events that it gives up", functionType, has("DeadLetterConfig")},
	"Destinations":       {"Lambda sends it what becomes of asynchronous invocations", invokesKind, has("DestinationConfig")},
	"DestinationObjects": {"Lambda sends it what becomes of asynchronous invocations", invokesKind, has("DestinationConfig")},
}

const (
	mappingKind = "AWS::Lambda::EventSourceMapping"
	invokesKind = "AWS::Lambda::EventInvokeConfig"
)

func has(property string) func(*node) bool {
	return func(n *node) bool { return n.properties[property] != nil }
}

// part matches what tells statements of one name apart.
var part = lazyregexp.New(`Part[0-9]+$`)

// option returns why an option of a function's registration needs a permission; "" if
// none does.
func (w *widening) option(function *node, p *permit) string {
	o, ok := options[part().ReplaceAllString(p.sid, "")]
	if !ok {
		return ""
	}
	of := w.after.belonging(o.kind, function)
	if o.kind == function.kind {
		of = []*node{function}
	}
	if slices.ContainsFunc(of, o.needed) {
		return o.word
	}
	return ""
}

// words returns why the framework needs a permission of a function.
func (w *widening) words(id string, p *permit) []string {
	n := w.after.world.nodes[id]
	if n == nil || p.policy != nil || p.action.not || len(p.action.patterns) != 1 || w.origins.Functions[w.functionName(id)].PolicyFile != "" {
		return nil
	}
	if word := w.option(n, p); word != "" {
		return []string{w.placed(id, word)}
	}
	action := string(p.action.patterns[0])
	for _, f := range framework {
		if slices.Contains(strings.Fields(f.actions), action) && f.needed(w.after, n) {
			if f.asked {
				return []string{w.placed(id, f.word)}
			}
			return []string{f.word}
		}
	}
	return nil
}

func inVPC(_ *rights, function *node) bool { return function.properties["VpcConfig"] != nil }

func traced(_ *rights, function *node) bool {
	return object(function.properties["TracingConfig"])["Mode"] == "Active"
}

func isWebsocketAPI(n *node) bool {
	return n.kind == "AWS::ApiGatewayV2::Api" && n.properties["ProtocolType"] == "WEBSOCKET"
}

// belonging lists what is of a kind and names a function as its own, such as what Lambda
// polls for it.
func (r *rights) belonging(kind string, function *node) []*node {
	var list []*node
	for _, n := range r.world.nodes {
		if n.kind == kind && functionOf(n.properties["FunctionName"]) == function.id {
			list = append(list, n)
		}
	}
	return list
}

// polls returns a function that reports whether Lambda fetches a function's
// events from a service, according to the ARN of the source or to the type of
// the resource that it is.
func polls(service, kind string) func(*rights, *node) bool {
	return func(r *rights, function *node) bool {
		for _, n := range r.belonging(mappingKind, function) {
			source := n.properties["EventSourceArn"]
			id, _, _ := getAtt(object(source)["Fn::GetAtt"])
			if made := r.world.nodes[id]; made != nil && made.kind == kind || strings.Contains(valueText(source), service) {
				return true
			}
		}
		return false
	}
}

// invokers are the reasons why services invoke functions.
var invokers = map[string]string{
	"apigateway.amazonaws.com": "API Gateway calls it",
	"events.amazonaws.com":     "EventBridge calls it",
	"scheduler.amazonaws.com":  "EventBridge Scheduler calls it",
	"logs.amazonaws.com":       "CloudWatch Logs calls it",
	"s3.amazonaws.com":         "S3 calls it",
	"sns.amazonaws.com":        "SNS calls it",
}

// scheduler says why the role of a schedule of EventBridge Scheduler needs an action.
var scheduler = map[string]string{
	"lambda:invokefunction": invokers["scheduler.amazonaws.com"],
	"sqs:sendmessage":       "EventBridge Scheduler sends there what it can't deliver",
}

// scheduling returns why the role of a schedule needs a permission: the registration of
// the schedule.
func (w *widening) scheduling(g *Grant) []string {
	if g.identity == "" || g.Deny || len(g.permit.action.patterns) != 1 {
		return nil
	}
	word, ok := scheduler[string(g.permit.action.patterns[0])]
	for _, id := range sortedKeys(w.after.world.nodes) {
		n := w.after.world.nodes[id]
		if ok && n.kind == "AWS::Scheduler::Schedule" && roleOf(object(n.properties["Target"])["RoleArn"]) == g.identity {
			return []string{w.placed(id, word)}
		}
	}
	return nil
}

// deploying returns why the role of CodeDeploy needs a permission.
func (w *widening) deploying(g *Grant) []string {
	if g.identity == "" || g.Deny || !w.deploys(g.identity) {
		return nil
	}
	return []string{"CodeDeploy shifts traffic between versions"}
}

// deploys reports whether CodeDeploy works with a role.
func (w *widening) deploys(role string) bool {
	for _, n := range w.after.world.nodes {
		if n.kind == "AWS::CodeDeploy::DeploymentGroup" && roleOf(n.properties["ServiceRoleArn"]) == role {
			return true
		}
	}
	return false
}

// isByURL reports whether a condition lets in those who call a function by its URL.
func isByURL(r restriction) bool {
	return slices.Contains([]string{"lambda:functionurlauthtype", "lambda:invokedviafunctionurl"}, r.key)
}

// callers returns why a service may invoke a function: the registration.
func (w *widening) callers(g *Grant) []string {
	if g.Deny || g.functions != nil || len(g.To) != 1 {
		return nil
	}
	word, ok := invokers[g.To[0]]
	if slices.ContainsFunc(g.permit.conditions, isByURL) {
		word, ok = "it has a URL", true
	}
	if !ok || !strings.HasPrefix(g.Action, "lambda:Invoke") {
		return nil
	}
	return []string{w.placed(g.permit.holder, word)}
}

// placed puts the registration of a resource in front of a reason.
func (w *widening) placed(id, reason string) string {
	if source := w.origins.Resources[id].Source; source != nil {
		return fmt.Sprintf("%s:%d %s", source.File, source.Line, reason)
	}
	return reason
}
