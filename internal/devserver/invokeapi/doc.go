// Package invokeapi is Lambda's Invoke API for the functions of an app that runs on
// this machine, so that an AWS SDK whose endpoint is the server's URL calls them.
//
//	POST /2015-03-31/functions/NAME/invocations --> [devserver.Server.Call] --> the function's answer
//	GET  /2015-03-31/functions/                 --> the functions, by the names of both
//
// It accepts and refuses the same requests as Lambda, with the same errors. It
// doesn't check signatures.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
package invokeapi
