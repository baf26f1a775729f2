package dispatch_test

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chalice-go/chalice/app"
)

// declarer is what apps and blueprints have in common.
type declarer interface {
	app.Registrar
	Route(string, app.RouteHandler, ...app.RouteOption)
	Authorizer(app.AuthorizerHandler, ...app.AuthorizerOption) *app.BuiltinAuth
	Schedule(app.Expression, func(context.Context, *app.CloudWatchEvent) error, ...app.ScheduleOption)
	OnCloudWatchEvent(app.Pattern, func(context.Context, *app.CloudWatchEvent) error, ...app.CloudWatchOption)
	OnS3Event(string, func(context.Context, *app.S3Event) error, ...app.S3Option)
	OnSNSMessage(string, func(context.Context, *app.SNSEvent) error, ...app.SNSOption)
	OnSQSMessage(string, func(context.Context, *app.SQSEvent) error, ...app.SQSOption)
	OnKinesisRecord(string, func(context.Context, *app.KinesisEvent) error, ...app.KinesisOption)
	OnDynamoDBRecord(string, func(context.Context, *app.DynamoDBEvent) error, ...app.DynamoDBOption)
	OnWSConnect(app.WebsocketHandler, ...app.WebsocketOption)
	OnWSMessage(app.WebsocketHandler, ...app.WebsocketOption)
	OnWSDisconnect(app.WebsocketHandler, ...app.WebsocketOption)
	LambdaFunction(func(context.Context, json.RawMessage) (any, error), ...app.LambdaOption)
	Use(...app.Middleware)
	UseFor(app.EventKind, ...app.Middleware)
}

func appOptions(m *app.Model) (options []app.Option) {
	if m.Debug {
		options = append(options, app.Debug())
	}
	if m.API == nil {
		return options
	}
	if m.API.BinaryTypes != nil {
		options = append(options, app.BinaryTypes(m.API.BinaryTypes...))
	}
	if c := m.API.CORS; c != nil && c.Enabled {
		if c.Config != nil {
			return append(options, app.DefaultCORS(*c.Config))
		}
		return append(options, app.DefaultCORS())
	}
	return options
}

func (h *harness) declare(d declarer, f fragment) {
	authorizers := map[string]app.Authorizer{}
	for _, m := range f.Authorizers {
		authorizers[m.Name] = h.declareAuthorizer(d, m)
	}
	for _, m := range f.Routes {
		options := append(routeOptions(m), app.Name(m.Name))
		if m.Authorizer != "" {
			options = append(options, app.Auth(authorizers[m.Authorizer]))
		}
		d.Route(m.Path, h.view(m), options...)
	}
	for _, m := range f.Functions {
		h.declareFunction(d, m)
	}
}

func (h *harness) declareAuthorizer(d declarer, m app.AuthorizerModel) app.Authorizer {
	switch m.Type {
	case app.BuiltinAuthorizerType:
		options := []app.AuthorizerOption{app.Name(m.Name)}
		if m.TTLSeconds != nil {
			options = append(options, app.TTL(time.Duration(*m.TTLSeconds)*time.Second))
		}
		if m.Header != "" {
			options = append(options, app.Header(m.Header))
		}
		return d.Authorizer(h.authorizer(m.Name), options...)
	case app.CognitoAuthorizerType:
		return app.CognitoUserPool(m.Name, m.ProviderARNs)
	case app.CustomAuthorizerType:
		return app.CustomAuthorizer(m.Name, m.AuthorizerURI)
	}
	return app.IAMAuthorizer()
}

func routeOptions(m app.RouteModel) (options []app.RouteOption) {
	if m.Methods != nil {
		options = append(options, app.Methods(m.Methods...))
	}
	if m.ContentTypes != nil {
		options = append(options, app.ContentTypes(m.ContentTypes...))
	}
	if m.APIKeyRequired {
		options = append(options, app.APIKeyRequired())
	}
	switch {
	case m.CORS == nil:
	case !m.CORS.Enabled:
		options = append(options, app.NoCORS())
	case m.CORS.Config != nil:
		options = append(options, app.CORS(*m.CORS.Config))
	default:
		options = append(options, app.CORS())
	}
	return options
}

func (h *harness) declareFunction(d declarer, m app.FunctionModel) {
	name := app.Name(m.Name)
	switch m.Kind {
	case app.LambdaKind:
		d.LambdaFunction(h.plain(m.Name), name)
	case app.ScheduleKind:
		d.Schedule(app.Expression(m.Schedule.Expression), eventBehaviour[*app.CloudWatchEvent](h, m.Name), name)
	case app.CloudWatchKind:
		d.OnCloudWatchEvent(m.CloudWatch.Pattern, eventBehaviour[*app.CloudWatchEvent](h, m.Name), name)
	case app.S3Kind:
		d.OnS3Event(m.S3.Bucket, eventBehaviour[*app.S3Event](h, m.Name), name)
	case app.SNSKind:
		d.OnSNSMessage(m.SNS.Topic, eventBehaviour[*app.SNSEvent](h, m.Name), name)
	case app.SQSKind:
		d.OnSQSMessage(m.SQS.Queue+m.SQS.QueueARN, eventBehaviour[*app.SQSEvent](h, m.Name), name)
	case app.KinesisKind:
		d.OnKinesisRecord(m.Kinesis.Stream, eventBehaviour[*app.KinesisEvent](h, m.Name), name)
	case app.DynamoDBKind:
		d.OnDynamoDBRecord(m.DynamoDB.StreamARN, eventBehaviour[*app.DynamoDBEvent](h, m.Name), name)
	case app.WSConnectKind:
		d.OnWSConnect(h.socket(m.Name), name)
	case app.WSMessageKind:
		d.OnWSMessage(h.socket(m.Name), name)
	case app.WSDisconnectKind:
		d.OnWSDisconnect(h.socket(m.Name), name)
	}
}
