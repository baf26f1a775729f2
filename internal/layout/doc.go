// Package layout holds no code. Its tests hold what no single package can:
//
//   - which packages of this module may import which others, and what they may link
//     beyond the standard library: apps know nothing of the command, and a Lambda
//     binary stays small. The rules are in rules_test.go; docs/architecture.md shows
//     them.
//   - what the public packages export: api.txt records it, so that a change of it is
//     seen in review.
//   - that whoever lists the methods that register something with an app has all of
//     them: package app's documentation, the analysis of policies, package apptest.
//   - that docs/api.md names all that Chalice for Python has for its users, and links to what
//     there is.
//   - that each exported name of the public packages is documented, and in an example or
//     listed with the reason.
//   - what a module downloads that requires this one for its app.
package layout
