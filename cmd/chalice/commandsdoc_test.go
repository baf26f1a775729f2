package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const commandsFile = "../../docs/commands.md"

// TestCommandsDoc: docs/commands.md says what the commands' help does. With -update it
// is written.
func TestCommandsDoc(t *testing.T) {
	want := commandsDoc(newRoot())
	if *update {
		if err := os.WriteFile(commandsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(commandsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("docs/commands.md says otherwise than the commands' help: run make golden (-file +help)\n%s", diff)
	}
}

// commandsDoc is the page about all commands.
func commandsDoc(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\nWhat `chalice COMMAND --help` says, written by `make golden`. " +
		"Results go to standard output, progress and errors to standard error; the exit status is 1 for every mistake " +
		"unless the command's text says otherwise.\n")
	eachCommand(root, func(c *cobra.Command) { describeCommandTo(&b, c) })
	return b.String()
}

// eachCommand visits the commands that the help lists, and their own.
func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			visit(sub)
			eachCommand(sub, visit)
		}
	}
}

func describeCommandTo(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n    %s\n", c.CommandPath(), c.Short, c.UseLine())
	if c.Long != "" {
		fmt.Fprintf(b, "\n%s\n", c.Long)
	}
	if c.Example != "" {
		fmt.Fprintf(b, "\nExamples:\n\n%s\n", indented(c.Example))
	}
	rows := ""
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Name != "help" {
			rows += flagRow(f)
		}
	})
	if rows != "" {
		b.WriteString("\n| flag | | default |\n| --- | --- | --- |\n" + rows)
	}
}

// TestHelpWidth: no line of the help is wider than a terminal, but for examples, which
// are to be pasted.
func TestHelpWidth(t *testing.T) {
	root := newRoot()
	for _, line := range wide(root) {
		t.Errorf("chalice --help: %q is wider than %d characters", line, helpWidth)
	}
	eachCommand(root, func(c *cobra.Command) {
		c.Example = ""
		for _, line := range wide(c) {
			t.Errorf("%s --help: %q is wider than %d characters", c.CommandPath(), line, helpWidth)
		}
	})
}

// wide returns the lines of a command's help that are too wide, and could be broken.
func wide(c *cobra.Command) (lines []string) {
	var b strings.Builder
	c.SetOut(&b)
	c.Help()
	for line := range strings.SplitSeq(b.String(), "\n") {
		if len(line) > helpWidth && len(strings.Fields(line)) > 1 {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestWrapped(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"one two":                   "one two",
		"one two three\nfour five":  "one two\nthree four\nfive",
		"one\n\ntwo\nthree":         "one\n\ntwo three",
		"is\n  a  x\n  b  y\n\nend": "is\n  a  x\n  b  y\n\nend",
		"is\n  a  x\nthen":          "is\n  a  x\nthen",
		"incomprehensibilities are": "incomprehensibilities\nare",
	} {
		if got := wrapped(text, 10); got != want {
			t.Errorf("wrapped(%q) = %q, want %q", text, got, want)
		}
	}
}

// indented makes code of the examples, of which the help has two spaces before each line.
func indented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}

func flagRow(f *pflag.Flag) string {
	value, usage := pflag.UnquoteUsage(f)
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if value != "" {
		name += " " + value
	}
	standard := ""
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
		standard = "`" + f.DefValue + "`"
	}
	escape := strings.NewReplacer("|", `\|`)
	return fmt.Sprintf("| `%s` | %s | %s |\n", escape.Replace(name), escape.Replace(usage), escape.Replace(standard))
}

// TestCompletions: each flag that takes a value is completed, if only to nothing, so
// that a shell doesn't offer files in place of a stage; and where the usage lists the
// words that it can be, these are offered.
func TestCompletions(t *testing.T) {
	root, seen := newRoot(), 0
	completions(root)
	eachCommand(root, func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" || f.Value.Type() == "bool" {
				return
			}
			complete, ok := c.GetFlagCompletionFunc(f.Name)
			if !ok {
				t.Errorf("%s --%s isn't completed", c.CommandPath(), f.Name)
				return
			}
			_, list, enumerates := strings.Cut(f.Usage, "one of ")
			if !enumerates && !strings.HasSuffix(f.Name, "format") {
				return
			}
			seen++
			words, _ := complete(c, nil, "")
			if len(words) < 2 {
				t.Errorf("%s --%s is completed to %q, and can be %s", c.CommandPath(), f.Name, words, f.Usage)
			}
			if enumerates && strings.Join(words, ", ") != list {
				t.Errorf("%s --%s is completed to %q, and can be %s", c.CommandPath(), f.Name, words, list)
			}
		})
	})
	if seen < 8 {
		t.Errorf("%d flags list what they can be", seen)
	}
}
