// Package function works with deployed Lambda functions: it updates their code,
// calls them, and describes their state.
//
//	zip --UpdateCode--> functions that run it
//	event --Invoke--> result, or the document of the function's error
//	names --Describe, Activity--> state, digest of the code, errors of the last hour
//	alias --Point--> another version
//
// Functions have their names in Lambda here. This package knows nothing about
// apps or stacks.
//
// Lambda allows 15 calls a second that change or describe something, for all
// such operations together in an account's region, but 100 a second of
// GetFunction. So this package uses GetFunction, also while it waits.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
package function
