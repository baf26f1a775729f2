package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how many characters a line of the help has at most, if it can be broken.
const helpWidth = 80

// narrow breaks the lines in the help of all commands.
func narrow(root *cobra.Command) {
	usage := root.UsageFunc()
	root.SetUsageFunc(func(c *cobra.Command) error { return narrowUsage(c, usage) })
	narrowTexts(root)
}

// narrowUsage prints a command's usage with flags whose lines are broken. Cobra has a
// template for that, but text/template finds methods by name, for which the linker keeps
// those of all types: of the AWS SDK's clients, every operation.
func narrowUsage(c *cobra.Command, usage func(*cobra.Command) error) error {
	w := c.OutOrStderr()
	var b strings.Builder
	c.SetOut(&b)
	err := usage(c)
	c.SetOut(w)
	if err != nil {
		return err
	}
	text := b.String()
	for _, flags := range []*pflag.FlagSet{c.LocalFlags(), c.InheritedFlags()} {
		wide, narrow := flags.FlagUsages(), flags.FlagUsagesWrapped(helpWidth)
		text = strings.Replace(text, strings.TrimSpace(wide), strings.TrimSpace(narrow), 1)
	}
	_, err = io.WriteString(w, text)
	return err
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
