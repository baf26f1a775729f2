package policy

import (
	"cmp"
	"slices"
)

// Target is a resource that an action is used on.
type Target struct {
	// Field is the field of the SDK's input that names it, such as "Bucket".
	Field string
	Name  Name
}

// Name is a resource's name.
type Name string

// String gives it.
func (n Name) String() string { return string(n) }

func sortTargets(targets []Target) []Target {
	slices.SortFunc(targets, func(a, b Target) int { return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Name, b.Name)) })
	return slices.Compact(targets)
}
