// Package invokeapi is Lambda's Invoke API for the functions of an app that runs on
// this machine, so that an AWS SDK whose endpoint is the server's URL calls them.
//
//	POST /2015-03-31/functions/NAME/invocations --> [devserver.Server.Call] --> the function's answer
//	GET  /2015-03-31/functions/                 --> the functions, by the names of both
//
// It takes what Lambda takes and refuses what Lambda refuses, with the same errors.
// Signatures aren't looked at.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
package invokeapi
