package timing

import (
	"fmt"
	"strings"
)

// Table returns a table to read, with a line for each step: when it began, how long it
// took, in seconds, its lane, and its name, which is indented below what it is a part of.
func (s Spans) Table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%9s  %9s  %4s  %s\n", "began", "took", "lane", "step")
	for _, span := range s {
		fmt.Fprintf(&b, "%7.3f s  %7.3f s  %4d  %s%s\n", span.Began.Seconds(), span.Took.Seconds(), span.Lane, strings.Repeat("  ", span.Depth), span.Name)
	}
	return b.String()
}
