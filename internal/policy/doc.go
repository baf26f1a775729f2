// Package policy finds the IAM actions that the handlers of an app need: which
// operations of the AWS SDK for Go v2 each Lambda function can reach, which
// actions those are, and on which resources.
//
//	source --load--> program --reach--> operations --table--> actions --resources--> statements
//
// The analysis errs to one side: an action too many is a pity, one too few is
// a function that fails when it runs. So whatever can't be followed counts as
// reached, and as any resource, and there is a [Warning] that says so.
//
// Two analyses run over the same program, and a function is reached if both
// say so. The first (reach.go) follows what code mentions, on syntax and
// types: it keeps apart functions that happen to have one signature. The
// second (flow.go) follows values through the program in SSA form: it keeps
// apart the implementations of an interface. Where the second fails, the first
// counts alone.
//
// Operations are found by types, not by names (package sdk); what they mean for
// IAM is in a table (sdk/data/README.md).
package policy
