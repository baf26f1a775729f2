package migrate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

const stepBlueprint = "blueprint"

// calls are what the steps become, by their kinds, as Python names them.
var calls = map[string]func(*plan, step) (call, error){
	"route":              (*plan).route,
	"authorizer":         (*plan).authorizer,
	"schedule":           (*plan).schedule,
	"on_cw_event":        (*plan).cloudWatch,
	"on_s3_event":        (*plan).bucket,
	"on_sns_message":     (*plan).topic,
	"on_sqs_message":     (*plan).queue,
	"on_kinesis_record":  (*plan).kinesis,
	"on_dynamodb_record": (*plan).dynamoDB,
	"lambda_function":    (*plan).lambda,
	"on_ws_connect":      (*plan).connect,
	"on_ws_message":      (*plan).message,
	"on_ws_disconnect":   (*plan).disconnect,
	"middleware":         (*plan).middleware,
	stepBlueprint:        (*plan).registerBlueprint,
}

// form is what a handler of a kind looks like in Go.
type form struct {
	signature string // after the name
	// answer is what a handler returns that isn't written; %s stands for the error.
	answer string
}

var (
	event = func(typ string) form { return form{"(ctx context.Context, e *app." + typ + ") error", "%s"} }
	forms = map[string]form{
		"route":              {"(ctx context.Context, r *app.Request) (any, error)", "nil, %s"},
		"authorizer":         {"(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error)", "nil, %s"},
		"schedule":           event("CloudWatchEvent"),
		"on_cw_event":        event("CloudWatchEvent"),
		"on_s3_event":        event("S3Event"),
		"on_sns_message":     event("SNSEvent"),
		"on_sqs_message":     event("SQSEvent"),
		"on_kinesis_record":  event("KinesisEvent"),
		"on_dynamodb_record": event("DynamoDBEvent"),
		"lambda_function":    {"(ctx context.Context, payload json.RawMessage) (any, error)", "nil, %s"},
		"on_ws_connect":      socket,
		"on_ws_message":      socket,
		"on_ws_disconnect":   socket,
		"middleware": {"(next app.Handler) app.Handler",
			"func(ctx context.Context, event any) (any, error) { return nil, %s }"},
	}
	socket = form{"(ctx context.Context, e *app.WebsocketEvent) (any, error)", "nil, %s"}
)

// call is a call of a method of the app's or of a blueprint's: as text, which goes after
// the receiver and a dot, and as a function that makes it.
type call struct {
	code string
	do   func(registrar, *shadow)
}

// registrar is what handlers are declared on.
type registrar interface {
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
	LambdaFunction(func(context.Context, json.RawMessage) (any, error), ...app.LambdaOption)
	OnWSConnect(app.WebsocketHandler, ...app.WebsocketOption)
	OnWSMessage(app.WebsocketHandler, ...app.WebsocketOption)
	OnWSDisconnect(app.WebsocketHandler, ...app.WebsocketOption)
	Use(...app.Middleware)
	UseFor(app.EventKind, ...app.Middleware)
}

var _, _ registrar = (*app.App)(nil), (*app.Blueprint)(nil)

// options are the options of one call.
type options[O any] struct {
	code   []string
	values []O
}

func (o *options[O]) add(value O, format string, args ...any) {
	o.values = append(o.values, value)
	if code := fmt.Sprintf(format, args...); code != "" {
		o.code = append(o.code, code)
	}
}

// write writes a call with its arguments and these options.
func (o options[O]) write(method string, args ...string) string {
	return method + "(" + strings.Join(append(args, o.code...), ", ") + ")"
}

// name adds the name that a handler has in AWS, and writes it unless it is that of the Go
// function.
func name[O any](o *options[O], s step, function string) {
	code := ""
	if s.Name != function {
		code = "app.Name(" + quote(s.Name) + ")"
	}
	o.add(any(app.Name(s.Name)).(O), "%s", code)
}

func (p *plan) route(s step) (call, error) {
	function := p.stub(s, fmt.Sprintf("answers %s %s", strings.Join(methods(s), ", "), s.Path))
	var o options[app.RouteOption]
	name(&o, s, function)
	if s.Methods != nil && !slices.Equal(s.Methods, []string{"GET"}) {
		o.add(app.Methods(s.Methods...), "app.Methods(%s)", quoteAll(s.Methods))
	}
	if s.ContentTypes != nil && !slices.Equal(s.ContentTypes, []string{"application/json"}) {
		o.add(app.ContentTypes(s.ContentTypes...), "app.ContentTypes(%s)", quoteAll(s.ContentTypes))
	}
	if s.APIKeyRequired {
		o.add(app.APIKeyRequired(), "app.APIKeyRequired()")
	}
	p.cors(&o, s)
	auth, err := p.auth(s)
	if err != nil {
		return call{}, err
	}
	if auth.code != "" {
		o.code = append(o.code, "app.Auth("+auth.code+")")
	}
	if doc := p.Handlers[s.Handler].Doc; doc != "" {
		o.add(app.Doc(doc), "app.Doc(%s)", quote(doc))
	}
	return call{o.write("Route", quote(s.Path), function), func(r registrar, sh *shadow) {
		values := o.values
		if auth.code != "" {
			values = append(slices.Clip(values), app.Auth(auth.value(sh)))
		}
		r.Route(s.Path, func(context.Context, *app.Request) (any, error) { return nil, nil }, values...)
	}}, nil
}

