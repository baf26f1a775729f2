package schema

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// patternReader reads a pattern of https://tc39.es/ecma262/#sec-patterns, in Unicode mode
// (flag u), and writes it in Go's syntax. It takes a few texts beyond that mode whose
// meaning is clear, such as \- and a lone brace, and writes them as the mode wants them.
//
// In Go's syntax \s, . and \p mean less or are written otherwise; no group captures.
type patternReader struct {
	text     string
	pos      int
	out      strings.Builder // in Go's syntax
	plain    strings.Builder // as others can read it
	problem  string          // why it is no pattern
	beyondGo string          // why Go can't match it, though it is a pattern
	groups   int             // that capture
	names    []string        // of groups
	numbers  []int           // of groups that are referred to
	named    []string        // groups that are referred to by name
}

func readPattern(text string) *patternReader {
	r := &patternReader{text: text}
	if !utf8.ValidString(text) {
		r.fail("it isn't UTF-8")
		return r
	}
	r.disjunction(0)
	if r.problem == "" && r.pos < len(text) {
		r.fail("a ) has no (")
	}
	r.checkReferences()
	return r
}

func (r *patternReader) goText() string   { return r.out.String() }
func (r *patternReader) ecmaText() string { return r.plain.String() }

// fail keeps the first problem, and ends the reading.
func (r *patternReader) fail(problem string) {
	if r.problem == "" {
		r.problem = problem
	}
	r.pos = len(r.text)
}

// lacks keeps the first thing that Go's regular expressions don't have.
func (r *patternReader) lacks(what string) {
	if r.beyondGo == "" {
		r.beyondGo = "Go's regular expressions have no " + what
	}
}

