package schema

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What \s and \S stand for within a class of Go's: WhiteSpace and LineTerminator of
// https://tc39.es/ecma262/#sec-compiletocharset, and all else.
const (
	spaces    = `\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	notSpaces = `\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}` +
		`\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
)

// escape reads an escape outside of a class. It reports false for one that can't have a
// quantifier.
func (r *patternReader) escape() (atom bool) {
	start := r.pos
	r.pos++
	switch {
	case r.take("b"), r.take("B"):
		r.write(r.text[start:r.pos])
		r.noQuantifier()
		return false
	case r.pos < len(r.text) && '1' <= r.text[r.pos] && r.text[r.pos] <= '9':
		r.backReference()
		return true
	case r.take("k<"):
		name, _, ok := strings.Cut(r.text[r.pos:], ">")
		if !ok {
			r.fail(`\k< has no >`)
			return false
		}
		r.named = append(r.named, name)
		r.pos += len(name) + 1
		r.lacks("references to groups")
		return true
	}
	r.pos = start
	if goText, plain, ok := r.classEscape(); ok {
		r.writeBoth("["+goText+"]", plain)
		return true
	}
	c, plain, ok := r.characterEscape(false)
	switch {
	case !ok:
		return false
	case isPunctuation(c) && len(plain) <= 2:
		r.literal(c)
	default:
		r.writeBoth(goChar(c), plain)
	}
	return true
}

func (r *patternReader) backReference() {
	n := 0
	for r.pos < len(r.text) && isDigit(r.text[r.pos]) && n < maxGroups {
		n = n*10 + int(r.text[r.pos]-'0')
		r.pos++
	}
	r.numbers = append(r.numbers, n)
	r.lacks("references to groups")
}

// goChar writes a character so that it stands for itself in Go's syntax, also in a class.
func goChar(c rune) string { return `\x{` + strconv.FormatInt(int64(c), 16) + "}" }

// class reads a class of characters.
func (r *patternReader) class() {
	r.pos++
	negated := ""
	if r.take("^") {
		negated = "^"
	}
	if r.peek("]") {
		r.pos++
		r.lacks("class without characters")
		r.writeBoth("[^"+goChar(0)+"-"+goChar(utf8.MaxRune)+"]", "["+negated+"]")
		return
	}
	if r.peek("[:") || r.peek("[=") || r.peek("[.") {
		r.fail("ECMA-262, whose patterns JSON Schema has, knows no " + firstBytes(r.text[r.pos-1:], 9))
		return
	}
	r.write("[" + negated)
	for !r.take("]") {
		if r.pos >= len(r.text) {
			r.fail("a [ has no ]")
			return
		}
		r.classItem()
	}
	r.write("]")
}

// classItem reads a character, a range or an escape such as \d within a class.
func (r *patternReader) classItem() {
	if goText, plain, ok := r.classEscape(); ok {
		r.writeBoth(goText, plain)
		if r.peek("-") && !r.peek("-]") {
			r.pos++
			r.writeBoth(goChar('-'), `\-`) // it can't be a range
		}
		return
	}
	low, plainLow, ok := r.classChar()
	if !ok {
		return
	}
	if !r.peek("-") || r.peek("-]") {
		r.writeBoth(goChar(low), plainLow)
		return
	}
	r.pos++
	if goText, plain, ok := r.classEscape(); ok {
		r.writeBoth(goChar(low)+goChar('-')+goText, plainLow+`\-`+plain)
		return
	}
	high, plainHigh, ok := r.classChar()
	if ok && high < low {
		r.fail("the range " + plainLow + "-" + plainHigh + " ends before it begins")
	}
	if ok {
		r.writeBoth(goChar(low)+"-"+goChar(high), plainLow+"-"+plainHigh)
	}
}

