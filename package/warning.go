package packager

import "fmt"

// Warning is something that may not be meant, or that a package lacks. It keeps
// nothing from being packaged.
type Warning struct {
	Kind    WarningKind
	Message string // with the place in the source, if there is one
	// Functions are those that the warning is about; none: it isn't about some.
	Functions []string
}

// String returns the message.
func (w Warning) String() string { return w.Message }

// WarningKind tells what a [Warning] is about.
type WarningKind string

// The kinds of warnings.
const (
	BuildWarning         WarningKind = "build"         // flags of the environment that don't count
	ConfigurationWarning WarningKind = "configuration" // keys that count for nothing
	PolicyWarning        WarningKind = "policy"        // what the analysis of the source can't see, or not narrow
	StackWarning         WarningKind = "stack"         // resources that don't fit into one stack
	TemplateWarning      WarningKind = "template"      // what AWS takes of a template, but advises against
)

func (b *build) warn(kind WarningKind, format string, args ...any) {
	b.warnings = append(b.warnings, Warning{Kind: kind, Message: fmt.Sprintf(format, args...)})
}
