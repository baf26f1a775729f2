// Package deploy deploys an app to AWS with CloudFormation, and deletes it
// again.
//
//	Input --package--> template + zip --upload--> change set --review, questions--> execution --> Outcome + record
//
// [Deploy] does all of that. [Diff] ends after the review, [Delete] undoes it,
// and [Find] tells the other commands where a stage is: from its record, or
// from CloudFormation.
//
// The packages below do the work, and hardly know each other: account calls AWS,
// artifact stores what is uploaded, stack changes stacks, function works with
// Lambda's functions, review says what a change means, and record remembers.
// This package decides about the order, and what is asked before. It shows what
// happens to a person through a [Talk].
//
// Nothing is executed before every question is answered with yes. If one is
// answered with no, the change set is deleted.
package deploy
