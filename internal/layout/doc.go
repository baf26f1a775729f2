// Package layout holds no code. Its tests check which packages of this module
// may import which others, and what they may link beyond the standard library:
// apps know nothing of the command, and a Lambda binary stays small. The rules
// are in rules_test.go; docs/architecture.md shows them.
package layout
