package draft4

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// portable returns a pattern that matches whatever a pattern of ECMAScript's in Unicode mode
// matches, and as little else as can be, for an engine of which it isn't known whether it is
// ECMAScript's or Java's, and whether it sees characters or halves of them. It is empty where
// that can't be, and where an engine that backtracks might take very long.
func portable(pattern string) string {
	text := goSyntax(pattern)
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil || text == "" && pattern != "" {
		return ""
	}
	w := &patternWriter{}
	if !w.write(re, false) {
		return ""
	}
	return w.String()
}

type patternWriter struct{ strings.Builder }

// write writes an expression, and reports whether that could be done. It is repeated if it
// stands in another that is.
func (w *patternWriter) write(re *syntax.Regexp, repeated bool) bool {
	if re.Flags&syntax.FoldCase != 0 && re.Op == syntax.OpLiteral {
		return false
	}
	switch re.Op {
	case syntax.OpEmptyMatch:
		w.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			w.literal(r)
		}
	case syntax.OpCharClass:
		return w.class(re.Rune)
	case syntax.OpAnyCharNotNL:
		return w.class([]rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune})
	case syntax.OpAnyChar:
		return w.class([]rune{0, unicode.MaxRune})
	case syntax.OpBeginText:
		w.WriteByte('^')
	case syntax.OpEndText:
		w.WriteByte('$')
	case syntax.OpCapture:
		return w.group(re.Sub[0], repeated)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !w.part(sub, repeated) {
				return false
			}
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				w.WriteByte('|')
			}
			if !w.write(sub, repeated) {
				return false
			}
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return w.repeat(re, repeated)
	default: // what sees words or lines, which they tell apart differently
		return false
	}
	return true
}

// part writes one of several expressions that follow each other.
func (w *patternWriter) part(re *syntax.Regexp, repeated bool) bool {
	if re.Op == syntax.OpAlternate {
		return w.group(re, repeated)
	}
	return w.write(re, repeated)
}

func (w *patternWriter) group(re *syntax.Regexp, repeated bool) bool {
	w.WriteString("(?:")
	ok := w.write(re, repeated)
	w.WriteByte(')')
	return ok
}

// repeat writes an expression with how often it comes. One that can come any number of
// times within another such is what engines that backtrack can take very long for.
func (w *patternWriter) repeat(re *syntax.Regexp, repeated bool) bool {
	endless := re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max < 0
	if endless && repeated {
		return false
	}
	write := w.group
	if isAtom(re.Sub[0]) {
		write = w.write
	}
	if !write(re.Sub[0], repeated || endless || re.Max > 1) {
		return false
	}
	switch re.Op {
	case syntax.OpStar:
		w.WriteByte('*')
	case syntax.OpPlus:
		w.WriteByte('+')
	case syntax.OpQuest:
		w.WriteByte('?')
	default:
		w.WriteString(counts(re.Min, re.Max))
	}
	return true
}

// isAtom reports whether an expression is written so that a count behind it means all of it.
func isAtom(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpCapture:
		return true
	case syntax.OpLiteral:
		return len(re.Rune) == 1 && re.Rune[0] <= lastUnit
	}
	return false
}

func counts(least, most int) string {
	switch most {
	case least:
		return fmt.Sprintf("{%d}", least)
	case -1:
		return fmt.Sprintf("{%d,}", least)
	}
	return fmt.Sprintf("{%d,%d}", least, most)
}

// What else a set has in front of an engine that may see UTF-16: characters beyond 16 bits,
// whole or as two halves, and halves without the other, which Go sees as the replacement
// character. There is one way each to match a text, for engines that backtrack.
const (
	firstHalf, lastHalf = 0xd800, 0xdfff
	lastUnit            = 0xffff

	wholes = `[^\u0000-\uffff]|[\ud800-\udbff][\udc00-\udfff]`
	halves = `[\ud800-\udbff](?![\udc00-\udfff])|[\udc00-\udfff]`
)

// class writes a set of characters, given by the first and last of each range. Beyond
// 16 bits a set is all that is there.
func (w *patternWriter) class(ranges []rune) bool {
	if len(ranges) == 0 {
		return false
	}
	var units strings.Builder
	isIn := func(first, last rune) bool { // some range
		return slices.ContainsFunc(pairs(ranges), func(p [2]rune) bool { return p[0] <= last && first <= p[1] })
	}
	for _, p := range pairs(ranges) {
		writeRange(&units, p[0], min(p[1], firstHalf-1))
		writeRange(&units, max(p[0], lastHalf+1), min(p[1], lastUnit))
	}
	var ways []string
	if units.Len() > 0 {
		ways = append(ways, "["+units.String()+"]")
	}
	if isIn(lastUnit+1, unicode.MaxRune) {
		ways = append(ways, wholes)
	}
	if isIn(unicode.ReplacementChar, unicode.ReplacementChar) {
		ways = append(ways, halves)
	}
	switch {
	case len(ways) == 0: // halves alone, which no text of Go's has
		return false
	case len(ways) == 1 && units.Len() > 0:
		w.WriteString(ways[0])
	default:
		w.WriteString("(?:" + strings.Join(ways, "|") + ")")
	}
	return true
}

func pairs(ranges []rune) (list [][2]rune) {
	for i := 0; i < len(ranges); i += 2 {
		list = append(list, [2]rune{ranges[i], ranges[i+1]})
	}
	return list
}

func writeRange(b *strings.Builder, first, last rune) {
	if first > last {
		return
	}
	b.WriteString(escaped(first))
	if last > first {
		b.WriteString("-" + escaped(last))
	}
}

// literal writes a character that stands for itself.
func (w *patternWriter) literal(r rune) {
	if r == unicode.ReplacementChar {
		w.class([]rune{r, r})
		return
	}
	w.WriteString(escaped(r))
}

// escaped spells a character so that it means itself within a set and outside of one.
func escaped(r rune) string {
	switch {
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == ' ':
		return string(r)
	case '!' <= r && r <= '~':
		if strings.ContainsRune(`\^$.*+?()[]{}|-/&`, r) {
			return `\` + string(r)
		}
		return string(r)
	case r > lastUnit:
		high := 0xd800 + (r-0x10000)>>10
		low := 0xdc00 + (r-0x10000)&0x3ff
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
