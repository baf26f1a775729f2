package synth

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// asynchronous adds what Lambda does about asynchronous invocations of a function, and
// gives the function's role what that takes. Lambda tries whether it may send, so that
// comes first.
func (b *builder) asynchronous(f *function, c config.Function) {
	settings := &eventInvokes{Function: f, Retries: c.Async.MaxRetries, Age: c.Async.MaxAge}
	for _, t := range b.asyncTargets(f.Name, c) {
		switch t.Key {
		case config.DeadLetterTargetKey:
			f.DeadLetters = &t
			f.allow(t.statements("DeadLetter")...)
			continue
		case config.OnSuccessKey:
			settings.OnSuccess = &t
		default:
			settings.OnFailure = &t
		}
		if len(t.functions) == 0 {
			f.allow(t.statements("Destination")...)
		} else if f.Role != nil && f.Role.Document == nil {
			settings.needed = append(settings.needed, t.statements("Destination")...)
		}
	}
	if settings.isEmpty() {
		return
	}
	if len(settings.needed) > 0 {
		settings.Policy = &destinationPolicy{f, grouped(settings.needed)}
		b.add(settings.Policy)
	}
	b.add(settings)
}

// asyncTarget is what Lambda sends to about asynchronous invocations of a function.
type asyncTarget struct {
	config.AsyncTarget
	kinds     []destination // that it can be of
	functions []string      // of the app, that it refers to
}

// asyncTargets returns the targets of a function, and reports those that Lambda wouldn't
// take. A function that is to get the records of all others gets none of its own.
func (b *builder) asyncTargets(name string, c config.Function) []asyncTarget {
	var list []asyncTarget
	for _, t := range c.Async.Targets() {
		found := aimFinder{b.typeOf, b.isFIFO, t}.find(t.Value.Any())
		if found.problem != "" {
			b.fail(t.Value.Mistake("%s", found.problem))
			continue
		}
		target := asyncTarget{t, destinationsOf(found.services, t.Services...), FunctionsIn(t.Value, b.Model.FunctionNames())}
		switch {
		case !slices.Contains(target.functions, name):
			list = append(list, target)
		case !b.isForAll(t):
			b.fail(t.Value.Mistake("sends what becomes of %s to %[1]s itself, which would go on for ever: name another function", name))
		}
	}
	return list
}

// isForAll reports whether a target is what the app has for all its functions.
func (b *builder) isForAll(t config.AsyncTarget) bool {
	return slices.ContainsFunc(b.Stage.Defaults.Async.Targets(), func(other config.AsyncTarget) bool {
		return other.Key == t.Key && other.Value.Equal(t.Value)
	})
}

// statements allow Lambda to send to the target.
func (t asyncTarget) statements(name string) []statement {
	var list []statement
	for _, d := range t.kinds {
		list = append(list, d.statements(name, t.Value.Any())...)
	}
	return list
}

// awaitAsync says that a resource needs what the target names, where the same template
// makes it.
func (t *stack) awaitAsync(target asyncTarget, waiting string) {
	if target.Value.Text == "" {
		return // a reference is one already
	}
	for _, d := range target.kinds {
		t.facts.awaited = append(t.facts.awaited, awaited{Source: d.typ, source: target.Value.Text, waiting: waiting})
	}
}

// deadLetterQueue is what SAM calls the target of dead letters, of which it also wants
// the kind. For a function that comes with a role, it makes nothing of that, so that it
// doesn't matter where nobody knows the kind.
func (f *function) deadLetterQueue(t *stack) *serverless.Function_DeadLetterQueue {
	if f.DeadLetters == nil {
		return nil
	}
	t.awaitAsync(*f.DeadLetters, f.logicalID(t))
	return &serverless.Function_DeadLetterQueue{Type: strings.ToUpper(f.DeadLetters.kinds[0].service), TargetArn: t.value(f.DeadLetters.Value)}
}

func (f *function) deadLetterConfig(t *stack) *lambda.Function_DeadLetterConfig {
	if f.DeadLetters == nil {
		return nil
	}
	t.awaitAsync(*f.DeadLetters, f.logicalID(t))
	return &lambda.Function_DeadLetterConfig{TargetArn: new(t.value(f.DeadLetters.Value))}
}

// eventInvokes is how often Lambda tries an asynchronous invocation of a function, and
// where it sends a record of each.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
type eventInvokes struct {
	Function             *function
	OnSuccess, OnFailure *asyncTarget // nil: none
	Retries              *int         // nil: Lambda's default
	Age                  *int         // seconds; likewise
	Policy               *destinationPolicy

	needed []statement // on functions of the app
}

var _ Resource = (*eventInvokes)(nil)

func (e *eventInvokes) isEmpty() bool {
	return e.OnSuccess == nil && e.OnFailure == nil && e.Retries == nil && e.Age == nil
}

// ID returns "asynchronous invocations" and the function's name.
func (e *eventInvokes) ID() string { return "asynchronous invocations " + e.Function.Name }

func (e *eventInvokes) source() *app.Source { return e.Function.Source }

func (e *eventInvokes) belongsTo() string { return e.Function.Name }

// Refs returns the function, and the policy that has to be there first.
func (e *eventInvokes) Refs() []string {
	refs := []string{e.Function.ID()}
	if e.Policy != nil {
		refs = append(refs, e.Policy.ID())
	}
	return refs
}

// targets lists where records go, by what becomes of the invocation.
func (e *eventInvokes) targets() []outcomeTarget {
	all := []outcomeTarget{{"OnFailure", "on_failure", e.OnFailure}, {"OnSuccess", "on_success", e.OnSuccess}}
	return slices.DeleteFunc(all, func(t outcomeTarget) bool { return t.asyncTarget == nil })
}

