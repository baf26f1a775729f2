package synth

import (
	"errors"
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
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
		FunctionName: b.Stage.FunctionName(b.Model.Name, name),
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
		Logging:      c.Logging,
		Source:       source,
		Code:         b.CodeSHA256,

		functionSettings: settingsOf(c),
	}
	f.Role, f.RoleARN = b.role(name, c)
	f.allow(b.keyStatements(f.KMSKey)...)
	if c.LogRetentionDays > 0 {
		f.LogGroup = &logGroup{Function: name, FunctionName: f.FunctionName, Days: c.LogRetentionDays}
		b.add(f.LogGroup)
	}
	b.versions(f, c)
	b.add(f)
	b.alarms(f, c.Alarms)
	b.asynchronous(f, c)
	return f
}

// apiFunction adds a function that an API calls.
func (b *builder) apiFunction(name string, source *app.Source) *function {
	f := b.function(name, source)
	f.API = true
	return f
}

// baseName is what names of the app in AWS start with.
func (b *builder) baseName() string { return b.Stage.BaseName(b.Model.Name) }
