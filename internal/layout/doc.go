// Package layout holds no code. Its test checks which packages of this module
// may import which others, and what they may link beyond the standard library:
// apps know nothing of the command, and a Lambda binary stays small.
package layout
