package devserver

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/internal/shellenv"
	"github.com/chalice-go/chalice/internal/smallfile"
)

// readEnvFile reads a file of environment variables:
//
//	# a comment
//	KEY=value            # one, too
//	export QUOTED="a # b\n$c"
//	PLAIN='as it is: \n'
//
// Values in quotes can have several lines. Variables in values aren't expanded.
// If a variable occurs twice, the last value counts. The error has all
// mistakes, with their lines.
func readEnvFile(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	data, err := smallfile.Read(file, smallfile.Text)
	if err != nil {
		return nil, fmt.Errorf("read the env-file: %w", err)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	p := envParser{file: file, rest: strings.ReplaceAll(text, "\r\n", "\n"), line: 1, variables: map[string]string{}}
	for p.rest != "" {
		p.entry()
	}
	return p.variables, errors.Join(p.mistakes...)
}

type envParser struct {
	file      string
	rest      string
	line      int
	variables map[string]string
	mistakes  []error
}

func (p *envParser) fail(line int, format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf("%s:%d: %s", p.file, line, fmt.Sprintf(format, args...)))
}

// take returns the text up to a newline, and moves behind that.
func (p *envParser) take() string {
	text, rest, _ := strings.Cut(p.rest, "\n")
	p.rest = rest
	p.line++
	return text
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// entry reads a line, and the following ones if a quoted value continues there.
func (p *envParser) entry() {
	line := p.line
	text := strings.TrimLeft(p.take(), " \t")
	if strings.TrimSpace(text) == "" || text[0] == '#' {
		return
	}
	if rest, ok := strings.CutPrefix(text, "export"); ok && strings.TrimLeft(rest, " \t") != rest {
		text = strings.TrimLeft(rest, " \t")
	}
	name, value, ok := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimLeft(value, " \t")
	switch {
	case !ok:
		p.fail(line, "%q is no variable: write KEY=value", strings.TrimSpace(text))
	case !variableName.MatchString(name):
		p.fail(line, "%q can't be the name of a variable: it has letters, digits and _, and starts with no digit", name)
	case shellenv.OfLambda(name):
		p.fail(line, "%s is set by Lambda itself", name)
	default:
		if value, ok := p.value(line, value); ok {
			p.variables[name] = value
		}
	}
}

// value reads the text behind the =.
func (p *envParser) value(line int, text string) (value string, ok bool) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		return strings.TrimSpace(beforeComment(text)), true
	}
	quote := text[0]
	var out strings.Builder
	for i := 1; ; i++ {
		switch {
		case i == len(text):
			if p.rest == "" {
				p.fail(line, "the value starts with %c, which nothing ends", quote)
				return "", false
			}
			out.WriteByte('\n')
			text, i = p.take(), -1
		case text[i] == quote:
			if after := strings.TrimSpace(text[i+1:]); after != "" && after[0] != '#' {
				p.fail(line, "there is %q behind the quoted value", after)
				return "", false
			}
			return out.String(), true
		case text[i] == '\\' && quote == '"' && i+1 < len(text):
			i++
			out.WriteString(unescape(text[i]))
		default:
			out.WriteByte(text[i])
		}
	}
}

// beforeComment removes a comment, which begins after a space.
func beforeComment(text string) string {
	for i := range len(text) {
		if text[i] == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t') {
			return text[:i]
		}
	}
	return text
}

// unescape returns the character that c stands for behind a backslash.
func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '"', '\\', '$', '\'':
		return string(c)
	}
	return `\` + string(c)
}