func methods(s step) []string {
	if s.Methods == nil {
		return []string{"GET"}
	}
	return s.Methods
}

// cors adds what a route says of cross-origin requests, unless the app has said it for
// all.
func (p *plan) cors(o *options[app.RouteOption], s step) {
	if s.CORS == nil {
		if p.CORS != nil {
			o.add(app.NoCORS(), "app.NoCORS()")
		}
		return
	}
	config, code := s.CORS.config()
	if p.CORS != nil {
		if all, _ := p.CORS.config(); all.Equal(config) {
			return
		}
	}
	if code == "" {
		o.add(app.CORS(), "app.CORS()")
	} else {
		o.add(app.CORS(config), "app.CORS(%s)", code)
	}
}

func (p *plan) authorizer(s step) (call, error) {
	function := p.stub(s, "decides who may call the routes that have it as their authorizer")
	var o options[app.AuthorizerOption]
	name(&o, s, function)
	if s.Header != nil && *s.Header != "" && *s.Header != "Authorization" {
		o.add(app.Header(*s.Header), "app.Header(%s)", quote(*s.Header))
	}
	if s.TTLSeconds != nil {
		o.add(app.TTL(time.Duration(*s.TTLSeconds)*time.Second), "app.TTL(%d*time.Second)", *s.TTLSeconds)
	}
	if s.ExecutionRole != nil && *s.ExecutionRole != "" {
		o.add(app.ExecutionRole(*s.ExecutionRole), "app.ExecutionRole(%s)", quote(*s.ExecutionRole))
	}
	code := o.write("Authorizer", function)
	return call{code, func(r registrar, sh *shadow) {
		sh.builtin[s.Handler] = r.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, o.values...)
	}}, nil
}

func (p *plan) schedule(s step) (call, error) {
	function := p.stub(s, "runs at "+s.Expression)
	var o options[app.ScheduleOption]
	name(&o, s, function)
	if s.Description != "" {
		o.add(app.Description(s.Description), "app.Description(%s)", quote(s.Description))
	}
	return call{o.write("Schedule", expression(s.Expression), function), func(r registrar, _ *shadow) {
		r.Schedule(app.Expression(s.Expression), func(context.Context, *app.CloudWatchEvent) error { return nil }, o.values...)
	}}, nil
}

func (p *plan) cloudWatch(s step) (call, error) {
	value, code, err := pattern(s.EventPattern)
	if err != nil {
		return call{}, err
	}
	function := p.stub(s, "handles the events that match a pattern")
	var o options[app.CloudWatchOption]
	name(&o, s, function)
	return call{o.write("OnCloudWatchEvent", code, function), func(r registrar, _ *shadow) {
		r.OnCloudWatchEvent(value, func(context.Context, *app.CloudWatchEvent) error { return nil }, o.values...)
	}}, nil
}

func (p *plan) bucket(s step) (call, error) {
	function := p.stub(s, "handles changes in the bucket "+s.Bucket)
	var o options[app.S3Option]
	name(&o, s, function)
	if s.Events != nil {
		o.add(app.Events(s.Events...), "app.Events(%s)", quoteAll(s.Events))
	}
	if s.Prefix != "" {
		o.add(app.Prefix(s.Prefix), "app.Prefix(%s)", quote(s.Prefix))
	}
	if s.Suffix != "" {
		o.add(app.Suffix(s.Suffix), "app.Suffix(%s)", quote(s.Suffix))
	}
	return call{o.write("OnS3Event", quote(s.Bucket), function), func(r registrar, _ *shadow) {
		r.OnS3Event(s.Bucket, func(context.Context, *app.S3Event) error { return nil }, o.values...)
	}}, nil
}

func (p *plan) topic(s step) (call, error) {
	function := p.stub(s, "handles messages of the topic "+s.Topic)
	var o options[app.SNSOption]
	name(&o, s, function)
	return call{o.write("OnSNSMessage", quote(s.Topic), function), func(r registrar, _ *shadow) {
		r.OnSNSMessage(s.Topic, func(context.Context, *app.SNSEvent) error { return nil }, o.values...)
	}}, nil
}

func (p *plan) queue(s step) (call, error) {
	queue := s.Queue
	if s.QueueARN != "" {
		queue = s.QueueARN
	}
	function := p.stub(s, "handles messages of the queue "+queue)
	var o options[app.SQSOption]
	name(&o, s, function)
	batch(&o, s, 1)
	if s.MaximumConcurrency != nil {
		o.add(app.MaxConcurrency(*s.MaximumConcurrency), "app.MaxConcurrency(%d)", *s.MaximumConcurrency)
	}
	return call{o.write("OnSQSMessage", quote(queue), function), func(r registrar, _ *shadow) {
		r.OnSQSMessage(queue, func(context.Context, *app.SQSEvent) error { return nil }, o.values...)
	}}, nil
}