// checkReferences looks for groups that are referred to and aren't there.
func (r *patternReader) checkReferences() {
	for _, n := range r.numbers {
		if n > r.groups {
			r.fail("there is no group " + strconv.Itoa(n))
		}
	}
	for _, name := range r.named {
		if !contains(r.names, name) {
			r.fail("there is no group " + name)
		}
	}
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// write writes the same to both texts.
func (r *patternReader) write(s string) { r.writeBoth(s, s) }

func (r *patternReader) writeBoth(goText, plain string) {
	r.out.WriteString(goText)
	r.plain.WriteString(plain)
}

// peek reports whether the rest begins with a text.
func (r *patternReader) peek(s string) bool { return strings.HasPrefix(r.text[r.pos:], s) }

// take is peek, and skips the text.
func (r *patternReader) take(s string) bool {
	if !r.peek(s) {
		return false
	}
	r.pos += len(s)
	return true
}

// next reads a code point, which has to be there.
func (r *patternReader) next() rune {
	c, n := utf8.DecodeRuneInString(r.text[r.pos:])
	r.pos += n
	return c
}

// maxGroups is how deep groups may nest, as in Go.
const maxGroups = 1000

// disjunction reads alternatives up to the end or a closing parenthesis.
func (r *patternReader) disjunction(depth int) {
	if depth > maxGroups {
		r.fail("its groups nest too deep")
	}
	for r.pos < len(r.text) && !r.peek(")") {
		if r.take("|") {
			r.write("|")
		} else {
			r.term(depth)
		}
	}
}

// term reads an assertion, or an atom and its quantifier.
func (r *patternReader) term(depth int) {
	switch c := r.text[r.pos]; {
	case c == '^' || c == '$':
		r.pos++
		r.write(string(c))
		r.noQuantifier()
		return
	case c == '*' || c == '+' || c == '?' || c == '{' && r.quantifierEnd() > 0:
		r.fail("there is nothing that " + string(c) + " repeats")
		return
	case c == '(':
		if !r.group(depth) {
			return
		}
	case c == '[':
		r.class()
	case c == '\\':
		if !r.escape() {
			return
		}
	case c == '.':
		r.pos++
		r.writeBoth(`[^\n\r\x{2028}\x{2029}]`, ".")
	default:
		r.literal(r.next())
	}
	r.quantifier()
}

// literal writes a character that stands for itself.
func (r *patternReader) literal(c rune) {
	if strings.ContainsRune(`^$\.*+?()[]{}|`, c) {
		r.write(`\` + string(c))
		return
	}
	r.write(string(c))
}

func (r *patternReader) noQuantifier() {
	if r.pos < len(r.text) && (strings.IndexByte("*+?", r.text[r.pos]) >= 0 || r.quantifierEnd() > 0) {
		r.fail("an assertion can't be repeated")
	}
}

// group reads a group. It reports false for one that can't have a quantifier.
func (r *patternReader) group(depth int) (atom bool) {
	open := r.pos
	r.pos++
	atom = true
	switch {
	case r.take("?:"):
	case r.take("?=") || r.take("?!"):
		r.lacks("lookahead")
		atom = false
	case r.take("?<=") || r.take("?<!"):
		r.lacks("lookbehind")
		atom = false
	case r.take("?<"):
		name, _, ok := strings.Cut(r.text[r.pos:], ">")
		if !ok || !isIdentifier(name) || contains(r.names, name) {
			r.fail("(?< begins a group with a name of its own and >")
			return false
		}
		r.names = append(r.names, name)
		r.groups++
		r.pos += len(name) + 1
	case r.peek("?"):
		r.fail("ECMA-262, whose patterns JSON Schema has, knows no " + firstBytes(r.text[open:], 4))
		return false
	default:
		r.groups++
	}
	r.out.WriteString("(?:")
	r.plain.WriteString(r.text[open:r.pos])
	r.disjunction(depth + 1)
	if r.problem != "" {
		return false
	}
	if !r.take(")") {
		r.fail("a ( has no )")
		return false
	}
	r.write(")")
	if !atom {
		r.noQuantifier()
	}
	return atom
}

func firstBytes(s string, n int) string {
	return strings.ToValidUTF8(s[:min(n, len(s))], "")
}

// isIdentifier reports whether a text can be the name of a group.
func isIdentifier(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && c != '_' && c != '$' && c < utf8.RuneSelf && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return s != ""
}

// quantifierEnd returns the position behind the braces of a quantifier, 0 if there is none.
func (r *patternReader) quantifierEnd() int {
	if !r.peek("{") {
		return 0
	}
	inner, _, ok := strings.Cut(r.text[r.pos+1:], "}")
	low, high, comma := strings.Cut(inner, ",")
	if !ok || !isDigits(low) || comma && high != "" && !isDigits(high) {
		return 0
	}
	return r.pos + 1 + len(inner) + 1
}

// maxRepeat is how often Go's regular expressions repeat something at most.
const maxRepeat = 1000

func (r *patternReader) quantifier() {
	if r.pos >= len(r.text) {
		return
	}
	start := r.pos
	if end := r.quantifierEnd(); end > 0 {
		low, high, comma := strings.Cut(r.text[start+1:end-1], ",")
		m, n := repeats(low), repeats(high)
		if comma && high != "" && m > n {
			r.fail("{" + low + "," + high + "} has the larger number first")
			return
		}
		if m > maxRepeat || n > maxRepeat {
			r.lacks("repetition of more than 1000 times: a maxLength might say it")
		}
		r.pos = end
	} else if strings.IndexByte("*+?", r.text[start]) >= 0 {
		r.pos++
	} else {
		return
	}
	r.take("?")
	r.write(r.text[start:r.pos])
	if r.pos < len(r.text) && (strings.IndexByte("*+?", r.text[r.pos]) >= 0 || r.quantifierEnd() > 0) {
		r.fail("a repetition is repeated")
	}
}

// repeats returns a number of a quantifier. Large ones are all the same.
func repeats(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil && digits != "" {
		return maxRepeat * maxRepeat
	}
	return n
}
