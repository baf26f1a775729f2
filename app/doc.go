// Package app is what the author of a serverless application writes against:
// an [App] with its routes, functions and authorizers, the events that reach
// their handlers, and the [Model], the same app as plain data.
//
//	func newApp() *app.App {
//		a := app.New("helloworld")
//		a.Route("/", index)
//		a.OnSQSMessage("jobs", work, app.BatchSize(10))
//		return a
//	}
//
//	func main() { dispatch.Start(newApp()) }
//
//	func index(ctx context.Context, r *app.Request) (any, error) {
//		return map[string]string{"hello": "world"}, nil
//	}
//
// Registering never fails and never panics. What is wrong with a registration,
// say a path that two handlers claim, is kept with the file and line of the
// call, and [App.Registry] reports all of it at once: when the app starts, is
// described, or is opened by a test. What only AWS would refuse, such as the name
// of a queue, is reported in the same way by the chalice command and package
// apptest, and doesn't keep an app from starting.
//
// # Functions and events
//
//	Route                 *Request           behind API Gateway, any result
//	Authorizer            *AuthRequest       *AuthResponse
//	Schedule              *CloudWatchEvent   error
//	OnCloudWatchEvent     *CloudWatchEvent   error
//	OnS3Event             *S3Event           error
//	OnSNSMessage          *SNSEvent          error
//	OnSQSMessage          *SQSEvent          error, also BatchItemFailures
//	OnKinesisRecord       *KinesisEvent      error, also BatchItemFailures
//	OnDynamoDBRecord      *DynamoDBEvent     error, also BatchItemFailures
//	OnLogEvents           *LogsEvent         error
//	OnWSConnect, OnWSMessage, OnWSDisconnect *WebsocketEvent, any result
//	LambdaFunction, TypedLambda              JSON, or a type of one's own
//
// [Each] and [EachJSON] turn a handler of single records into one of SQSEvent, KinesisEvent
// or DynamoDBEvent:
//
//	OnSQSMessage          *SQSRecord         error
//	OnKinesisRecord       *KinesisRecord     error
//	OnDynamoDBRecord      *DynamoDBRecord    error
//
// [DetailAs] decodes the detail of a CloudWatchEvent into a type of one's own. With [Input]
// or [InputPath] a function gets other JSON, which [CloudWatchEvent.JSON] decodes.
//
// Use and UseFor put middleware around the functions, and RegisterBlueprint adds
// the functions of a [Blueprint].
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
