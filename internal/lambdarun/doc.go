// Package lambdarun runs a compiled program on this machine as Lambda does.
//
//	event bytes --Function.Invoke--> the Lambda runtime API on loopback
//	    --> the user's own bootstrap --> response bytes
//
// [Start] runs the program in the environment that Lambda would give it and
// serves it the runtime API, so what answers here is what answers in Lambda: no
// handler runs in our process.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdarun
