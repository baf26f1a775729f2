package packager

import (
	"fmt"
	"slices"
)

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
	BuildWarning         WarningKind = "build"         // flags of the environment that don't count, and files that need cgo
	ConfigurationWarning WarningKind = "configuration" // keys that count for nothing
	PolicyWarning        WarningKind = "policy"        // what the analysis of the source can't see, or not narrow
	StackWarning         WarningKind = "stack"         // resources that don't fit into one stack
	TemplateWarning      WarningKind = "template"      // what AWS takes of a template, but advises against
	GatewayNote          WarningKind = "gateway"       // what API Gateway leaves to the program; nothing is wrong
)

func (b *build) warn(kind WarningKind, format string, args ...any) {
	b.addWarnings(Warning{Kind: kind, Message: fmt.Sprintf(format, args...)})
}

// addWarnings keeps warnings, each message once. It is for several goroutines.
func (b *build) addWarnings(warnings ...Warning) {
	b.adding.Lock()
	defer b.adding.Unlock()
	for _, w := range warnings {
		if !slices.ContainsFunc(b.warnings, func(other Warning) bool { return other.Message == w.Message }) {
			b.warnings = append(b.warnings, w)
		}
	}
}
