// Package local runs an app on this machine as Lambda does.
//
//	event bytes --Function.Invoke--> the Lambda runtime API on loopback
//	    --> the user's own bootstrap --> response bytes
//
//	HTTP request --Gateway--> event bytes --> a function --> HTTP response
//
// [Start] runs a compiled program in the environment that Lambda would give it
// and serves it the runtime API, so what answers here is what answers in
// Lambda: no handler runs in our process. A [Gateway] is API Gateway in front of
// an app, wherever its functions run: package apptest puts one before handlers
// in its own process.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package local
