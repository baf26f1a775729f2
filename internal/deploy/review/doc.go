// Package review says what a change of a stack means to a person: what is
// added, changed, replaced and removed, who gets new permissions, and what
// becomes reachable without credentials.
//
//	change set + templates before and after --Of--> Review --Questions--> to be asked
//	templates before and after --Compare--> changes, where there is no change set
//
// It is pure: no AWS, no files, no clock. Templates are plain CloudFormation,
// as chalice writes them and as users extend them: they can have every kind of
// resource. A template and those nested in it are read as one, and intrinsic
// functions are compared by their meaning: Fn::Sub and Fn::Join of the same
// text are equal, parameters have their values, and conditions with known
// values are resolved; see world.
//
// If something isn't known, the worse is assumed: a permission that can't be
// compared with earlier ones is a new one.
//
// A Review contains no secrets: see secret.go.
package review
