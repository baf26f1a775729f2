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
	switch {
	case f.Kind == app.ScheduleKind && f.Schedule != nil:
		p.schedule(f.Schedule)
	case f.Kind == app.CloudWatchKind && f.CloudWatch != nil && f.CloudWatch.Pattern != nil:
		p.pattern(f.CloudWatch.Pattern)
	case f.Kind == app.S3Kind && f.S3 != nil:
		p.bucket(f.S3)
	case f.Kind == app.SNSKind && f.SNS != nil:
		p.topic(f.SNS.Topic)
	case f.Kind == app.SQSKind && f.SQS != nil:
		p.queue(f.SQS)
	case f.Kind == app.KinesisKind && f.Kinesis != nil:
		p.kinesis(f.Kinesis)
	case f.Kind == app.DynamoDBKind && f.DynamoDB != nil:
		p.table(f.DynamoDB)
	}
}

// filledIn reports whether Terraform, CloudFormation or the CDK fills in a part
// of a text, so that it can't be checked before.
func filledIn(s string) bool { return strings.Contains(s, "${") }
