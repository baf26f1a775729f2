package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// The sources that a merge can make in the same template.
var (
	queueType  = standin.Sources[app.SQSKind]
	topicType  = standin.Sources[app.SNSKind]
	streamType = standin.Sources[app.KinesisKind]
	bucketType = standin.Sources[app.S3Kind]
	busType    = standin.Sources[app.CloudWatchKind]
	groupType  = standin.Sources[app.LogsKind]
)

// awaited is what the events of a function come from, or go to if they can't be
// handled. A merge can make it in the same template, where it has to be there first.
type awaited struct {
	standin.Source
	source   string // name or ARN
	waiting  string // logical id of the resource that waits
	function string // logical id of the function that gets events from it; empty: none does
}

// await says that the function gets events from a source. What connects the two is made
// after the function, so that waits. It reports a source that no stack can have.
func (t *stack) await(typ standin.Source, source string, f *function) error {
	id := f.logicalID(t)
	t.facts.awaited = append(t.facts.awaited, awaited{typ, source, id, id})
	return checkFilledIn(source)
}

// awaitTarget says that what connects a function to its events also refers to something
// else, by its ARN, such as a queue for what couldn't be delivered.
func (t *stack) awaitTarget(typ standin.Source, arn string, f *function) error {
	t.facts.awaited = append(t.facts.awaited, awaited{Source: typ, source: arn, waiting: f.logicalID(t)})
	return checkFilledIn(arn)
}

// checkFilledIn reports an expression in a source of events, outside Terraform.
func checkFilledIn(source string) error {
	if strings.Contains(withoutTokens(source), "${") {
		return fmt.Errorf("%q has ${...} in it, which only Terraform fills in: give the name or the ARN itself, or configure a variable with an intrinsic function and register what it holds", source)
	}
	return nil
}

// awaitBucket says that a resource configures a bucket.
func (t *stack) awaitBucket(bucket, waiting string) {
	t.facts.awaited = append(t.facts.awaited, awaited{Source: bucketType, source: bucket, waiting: waiting})
}

// literal is the name of the source, where the template has it as text; empty: it has
// not.
func (a awaited) literal() string {
	if len(standin.Split(a.source)) > 1 {
		return ""
	}
	if strings.HasPrefix(a.source, "arn:") {
		name := a.source[strings.LastIndexByte(a.source, ':')+1:]
		if _, function, ok := strings.Cut(a.source, ":function:"); ok {
			name, _, _ = strings.Cut(function, ":") // of a version or an alias
		}
		return strings.TrimPrefix(strings.TrimPrefix(name, "stream/"), "event-bus/")
	}
	return a.source
}

// named finds the resource that makes a source of that literal name; empty: none does.
func (a awaited) named(resources *ordered.Object) string {
	name := a.literal()
	for _, m := range resources.Members {
		resource, _ := m.Value.(*ordered.Object)
		if resource == nil || name == "" {
			continue
		}
		typ := resource.Text("Type")
		if own, ok := ordered.Get[string](resource.Section("Properties"), a.Name); ok && slices.Contains(a.Types, typ) && own == name {
			return m.Key
		}
	}
	return ""
}

// withAwaited returns what waits for a source that the template makes, under a name that
// the app has as text, a DependsOn. A reference is one already.
func (t *Template) withAwaited(template *ordered.Object) *ordered.Object {
	resources := template.Section("Resources")
	waiting := &ordered.Object{}
	for _, a := range t.facts.awaited {
		id := a.named(resources)
		resource, there := ordered.Get[*ordered.Object](resources, a.waiting)
		if id == "" || !there || refersTo(resource, id) {
			continue
		}
		all := cfn.Dependencies(resource)
		if more, again := ordered.Get[*ordered.Object](waiting, a.waiting); again {
			all = cfn.Dependencies(more)
		}
		var ids cfn.TextSet
		ids.Add(append(all, id)...)
		waiting.Set(a.waiting, ordered.New("DependsOn", ordered.Texts(ids.List)))
	}
	if waiting.Len() == 0 {
		return template
	}
	return ordered.Merged(template, ordered.New("Resources", waiting))
}

// refersTo reports whether a resource itself, and not what SAM makes for its events,
// refers to another.
func refersTo(resource *ordered.Object, id string) bool {
	if slices.Contains(cfn.Dependencies(resource), id) {
		return true
	}
	found := false
	for _, m := range resource.Section("Properties").Members {
		if !slices.Contains(samApart, m.Key) {
			cfn.EachReference(m.Value, func(r cfn.Reference) { found = found || r.ID() == id })
		}
	}
	return found
}