// classChar reads a single character within a class.
func (r *patternReader) classChar() (c rune, plain string, ok bool) {
	if r.pos >= len(r.text) {
		r.fail("a [ has no ]")
		return 0, "", false
	}
	if r.peek(`\`) {
		return r.characterEscape(true)
	}
	c = r.next()
	return c, string(c), true
}

// classEscape reads \d and its like, and returns what stands for them within a class of
// Go's. It reports false, and reads nothing, if there is another escape or none.
func (r *patternReader) classEscape() (goText, plain string, ok bool) {
	if len(r.text)-r.pos < 2 || r.text[r.pos] != '\\' {
		return "", "", false
	}
	start := r.pos
	switch c := r.text[start+1]; c {
	case 'd', 'D', 'w', 'W':
		goText = `\` + string(c)
	case 's':
		goText = spaces
	case 'S':
		goText = notSpaces
	case 'p', 'P':
		return r.property(c)
	default:
		return "", "", false
	}
	r.pos += 2
	return goText, r.text[start:r.pos], true
}

// characterEscape reads an escape that stands for one character.
func (r *patternReader) characterEscape(inClass bool) (c rune, plain string, ok bool) {
	start := r.pos
	r.pos++
	if r.pos >= len(r.text) {
		r.fail(`it ends with a \`)
		return 0, "", false
	}
	switch c = r.next(); {
	case c == 'x':
		c, ok = r.hex(2)
	case c == 'u':
		c, ok = r.unicodeEscape()
	case c == 'c':
		if ok = r.pos < len(r.text) && isLetter(r.text[r.pos]); ok {
			c = r.next() & 0x1f
		}
	case c == '0':
		ok = r.pos >= len(r.text) || !isDigit(r.text[r.pos])
		c = 0
	case inClass && c == 'b':
		c, ok = '\b', true
	case isPunctuation(c):
		needed := strings.ContainsRune(`^$\.*+?()[]{}|`, c) || inClass && c == '-'
		plain = string(c)
		if needed {
			plain = `\` + plain
		}
		return c, plain, true
	default:
		if i := strings.IndexRune("tnvfr", c); i >= 0 {
			c, ok = rune("\t\n\v\f\r"[i]), true
		}
	}
	if !ok {
		r.fail("ECMA-262, whose patterns JSON Schema has, knows no " + firstBytes(r.text[start:], 2) + hint(r.text[start+1:]))
		return 0, "", false
	}
	return c, r.text[start:r.pos], true
}

// isPunctuation reports whether a character is one of ASCII that stands for itself where it
// is escaped.
func isPunctuation(c rune) bool {
	return ' ' < c && c < 0x7f && !isLetter(byte(c)) && !isDigit(byte(c)) && c != '_'
}

// hint says what stands for an escape of Go's.
func hint(after string) string {
	switch after[0] {
	case 'A':
		return ": write ^"
	case 'z', 'Z':
		return ": write $"
	case 'a':
		return `: write \x07`
	case 'x':
		return ` but with two hexadecimal digits: write \u{1F600}`
	}
	return ""
}

// hex reads hexadecimal digits.
func (r *patternReader) hex(n int) (rune, bool) {
	if len(r.text)-r.pos < n {
		return 0, false
	}
	for i := range n {
		if !isHex(r.text[r.pos+i]) {
			return 0, false
		}
	}
	c, err := strconv.ParseUint(r.text[r.pos:r.pos+n], 16, 32)
	r.pos += n
	return rune(c), err == nil
}

// unicodeEscape reads what follows \u: four digits, two such escapes that are a surrogate
// pair, or digits in braces.
func (r *patternReader) unicodeEscape() (c rune, ok bool) {
	if r.take("{") {
		digits, _, closed := strings.Cut(r.text[r.pos:], "}")
		if !closed || digits == "" || len(digits) > 8 {
			return 0, false
		}
		c, ok = r.hex(len(digits))
		return c, ok && r.take("}") && utf8.ValidRune(c)
	}
	if c, ok = r.hex(4); !ok || !utf16.IsSurrogate(c) {
		return c, ok
	}
	if !r.take(`\u`) {
		return 0, false
	}
	low, ok := r.hex(4)
	c = utf16.DecodeRune(c, low)
	return c, ok && c != utf8.RuneError
}

// property reads \p{…} or \P{…}.
func (r *patternReader) property(c byte) (goText, plain string, ok bool) {
	start := r.pos
	r.pos += 2
	name, _, closed := strings.Cut(r.text[r.pos:], "}")
	if !closed || !strings.HasPrefix(name, "{") {
		r.fail("ECMA-262, whose patterns JSON Schema has, writes properties of Unicode as " + `\p{L} or \p{Script=Greek}`)
		return "", "", false
	}
	r.pos += len(name) + 1
	name = name[1:]
	key, value, hasValue := strings.Cut(name, "=")
	switch {
	case name == "Any":
		goText = `\` + string(c) + "{Any}"
	case name == "ASCII":
		goText = `\` + string(c) + "{ASCII}"
	case hasValue && (key == "Script" || key == "sc"):
		goText = `\` + string(c) + "{" + value + "}"
	case hasValue && (key == "General_Category" || key == "gc"):
		goText = category(c, value)
	case !hasValue:
		goText = category(c, name)
	}
	if goText == "" {
		r.lacks("property " + r.text[start:r.pos] + `: there are categories, such as \p{Lu} or \p{Letter}, and scripts, such as \p{Script=Greek}`)
		goText = `\` + string(c) + "{Any}"
	}
	return goText, r.text[start:r.pos], true
}

// categories are the general categories of Unicode: short names and, behind them, long ones.
// See https://www.unicode.org/Public/UCD/latest/ucd/PropertyValueAliases.txt.
const categories = " L Letter Lu Uppercase_Letter Ll Lowercase_Letter Lt Titlecase_Letter LC Cased_Letter Lm Modifier_Letter " +
	"Lo Other_Letter M Mark M Combining_Mark Mn Nonspacing_Mark Mc Spacing_Mark Me Enclosing_Mark N Number Nd Decimal_Number " +
	"Nd digit Nl Letter_Number No Other_Number P Punctuation P punct Pc Connector_Punctuation Pd Dash_Punctuation " +
	"Ps Open_Punctuation Pe Close_Punctuation Pi Initial_Punctuation Pf Final_Punctuation Po Other_Punctuation S Symbol " +
	"Sm Math_Symbol Sc Currency_Symbol Sk Modifier_Symbol So Other_Symbol Z Separator Zs Space_Separator Zl Line_Separator " +
	"Zp Paragraph_Separator C Other Cc Control Cc cntrl Cf Format Cs Surrogate Co Private_Use Cn Unassigned "

// category returns a category in Go's syntax, "" if there is none of the name.
func category(c byte, name string) string {
	if name == "" || strings.Contains(name, " ") {
		return ""
	}
	at := strings.Index(categories, " "+name+" ")
	if at < 0 {
		return ""
	}
	if len(name) > 2 {
		before := strings.TrimSuffix(categories[:at+1], " ")
		name = before[strings.LastIndexByte(before, ' ')+1:]
	}
	return `\` + string(c) + "{" + name + "}"
}