// outcomeTarget is a target, and what CloudFormation and Terraform call the outcome of an
// invocation whose record goes there.
type outcomeTarget struct {
	name, tf string
	*asyncTarget
}

// Outline has lines in the function's box.
func (e *eventInvokes) Outline() Outline {
	var lines []Line
	for _, t := range e.targets() {
		lines = append(lines, Line{ID: e.ID() + " " + t.Key, Label: strings.ReplaceAll(t.Key, "_", " "), Text: t.outline()})
	}
	if limits := e.limits(); limits != "" {
		lines = append(lines, Line{ID: e.ID() + " limits", Label: "async", Text: limits})
	}
	lines[0].ID = e.ID() // there is something, or there wouldn't be the resource
	return Outline{In: e.Function.ID(), Lines: lines}
}

// outline is the last part of an ARN, which is longer than the box.
func (t *asyncTarget) outline() string {
	text := standin.Readable(t.Value.Any())
	return text[strings.LastIndexByte(text, ':')+1:]
}

// limits says how often and how long Lambda tries.
func (e *eventInvokes) limits() string {
	var words []string
	if e.Retries != nil {
		words = append(words, counted(*e.Retries+1, "attempt"))
	}
	if e.Age != nil {
		words = append(words, fmt.Sprintf("%d s", *e.Age))
	}
	return strings.Join(words, " in ")
}

// sam adds the resource that SAM would make of a function's EventInvokeConfig. SAM wants
// to know the kind of a destination, which can be up to the deployment.
func (e *eventInvokes) sam(t *samTemplate) error { return e.stack(t.stack) }

func (e *eventInvokes) cloudformation(t *cfnTemplate) error { return e.stack(t.stack) }

func (e *eventInvokes) stack(t *stack) error {
	function := e.Function.logicalID(t)
	id := function + "EventInvokeConfig"
	r := t.add(id, e.ID(), &lambda.EventInvokeConfig{
		FunctionName:             t.text(cfn.Ref(function)),
		Qualifier:                cmp.Or(e.Function.qualifier(), latestVersion),
		MaximumRetryAttempts:     e.Retries,
		MaximumEventAgeInSeconds: e.Age,
	})
	t.follow(id, function)
	if e.Policy != nil {
		r.dependsOn = append(r.dependsOn, e.Policy.logicalID(t))
	}
	if e.Function.alias() {
		r.dependsOn = append(r.dependsOn, e.Function.aliasID(t)) // nothing refers to it
	}
	destinations := &ordered.Object{}
	for _, target := range e.targets() {
		destinations.Add(target.name, ordered.New("Destination", t.written(target.Value, alone)))
		t.awaitAsync(*target.asyncTarget, id)
	}
	if destinations.Len() > 0 {
		r.set("DestinationConfig", destinations)
	}
	return nil
}

// latestVersion is the qualifier of the code that was deployed last.
const latestVersion = "$LATEST"

func (e *eventInvokes) terraform(m *tfModule) error {
	body := e.Function.tfQualify(ordered.New("function_name", e.Function.tf("function_name")))
	if e.Retries != nil {
		body.Add("maximum_retry_attempts", *e.Retries)
	}
	if e.Age != nil {
		body.Add("maximum_event_age_in_seconds", *e.Age)
	}
	destinations := &ordered.Object{}
	for _, target := range e.targets() {
		destinations.Add(target.tf, ordered.New("destination", m.value(target.Value)))
	}
	if destinations.Len() > 0 {
		body.Add("destination_config", destinations)
	}
	if policies := e.tfPolicies(); len(policies) > 0 && destinations.Len() > 0 {
		body.Add("depends_on", policies)
	}
	m.add("aws_lambda_function_event_invoke_config", e.Function.Name, body)
	return nil
}

// tfPolicies are the addresses of what lets Lambda send records.
func (e *eventInvokes) tfPolicies() []any {
	var list []any
	if r := e.Function.Role; r != nil && (r.Document != nil || len(r.statements) > 0) {
		list = append(list, tfRolePolicy+"."+r.Name)
	}
	if e.Policy != nil {
		list = append(list, tfRolePolicy+"."+e.Policy.name())
	}
	return list
}

// destinationPolicy lets Lambda send records of a function's invocations to other
// functions of the app. It is apart from the role, since those can have the same role,
// or send to each other.
type destinationPolicy struct {
	Function   *function
	statements []statement
}

var _ Resource = (*destinationPolicy)(nil)

// ID returns "policy" and the name.
func (p *destinationPolicy) ID() string { return "policy " + p.name() }

func (p *destinationPolicy) belongsTo() string { return p.Function.Name }

func (p *destinationPolicy) name() string { return p.Function.Name + "_destinations" }

func (p *destinationPolicy) logicalID(t *stack) string { return t.id(p.name()) }

// Refs returns the role and the function.
func (p *destinationPolicy) Refs() []string { return []string{p.Function.Role.ID(), p.Function.ID()} }

// Outline is a line of the role's.
func (p *destinationPolicy) Outline() Outline {
	return Outline{In: p.Function.Role.ID(), Lines: []Line{{ID: p.ID(), Label: "may", Text: "send records of " + p.Function.Name}}}
}

func (p *destinationPolicy) sam(t *samTemplate) error { return p.stack(t.stack) }

func (p *destinationPolicy) cloudformation(t *cfnTemplate) error { return p.stack(t.stack) }

func (p *destinationPolicy) stack(t *stack) error {
	return t.addPolicy(p.name(), p.ID(), p.Function, p.statements)
}

func (p *destinationPolicy) terraform(m *tfModule) error {
	return m.addPolicy(p.name(), p.Function.Role, p.statements)
}
