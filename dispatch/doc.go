// Package dispatch runs an [app.App] as a Lambda function: it finds the handler
// that an event is for, calls it, and writes its answer.
//
//	func main() { dispatch.Start(newApp()) }
//
// [Start] is all that the main function of an app calls. [NewHandler] is for programs that
// call a function themselves, and [Middleware] takes wrappers that are made for
// aws-lambda-go, of tracing libraries for instance.
//
//	event bytes --> app.Request or typed event --> middleware --> handler --> bytes
//
// A program contains all the functions of its app. Lambda's handler setting,
// the environment variable _HANDLER, says which of them it is to be:
// "api_handler" for the routes, "websocket_connect", "websocket_message" and
// "websocket_disconnect" for websockets, and otherwise the function's name.
//
// # Logging
//
// In Lambda, the default loggers of log/slog and log write JSON lines to
// standard output, with the request id of the invocation, from the level in
// AWS_LAMBDA_LOG_LEVEL on. Levels are Lambda's: one of log/slog's below debug is
// TRACE, one that is 4 above error FATAL. Lines of package log are never dropped. Settings
// that the main function made before [Start] stay:
//
//   - another default logger of log/slog: its lines get the request id as
//     well;
//   - a writer of package log other than standard output or error, and the
//     lines of log/slog that Go sends there;
//   - the level of [slog.SetLogLoggerLevel];
//   - the flags of [log.SetFlags] that say where a line is from, if package
//     log's lines become JSON.
//
// If an invocation fails, its error is logged with all that the error wraps. So
// is each error for which a request is answered with status 5xx, with its
// route. At debug level the causes of 4xx are logged as well.
//
// # What ends the process
//
// A panic of a function ends the process after Lambda has got the failure, and
// so does an error that is a messages.InvokeResponse_Error of aws-lambda-go
// with ShouldExit. A route's panic is answered with status 500, and the process
// goes on. If an answer has more bytes than Lambda takes, 6,291,556, only its
// invocation fails.
package dispatch
