package source

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/parallel"
)

// Warning is something that the analysis couldn't see through, or had to
// guess.
type Warning struct {
	Kind    WarningKind
	File    string // may be empty
	Line    int
	Message string
	// Functions are those that the warning is about; none means all.
	Functions []string
}

// WarningKind tells what a [Warning] is about.
type WarningKind string

// The kinds of warnings.
const (
	WarnReflection WarningKind = "reflection"           // methods called by names that only run time knows
	WarnService    WarningKind = "unknown service"      // the table doesn't know the SDK package
	WarnOperation  WarningKind = "unlisted operation"   // AWS's reference doesn't know the operation
	WarnTypes      WarningKind = "type errors"          // a package doesn't compile
	WarnResource   WarningKind = "any resource"         // an action's resource isn't known
	WarnOther      WarningKind = "another way to AWS"   // calls without the SDK's clients
	WarnOpaque     WarningKind = "code out of sight"    // cgo, linkname, plugins
	WarnRegister   WarningKind = "unclear registration" // a handler that can't be told
	WarnAnalysis   WarningKind = "coarse analysis"      // an analysis failed, and another one counts
)

// String returns the warning as a line of text.
func (w Warning) String() string {
	if w.File == "" {
		return w.Message
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Message)
}

// Failure says what a function panicked with, and in which file and line. It takes what was
// recovered, and the stack then.
func Failure(recovered any, stack []byte) string {
	if p, ok := recovered.(*parallel.Panic); ok {
		return Failure(p.Value, p.Stack)
	}
	return fmt.Sprintf("%v at %s", recovered, panicPlace(stack))
}

func panicPlace(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for _, line := range strings.Split(after, "\n") {
		place, isFile := strings.CutPrefix(line, "\t")
		if isFile && !strings.Contains(place, "/runtime/") {
			place, _, _ = strings.Cut(place, " ")
			return place[strings.LastIndexByte(place, '/')+1:]
		}
	}
	return "an unknown place"
}
