package golist

import (
	"os"
	"slices"
	"strings"
)

// Environment returns the variables of this process by which the go command may do
// something else, as KEY=value, sorted: every one of its own begins with GO or CGO_, none
// with GOOGLE, and GOTMPDIR says only where it works.
// https://pkg.go.dev/cmd/go#hdr-Environment_variables
func Environment() []string {
	own := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return !strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "CGO_") || strings.HasPrefix(name, "GOOGLE") || name == "GOTMPDIR"
	})
	slices.Sort(own)
	return own
}
