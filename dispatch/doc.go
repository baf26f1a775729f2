// Package dispatch runs an [app.App] as a Lambda function: it finds out which
// handler an event is for, calls it, and writes what it answers.
//
//	func main() { dispatch.Start(newApp()) }
//
//	event bytes --> app.Request or typed event --> middleware --> handler --> bytes
//
// A program is all the functions of its app; which one it is says Lambda's
// handler setting, _HANDLER: "api_handler" for the routes, "websocket_connect",
// "websocket_message" and "websocket_disconnect" for websockets, and otherwise
// the function's name.
//
// # Logging
//
// In Lambda, the default loggers of log/slog and log write JSON lines to standard
// output, with the request id of the invocation, from the level in
// AWS_LAMBDA_LOG_LEVEL on. Lines of package log are never dropped. What the main
// function has set before [Start] stays:
//
//   - another default logger of log/slog: its lines get the request id as well;
//   - a writer of package log other than standard output or error, and the lines
//     of log/slog that Go sends there;
//   - the level of [slog.SetLogLoggerLevel];
//   - of [log.SetFlags], where a line is from, if package log's lines become JSON.
//
// An invocation that fails is logged with its error and all that the error
// wraps, as is each error that a request is answered with status 5xx for, with
// its route. At debug level there are the causes of 4xx as well.
//
// # What ends the process
//
// A panic of a function ends it once Lambda has the failure, and so does an error
// that is a messages.InvokeResponse_Error of aws-lambda-go with ShouldExit. A
// route's panic is answered with status 500, and the process lives. An answer of
// more bytes than Lambda takes, 6,291,556, fails its invocation only.
package dispatch
