// Package deploy brings an app to AWS, and away again, by CloudFormation.
//
//	Input --package--> template + zip --upload--> change set --review, questions--> execution --> Outcome + record
//
// [Deploy] is that line. [Diff] ends after the review, [Delete] goes back, and
// [Find] tells the other commands where a stage is: as its record says, or as
// CloudFormation does.
//
// The rooms below do the work, and know nothing of each other: account calls AWS,
// artifact keeps what is uploaded, stack changes stacks, function looks after
// Lambda's functions, review says what a change means, and record remembers. This
// package decides in what order, and what is asked before. What a person sees of
// it is a [Talk].
//
// Nothing is executed before every question has been answered with yes, and a
// change set of which anything was answered with no is gone afterwards.
package deploy
