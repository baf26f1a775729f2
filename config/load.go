package config

import "errors"

// Options choose what Load gives.
type Options struct {
	// Stage is the stage's name; empty: "dev".
	Stage string
	// AnyStage lets the configuration lack the stage though it has others.
	AnyStage bool
	// Overrides are values from outside the file, flags of a command for
	// instance, in the form of a stage's block. They win over the file, but
	// for what the stage says of one function.
	Overrides map[string]any
}

// Load reads the configuration of a project and merges what it says for one
// stage. The error holds all mistakes at once, each a [*Mistake].
func Load(projectDir string, opts Options) (*Stage, error) {
	return nil, errors.New("not yet")
}
