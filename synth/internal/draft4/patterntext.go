package draft4

import (
	"regexp"
	"strings"
)

// spaces are what \s means in ECMAScript, in Go's syntax, where it means less.
// https://tc39.es/ecma262/#prod-WhiteSpace
const spaces = `\t\n\v\f\r \x{a0}\x{feff}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`

// character is an escape with a character's number, but for those of halves of characters.
var character = regexp.MustCompile(`^\\u(?:([0-9a-cA-Ce-fE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})`)

// goSyntax writes a pattern of ECMAScript's in Go's syntax. It is empty for what they read
// differently: sets of nothing, and names of sets that ECMAScript doesn't know. A dot
// matches more in Go's.
func goSyntax(pattern string) string {
	if strings.Contains(pattern, "[:") {
		return ""
	}
	var b strings.Builder
	inSet := false
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch c := pattern[i]; {
		case c == '\\' && len(rest) > 1:
			n := writeEscape(&b, rest, inSet)
			i += n - 1
		case c == '[' && !inSet:
			if inSet = true; strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]") {
				return ""
			}
			b.WriteByte(c)
		default:
			inSet = inSet && c != ']'
			b.WriteByte(c)
		}
	}
	return b.String()
}

// writeEscape writes the escape that a text starts with, and returns its length.
func writeEscape(b *strings.Builder, text string, inSet bool) int {
	if m := character.FindStringSubmatch(text); m != nil {
		b.WriteString(`\x{` + m[1] + m[2] + `}`)
		return len(m[0])
	}
	switch {
	case text[1] == 's' && inSet:
		b.WriteString(spaces)
	case text[1] == 's':
		b.WriteString("[" + spaces + "]")
	default:
		b.WriteString(text[:2])
	}
	return 2
}
