package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/callgraph"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// otherCall is a call of AWS in a way that isn't followed.
type otherCall struct {
	source.Note
	visit callgraph.Visit
}

// warnOfOther warns of the calls that a function makes in one way, at the first of them.
// Those of the user's own code come before those of libraries.
func (c *collector) warnOfOther(calls []otherCall) {
	ofLibrary := func(call otherCall) int {
		if call.visit.Node.Pkg.Module.OfUser() {
			return 0
		}
		return 1
	}
	first := slices.MinFunc(calls, func(a, b otherCall) int {
		aFile, aLine := c.p.Position(a.Pos)
		bFile, bLine := c.p.Position(b.Pos)
		return cmp.Or(cmp.Compare(ofLibrary(a), ofLibrary(b)), cmp.Compare(aFile, bFile), cmp.Compare(aLine, bLine), cmp.Compare(a.Message, b.Message))
	})
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s", c.function, first.Other.Does)
	if first.Message != "" {
		fmt.Fprintf(&text, " (%s%s)", first.Message, c.wayTo(first))
	}
	text.WriteString(", which the analysis doesn't follow, so its role lacks what that needs")
	if first.Other.Needs != "" {
		text.WriteString(" (" + first.Other.Needs + ")")
	}
	text.WriteString(": ")
	if first.Other.Instead != "" {
		text.WriteString(first.Other.Instead + ", or ")
	}
	text.WriteString("allow it with app.Allow or in a policy file")
	c.warn(first.Pos, first.Kind, text.String())
}

// wayTo says which line of the user's leads to a call of a library.
func (c *collector) wayTo(call otherCall) string {
	if call.visit.Node.Pkg.Module.OfUser() {
		return ""
	}
	steps := call.visit.Path()
	for i := len(steps) - 1; i > 0; i-- {
		if steps[i-1].Node.Pkg.Module.OfUser() {
			file, line := c.p.Position(steps[i].Pos)
			return fmt.Sprintf(", by way of %s:%d", file, line)
		}
	}
	return ""
}
