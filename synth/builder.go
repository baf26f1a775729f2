package synth

import (
	"errors"
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// builder collects the resources of a graph in order.
type builder struct {
	Input
	resources []Resource
	roles     map[string]*role // by name
	problems  []error

	authorizers map[string]*function // of builtin authorizers, by name
}

func (b *builder) add(r ...Resource) { b.resources = append(b.resources, r...) }

// fail notes a mistake, once for all the functions that have it.
func (b *builder) fail(err error) {
	if !slices.ContainsFunc(b.problems, func(known error) bool { return known.Error() == err.Error() }) {
		b.problems = append(b.problems, err)
	}
}

func (b *builder) err() error { return errors.Join(b.problems...) }

// lambdaFunctions adds the functions that nothing but a caller invokes.
func (b *builder) lambdaFunctions() {
	for _, f := range b.Model.Functions {
		if f.Kind == app.LambdaKind {
			b.function(f.Name, f.Source)
		}
	}
}

// eventFunctions adds the functions that events invoke, each with what
// connects it to its events.
func (b *builder) eventFunctions() {
	for _, f := range b.Model.Functions {
		switch f.Kind {
		case app.LambdaKind: // see lambdaFunctions
		case app.WSConnectKind, app.WSMessageKind, app.WSDisconnectKind: // see websocketAPI
		default:
			connect, ok := eventSources[f.Kind]
			if !ok {
				b.fail(&Mistake{f.Source, fmt.Sprintf("function %s is of the kind %q, for which there are no resources", f.Name, f.Kind)})
				continue
			}
			b.add(connect(f, b.function(f.Name, f.Source)))
		}
	}
}

// eventSources makes for each kind of event the resource that connects the
// function to it.
var eventSources = map[app.FunctionKind]func(app.FunctionModel, *function) Resource{
	app.ScheduleKind:   newSchedule,
	app.CloudWatchKind: newEventRule,
	app.S3Kind:         newBucketNotification,
	app.SNSKind:        newTopicSubscription,
	app.SQSKind:        newQueueSource,
	app.KinesisKind:    newKinesisSource,
	app.DynamoDBKind:   newDynamoDBSource,
	app.LogsKind:       newLogSubscription,
}

// function adds a Lambda function, after its role and its log group.
func (b *builder) function(name string, source *app.Source) *function {
	c := b.Stage.Function(name)
	f := &function{
		Name:         name,
		FunctionName: b.functionName(name),
		Architecture: b.Stage.Architecture,
		MemorySize:   c.MemorySize,
		Timeout:      c.Timeout,
		Environment:  c.Environment,
		Tags:         b.tags(c.Tags),
		XRay:         c.XRay,
		Concurrency:  c.ReservedConcurrency,
		Layers:       c.Layers,
		Subnets:      c.SubnetIDs,
		Groups:       c.SecurityGroupIDs,
		Source:       source,
	}
	f.Role, f.RoleARN = b.role(name, c)
	if c.LogRetentionDays > 0 {
		f.LogGroup = &logGroup{Function: name, FunctionName: f.FunctionName, Days: c.LogRetentionDays}
		b.add(f.LogGroup)
	}
	b.add(f)
	return f
}

// apiFunction adds a function that an API calls.
func (b *builder) apiFunction(name string, source *app.Source) *function {
	f := b.function(name, source)
	f.API = true
	return f
}

// functionName is the name that a function has in AWS where the format says
// one, and the base of its role's and its log group's.
func (b *builder) functionName(name string) string {
	base := b.appName() + "-" + b.Stage.Name
	if name == app.RESTHandler {
		return base
	}
	return base + "-" + name
}

func (b *builder) tags(configured map[string]config.Value) map[string]config.Value {
	tags := map[string]config.Value{}
	for k, v := range configured {
		tags[k] = v
	}
	tags["aws-chalice"] = config.Value{Text: fmt.Sprintf("version=%s:stage=%s:app=%s", b.Version, b.Stage.Name, b.appName())}
	return tags
}
