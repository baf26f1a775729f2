// Package invokeapi is Lambda's Invoke API for the functions of an app that runs on
// this machine, so that an AWS SDK whose endpoint is the server's URL calls them. It also
// has the operations of EventBridge and SNS that lead to functions.
//
//	POST /2015-03-31/functions/NAME/invocations --> [devserver.Server.Call] --> the function's answer
//	GET  /2015-03-31/functions/                 --> the functions, by the names of both
//	POST / with AWS's headers: PutEvents, Publish --> [devserver.Server.Happen] --> ids
//
// It accepts and refuses the same requests as Lambda, with the same errors. It
// doesn't check signatures.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
package invokeapi
