// Package review says what a change of a stack means to a person: what is added,
// changed, replaced and removed, who may do what could not before, and what
// anyone can reach without credentials.
//
//	change set + templates before and after --Of--> Review --Questions--> to be asked
//	templates before and after --Compare--> changes, where there is no change set
//
// It is pure: no AWS, no files, no clock. Templates are plain CloudFormation, as
// chalice writes them and as users merge into them: every kind of resource can be
// there. They are read as one, with nested stacks in their place, and what an
// intrinsic function says is compared by its meaning: Fn::Sub and Fn::Join of the
// same text are equal, parameters have their values, conditions that can be told
// are told; see world.
//
// What isn't known is taken for the worse: a permission that can't be compared
// with those before is a new one.
//
// Nothing that a Review holds is a secret: see secret.go.
package review
