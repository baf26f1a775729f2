package app

import (
	"context"
	"slices"
)

// Handler answers an event. As middleware sees them, events are a [*Request],
// [*S3Event], [*SNSEvent], [*SQSEvent], [*CloudWatchEvent], [*KinesisEvent],
// [*DynamoDBEvent], [*LogsEvent], [*WebsocketEvent] or [*LambdaEvent], and the answer to a
// request is a [*Response].
type Handler func(ctx context.Context, event any) (any, error)

// Middleware wraps a handler, to look at events and answers, change them, or
// answer itself.
//
//	func logging(next app.Handler) app.Handler {
//		return func(ctx context.Context, event any) (any, error) {
//			start := time.Now()
//			defer func() { slog.InfoContext(ctx, "done", "took", time.Since(start)) }()
//			return next(ctx, event)
//		}
//	}
//
// For a request, next returns a response even if the route's handler failed,
// unless it failed with [Unhandled]. An error that middleware itself returns
// has the same effect as a handler's: an [*Error] is answered with its status,
// any other error with 500. For all other events an error fails the invocation.
// Middleware can pass another event to next, but for requests: the handler gets
// the request that came. Authorizers have no middleware.
//
// If middleware answers a request without next, the response has the headers
// that the middleware gives it, and the headers of the route's [CORS] if the
// status is one of an error.
//
// A middleware is called once for each function that it applies to, when the
// function first starts.
type Middleware func(next Handler) Handler

// EventKind is a kind of events, for [App.UseFor].
type EventKind string

// The kinds of events.
const (
	HTTP       EventKind = "http"
	S3         EventKind = "s3"
	SNS        EventKind = "sns"
	SQS        EventKind = "sqs"
	CloudWatch EventKind = "cloudwatch" // of OnCloudWatchEvent
	Scheduled  EventKind = "scheduled"  // of Schedule
	Kinesis    EventKind = "kinesis"
	DynamoDB   EventKind = "dynamodb"
	Logs       EventKind = "logs"
	Websocket  EventKind = "websocket"
	PureLambda EventKind = "pure_lambda" // of LambdaFunction and TypedLambda
)

// eventKinds are the kinds of events that functions get. A map would be filled by each
// program that starts.
var eventKinds = [...]struct {
	of   FunctionKind
	kind EventKind
}{
	{LambdaKind, PureLambda}, {ScheduleKind, Scheduled}, {CloudWatchKind, CloudWatch},
	{S3Kind, S3}, {SNSKind, SNS}, {SQSKind, SQS}, {KinesisKind, Kinesis}, {DynamoDBKind, DynamoDB}, {LogsKind, Logs},
	{WSConnectKind, Websocket}, {WSMessageKind, Websocket}, {WSDisconnectKind, Websocket},
}

// eventKind returns the kind of events of functions of a kind, "" for one that there isn't.
func eventKind(of FunctionKind) EventKind {
	for _, row := range eventKinds {
		if row.of == of {
			return row.kind
		}
	}
	return ""
}

// everyKind is the kind of middleware that Use registers.
const everyKind EventKind = ""

// Use registers middleware for all functions and routes. What is registered
// first is outermost. Middleware of a blueprint is middleware of the app.
func (d *declarations) Use(middleware ...Middleware) {
	d.use(here(), everyKind, middleware)
}

// UseFor registers middleware for one kind of events.
func (d *declarations) UseFor(kind EventKind, middleware ...Middleware) {
	d.use(here(), kind, middleware)
}

func (d *declarations) use(at site, kind EventKind, middleware []Middleware) {
	d.add(&middlewareDeclaration{at, kind, slices.Clone(middleware)})
}

type middlewareDeclaration struct {
	site
	kind       EventKind
	middleware []Middleware
}

func (d *middlewareDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	known := d.kind == everyKind || d.kind == HTTP
	for _, row := range eventKinds {
		known = known || row.kind == d.kind
	}
	if !known {
		r.report("there is no kind of event named %q: use one of the package's, such as app.HTTP", d.kind)
	}
	for _, m := range d.middleware {
		if m == nil {
			r.report("the middleware is nil")
			continue
		}
		f.registry.middleware = append(f.registry.middleware, kindMiddleware{d.kind, m})
	}
}

type kindMiddleware struct {
	kind EventKind
	wrap Middleware
}
