package migrate

import (
	"go/scanner"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// telling is how long the value of a variable is that isn't there by chance.
const telling = 4

// noteVariables notes the variables whose values are in the program: in Python, they
// may be others in another stage.
func (p *plan) noteVariables(stage string, variables map[string]string) {
	texts := literals(strings.Join(p.lines, "\n"))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := variables[name]
		if len(value) < telling || !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, value) }) {
			continue
		}
		p.note("", "the variable %s: main.go has what its value is, or happens to be, in the stage %s; where stages differ, write os.Getenv(%q) there", name, stage, name)
	}
}

// literals are the texts in a Go source.
func literals(source string) (texts []string) {
	var s scanner.Scanner
	fileSet := token.NewFileSet()
	s.Init(fileSet.AddFile("", fileSet.Base(), len(source)), []byte(source), nil, 0)
	for {
		switch _, kind, literal := s.Scan(); kind {
		case token.EOF:
			return texts
		case token.STRING:
			if text, err := strconv.Unquote(literal); err == nil {
				texts = append(texts, text)
			}
		}
	}
}
