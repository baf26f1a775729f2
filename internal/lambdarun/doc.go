// Package lambdarun runs a compiled program on this machine as Lambda does.
//
//	event bytes --Function.Invoke--> the Lambda runtime API on loopback
//	    --> the user's own bootstrap --> response bytes
//
// [Start] runs the program in an environment like Lambda's and serves it the
// runtime API, so the program behaves as in Lambda. No handler runs in the
// process of the caller.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdarun
