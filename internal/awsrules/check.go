package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Check returns what AWS would refuse of a model, whatever API or gateway its
// routes have, in the order of the model. If the model doesn't know where
// something was registered, its mistake has no file.
func Check(m *app.Model) app.Mistakes {
	var c checker
	if m.API != nil {
		c.at(m.API.Source).api(m.API)
	}
	for i := range m.Routes {
		c.at(m.Routes[i].Source).route(&m.Routes[i])
	}
	for i := range m.Authorizers {
		c.at(m.Authorizers[i].Source).authorizer(&m.Authorizers[i])
	}
	for i := range m.Functions {
		c.at(m.Functions[i].Source).function(&m.Functions[i])
	}
	c.subscriptions(m.Functions)
	return c.mistakes
}

// checker collects the mistakes of one model.
type checker struct{ mistakes app.Mistakes }

// place reports the mistakes of one registration.
type place struct {
	*checker
	source *app.Source
}

func (c *checker) at(source *app.Source) place { return place{c, source} }

func (p place) fail(format string, args ...any) {
	p.mistakes = append(p.mistakes, app.NewMistake(p.source, format, args...))
}

// api checks the settings of all routes.
func (p place) api(m *app.APIModel) {
	p.cors(m.CORS)
	for _, t := range m.BinaryTypes {
		p.mediaType("binary type", t)
	}
}

func (p place) route(r *app.RouteModel) {
	p.cors(r.CORS)
	for _, t := range r.ContentTypes {
		p.mediaType("content type", t)
	}
}

// function checks the event source of a function.
func (p place) function(f *app.FunctionModel) {
	if check, ok := sources[f.Kind]; ok {
		check(p, f)
	}
}

// sources check what each kind of event comes from. A test of package layout fails for a
// kind with settings that isn't here.
var sources = map[app.FunctionKind]func(place, *app.FunctionModel){
	app.ScheduleKind:   of(func(f *app.FunctionModel) *app.ScheduleModel { return f.Schedule }, place.schedule),
	app.CloudWatchKind: of(func(f *app.FunctionModel) *app.CloudWatchModel { return f.CloudWatch }, place.rule),
	app.S3Kind:         of(func(f *app.FunctionModel) *app.S3Model { return f.S3 }, place.bucket),
	app.SNSKind:        of(func(f *app.FunctionModel) *app.SNSModel { return f.SNS }, place.subscription),
	app.SQSKind:        of(func(f *app.FunctionModel) *app.SQSModel { return f.SQS }, place.queue),
	app.KinesisKind:    of(func(f *app.FunctionModel) *app.StreamModel { return f.Kinesis }, place.kinesis),
	app.DynamoDBKind:   of(func(f *app.FunctionModel) *app.StreamModel { return f.DynamoDB }, place.table),
	app.LogsKind:       of(func(f *app.FunctionModel) *app.LogsModel { return f.Logs }, place.logs),
}

// of makes a check of a function's settings, where it has them.
func of[M any](settings func(*app.FunctionModel) *M, check func(place, *M)) func(place, *app.FunctionModel) {
	return func(p place, f *app.FunctionModel) {
		if m := settings(f); m != nil {
			check(p, m)
		}
	}
}

// filledIn reports whether Terraform, CloudFormation or the CDK fills in a part
// of a text, so that it can't be checked before.
func filledIn(s string) bool { return strings.Contains(s, "${") }
