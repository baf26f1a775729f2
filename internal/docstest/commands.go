package docstest

import (
	"regexp"
	"slices"
	"strings"
)

// ofChalice finds calls of the command in a line of code: at its beginning, after what goes
// before another command, and in what a command takes from another.
var ofChalice = regexp.MustCompile(`(?:^|&& |\|\| |; |\| |\$\(|\bthen |\bdo )(?:[A-Z_]+=\S+ )*chalice( [a-zA-Z.-][^|&;)>#<]*)?`)

// nested finds the commands within others.
var nested = regexp.MustCompile(`\$\([^()]*\)`)

// Commands returns the calls of the command in a page: those in blocks, in indented lines and
// within texts, and of each what comes after its name.
func (p *Page) Commands() (all []Code) {
	add := func(line int, text string) {
		text = nested.ReplaceAllStringFunc(text, func(inner string) string {
			if strings.Contains(inner, "chalice ") {
				return inner
			}
			return "X"
		})
		for _, m := range ofChalice.FindAllStringSubmatch(text, -1) {
			all = append(all, Code{line, strings.TrimSpace(m[1])})
		}
	}
	for _, b := range p.Blocks {
		switch {
		case b.Language == "console":
			for _, s := range steps(b) {
				add(s.line, strings.ReplaceAll(s.command, "\\\n", " "))
			}
		case slices.Contains([]string{"", "sh", "bash", "shell"}, b.Language):
			for i, line := range b.Lines() {
				add(b.Line+i, strings.TrimSpace(line))
			}
		}
	}
	text := p.text()
	for i, line := range text {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			for j := i + 1; strings.HasSuffix(code, "\\") && j < len(text); j++ {
				code = strings.TrimSuffix(code, "\\") + strings.TrimSpace(text[j])
			}
			add(i+1, strings.TrimPrefix(strings.TrimSpace(code), "$ "))
		}
	}
	for _, code := range p.Code() {
		if strings.HasPrefix(code.Text, "chalice ") {
			add(code.Line, code.Text)
		}
	}
	return all
}

// Words divides a command as a shell does.
func Words(command string) (all []string) {
	for _, m := range word.FindAllString(command, -1) {
		all = append(all, quotes.Replace(m))
	}
	return all
}

var (
	word   = regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`)
	quotes = strings.NewReplacer("'", "", `"`, "")
)
