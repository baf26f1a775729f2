// Package function looks after deployed Lambda functions: it gives them code,
// calls them, and tells how they are.
//
//	zip --UpdateCode--> functions that run it
//	event --Invoke--> result, or the document of the function's error
//	names --Describe, Activity--> state, digest of the code, errors of the last hour
//
// Functions have the names here that they have in Lambda. Nothing in this package
// knows of apps or of stacks.
//
// Lambda counts calls that change or describe something, 15 a second for all of
// them in an account's region, apart from GetFunction, of which 100 are free. So
// that is what this package asks, also while it waits.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
package function
