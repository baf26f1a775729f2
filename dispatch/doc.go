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
package dispatch
