// Package yaml has a dot in the last part of its path.
package yaml

// Node has a dot in its path.
type Node struct {
	Line int // Line of it.
}

// yaml.Parse
func Parse() {}
