package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is how many characters a line of the help has at most, if it can be broken.
const helpWidth = 80

// narrow breaks the lines in the help of all commands.
func narrow(root *cobra.Command) {
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	narrowTexts(root)
}

func narrowTexts(c *cobra.Command) {
	c.Long = wrapped(c.Long, helpWidth)
	for _, sub := range c.Commands() {
		narrowTexts(sub)
	}
}

// wrapped breaks the paragraphs of a text anew. A line that starts with a space is one of
// a list, and stays.
func wrapped(text string, width int) string {
	var b strings.Builder
	used := 0 // characters of the line
	for i, line := range strings.Split(text, "\n") {
		isItem := strings.HasPrefix(line, " ")
		if i > 0 && (line == "" || isItem || used == 0) {
			b.WriteByte('\n')
			used = 0
		}
		if isItem {
			b.WriteString(line)
			continue // the next line starts anew
		}
		for word := range strings.FieldsSeq(line) {
			switch {
			case used == 0:
			case used+1+len(word) > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += len(word)
		}
	}
	return b.String()
}