// batch adds how records come together, where that isn't as it is by itself.
func batch[O any](o *options[O], s step, size int) {
	if s.BatchSize != size {
		o.add(any(app.BatchSize(s.BatchSize)).(O), "app.BatchSize(%d)", s.BatchSize)
	}
	if s.BatchWindowSeconds != 0 {
		o.add(any(app.BatchWindow(time.Duration(s.BatchWindowSeconds)*time.Second)).(O), "app.BatchWindow(%d*time.Second)", s.BatchWindowSeconds)
	}
}

func (p *plan) kinesis(s step) (call, error) {
	function, o := stream[app.KinesisOption](p, s, s.Stream)
	return call{o.write("OnKinesisRecord", quote(s.Stream), function), func(r registrar, _ *shadow) {
		r.OnKinesisRecord(s.Stream, func(context.Context, *app.KinesisEvent) error { return nil }, o.values...)
	}}, nil
}

func (p *plan) dynamoDB(s step) (call, error) {
	function, o := stream[app.DynamoDBOption](p, s, s.StreamARN)
	return call{o.write("OnDynamoDBRecord", quote(s.StreamARN), function), func(r registrar, _ *shadow) {
		r.OnDynamoDBRecord(s.StreamARN, func(context.Context, *app.DynamoDBEvent) error { return nil }, o.values...)
	}}, nil
}

// stream returns the options of either kind of stream.
func stream[O any](p *plan, s step, stream string) (function string, o options[O]) {
	function = p.stub(s, "handles records of the stream "+stream)
	name(&o, s, function)
	batch(&o, s, 100)
	switch position := app.StreamPosition(s.StartingPosition); position {
	case app.Latest:
	case app.TrimHorizon:
		o.add(any(app.StartingPosition(position)).(O), "app.StartingPosition(app.TrimHorizon)")
	default:
		o.add(any(app.StartingPosition(position)).(O), "app.StartingPosition(%s)", quote(s.StartingPosition))
	}
	return function, o
}

func (p *plan) lambda(s step) (call, error) {
	function := p.stub(s, "is invoked by its name")
	var o options[app.LambdaOption]
	name(&o, s, function)
	return call{o.write("LambdaFunction", function), func(r registrar, _ *shadow) {
		r.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, o.values...)
	}}, nil
}

func (p *plan) connect(s step) (call, error) {
	return p.websocket(s, "OnWSConnect", "handles new connections", registrar.OnWSConnect)
}

func (p *plan) message(s step) (call, error) {
	return p.websocket(s, "OnWSMessage", "handles messages of connections", registrar.OnWSMessage)
}

func (p *plan) disconnect(s step) (call, error) {
	return p.websocket(s, "OnWSDisconnect", "handles the end of connections", registrar.OnWSDisconnect)
}

func (p *plan) websocket(s step, method, does string, register func(registrar, app.WebsocketHandler, ...app.WebsocketOption)) (call, error) {
	function := p.stub(s, does)
	var o options[app.WebsocketOption]
	name(&o, s, function)
	return call{o.write(method, function), func(r registrar, _ *shadow) {
		register(r, func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }, o.values...)
	}}, nil
}

// eventKinds are the kinds of events that middleware can be for, as Python names them.
var eventKinds = map[string]string{
	string(app.HTTP): "app.HTTP", string(app.S3): "app.S3", string(app.SNS): "app.SNS", string(app.SQS): "app.SQS",
	string(app.CloudWatch): "app.CloudWatch", string(app.Scheduled): "app.Scheduled", string(app.Kinesis): "app.Kinesis",
	string(app.DynamoDB): "app.DynamoDB", string(app.Websocket): "app.Websocket", string(app.PureLambda): "app.PureLambda",
}

func (p *plan) middleware(s step) (call, error) {
	same := func(next app.Handler) app.Handler { return next }
	if s.EventType == "all" {
		return call{"Use(" + p.stub(s, "is middleware of all functions") + ")",
			func(r registrar, _ *shadow) { r.Use(same) }}, nil
	}
	code, ok := eventKinds[s.EventType]
	if !ok {
		p.note(s.Site, "middleware for events of the kind %q, which there is none of, so that it is never called", s.EventType)
		return call{}, nil
	}
	return call{"UseFor(" + code + ", " + p.stub(s, "is middleware of the functions for one kind of events") + ")",
		func(r registrar, _ *shadow) { r.UseFor(app.EventKind(s.EventType), same) }}, nil
}

func (p *plan) registerBlueprint(s step) (call, error) {
	var o options[app.BlueprintOption]
	if s.NamePrefix != "" {
		o.add(app.NamePrefix(s.NamePrefix), "app.NamePrefix(%s)", quote(s.NamePrefix))
	}
	if s.HasURLPrefix {
		o.add(app.URLPrefix(s.URLPrefix), "app.URLPrefix(%s)", quote(s.URLPrefix))
	}
	code := o.write("RegisterBlueprint", p.receiver(s.Blueprint))
	return call{code, func(_ registrar, sh *shadow) {
		sh.app.RegisterBlueprint(sh.blueprint(s.Blueprint), o.values...)
	}}, nil
}
