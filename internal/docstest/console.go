package docstest

import (
	"regexp"
	"strings"
)

// step is a command of a console, and what it prints.
type step struct {
	line    int // of the command, from 1
	command string
	shown   []string // as the page has it
	first   int      // line of the first one of shown, whether there is one or not
}

// heredoc finds the word that ends the input of a command.
var heredoc = regexp.MustCompile(`<<-?\s*['"]?(\w+)['"]?`)

// steps divides a console into its commands. A command goes on after a backslash, and
// up to the end of its input.
func steps(b Block) (all []step) {
	text := b.Lines()
	for i := 0; i < len(text); i++ {
		command, ok := strings.CutPrefix(text[i], "$ ")
		if !ok {
			if len(all) > 0 {
				last := &all[len(all)-1]
				last.shown = append(last.shown, text[i])
			}
			continue
		}
		s := step{line: b.Line + i}
		if m := heredoc.FindStringSubmatch(command); m != nil {
			for i+1 < len(text) && text[i] != m[1] {
				i++
				command += "\n" + text[i]
			}
		}
		for strings.HasSuffix(command, "\\") && i+1 < len(text) {
			i++
			command += "\n" + strings.TrimPrefix(text[i], "> ")
		}
		s.command, s.first = command, b.Line+i+1
		all = append(all, s)
	}
	for i := range all {
		all[i].shown = trimBlank(all[i].shown)
	}
	return all
}

// trimBlank leaves blank lines at the end out.
func trimBlank(text []string) []string {
	for len(text) > 0 && strings.TrimSpace(text[len(text)-1]) == "" {
		text = text[:len(text)-1]
	}
	return text
}

// mayFail finds in what a page shows that a command fails.
var mayFail = regexp.MustCompile(`(?m)^(Error: |FAIL|curl: |exit status )`)

func (s step) mayFail() bool { return mayFail.MatchString(strings.Join(s.shown, "\n")) }
