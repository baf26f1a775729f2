// Package app is what the author of a serverless application writes against:
// an [App] with its routes, functions and authorizers, the events that reach
// their handlers, and the [Model], the same app as plain data.
//
//	package main
//
//	func main() { dispatch.Start(newApp()) }
//
//	func newApp() *app.App {
//		a := app.New("shop")
//		a.Route("/orders/{id}", order)
//		a.OnSQSMessage("jobs", work, app.BatchSize(10))
//		return a
//	}
//
//	func order(ctx context.Context, r *app.Request) (any, error) {
//		o, ok := orders[r.Param("id")]
//		if !ok {
//			return nil, app.NotFound("no such order") // status 404
//		}
//		return o, nil // as JSON
//	}
//
// The chalice command makes a project, runs it on this machine, packages and deploys it.
// Package dispatch runs an app in Lambda, and package apptest calls it in its tests.
//
// # What an app declares
//
// Each method takes a handler and options, which its documentation lists by the type of
// the option:
//
//   - [App.Route]: requests. A handler gets a [*Request] and returns any result, a
//     [*Response], or an error such as [NotFound] makes. [Methods], [CORS], [Auth],
//     [ContentTypes] and others are options.
//   - [TypedRoute]: requests as types of one's own, which are checked and documented.
//   - [App.Authorizer]: who may call a route, from an [*AuthRequest]. [IAMAuthorizer],
//     [CognitoUserPool], [JWT] and [CustomAuthorizer] need no function.
//   - [App.Schedule]: times, as [Rate], [Cron] and [At] make them.
//   - [App.OnCloudWatchEvent]: events of EventBridge, by a [Pattern]; a
//     [*CloudWatchEvent], whose detail [DetailAs] decodes.
//   - [App.OnS3Event]: changes of objects in a bucket; an [*S3Event].
//   - [App.OnSNSMessage]: messages of a topic; an [*SNSEvent].
//   - [App.OnSQSMessage]: messages of a queue; an [*SQSEvent].
//   - [App.OnKinesisRecord]: records of a stream; a [*KinesisEvent].
//   - [App.OnDynamoDBRecord]: changes of a table; a [*DynamoDBEvent].
//   - [App.OnLogEvents]: lines of a log group; a [*LogsEvent].
//   - [App.OnWSConnect], [App.OnWSMessage] and [App.OnWSDisconnect]: websockets; a
//     [*WebsocketEvent]. Package websocket answers.
//   - [App.LambdaFunction]: nothing but invocations, with any JSON; [TypedLambda] decodes
//     it. [TrafficHook] makes a check of one, which CodeDeploy calls while it deploys.
//   - [App.Use] and [App.UseFor]: [Middleware] around functions and routes.
//   - [App.RegisterBlueprint]: what a [Blueprint] declares, which has the methods above.
//
// [Each] and [EachJSON] turn a handler of single records, an [*SQSRecord], [*KinesisRecord]
// or [*DynamoDBRecord], into one of batches that reports the records that failed. A handler
// of batches reports them with [BatchItemFailures].
//
// With [Input] or [InputPath] a function gets other JSON in place of its event, which
// [CloudWatchEvent.JSON] decodes.
//
// # Mistakes
//
// Registering never fails and never panics. What is wrong with a registration,
// say a path that two handlers claim, is kept with the file and line of the
// call, and [App.Registry] reports all of it at once: when the app starts, is
// described, or is opened by a test. What only AWS would refuse, such as the name
// of a queue, is reported in the same way by the chalice command and package
// apptest, and doesn't keep an app from starting.
//
// # Events
//
// An event keeps its JSON, which is checked once, and each method decodes what it
// returns when it is called. So an expensive method, such as [Request.Context],
// is best called once. Several goroutines can call an event's methods, also after
// the handler returned.
//
// # For tools
//
// An app's author needs none of the following. Packages dispatch, apptest and synth
// and the chalice command work with it, and other tools can:
//
//   - [App.Registry] checks an app and returns its [Registry]: its [Route],
//     [Function] and [AuthorizerFunction] values with their handlers, the
//     [Protection] of routes, and a [Matcher] that finds routes by paths. If
//     something is wrong with the app, the error is of type [Mistakes].
//   - [App.Describe] returns the [Model], whose parts are the types named
//     ...Model. [ParseModel] reads one, [Model.Check] reports what is wrong with it,
//     and [ModelVariable] makes a program write it.
//   - [NewRequest], [NewAuthRequest], [NewSQSEvent] and the others of their kind make
//     events of the bytes that Lambda sends, for dispatching and for tests.
//   - [S3Model.BridgePattern] is the pattern of a function's events if they come by way
//     of Amazon EventBridge, and [S3BridgeEvents] are the events that can.
//   - [StatusOf] and [Unhandled] are for errors of handlers and middleware;
//     [DecodesBase64], [DefaultBinaryTypes], [ParseQuery] and [PathProblems] follow
//     API Gateway.
//
// Beside the standard library, without net/http, the package links only what it shares
// with package dispatch.
package app
