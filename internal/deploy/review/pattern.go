package review

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is a text in which * stands for any text and ? for any character. A
// reference whose value isn't known is a symbol, a rune beyond all characters.
type pattern []rune

// symbols gives each reference a symbol of its own. Patterns can be compared if
// they have the same symbols.
type symbols struct {
	runes map[string]rune
	names []string
}

func newSymbols() *symbols { return &symbols{runes: map[string]rune{}} }

// pattern makes a pattern of a canonical value.
func (s *symbols) pattern(v any) pattern {
	var p pattern
	for _, part := range concatenated(v) {
		if text, ok := part.(string); ok {
			p = append(p, []rune(text)...)
			continue
		}
		p = append(p, s.symbol(valueText(part)))
	}
	return p
}

// symbol returns the symbol of a reference.
func (s *symbols) symbol(name string) rune {
	symbol, ok := s.runes[name]
	if !ok {
		symbol = utf8.MaxRune + 1 + rune(len(s.names))
		s.runes[name] = symbol
		s.names = append(s.names, name)
	}
	return symbol
}

func isSymbol(r rune) bool { return r > utf8.MaxRune }

// text returns a pattern as text for people.
func (s *symbols) text(p pattern) string {
	var b strings.Builder
	for _, r := range p {
		if isSymbol(r) {
			b.WriteString(s.names[r-utf8.MaxRune-1])
		} else {
			b.WriteRune(r)
		}
	}
	return oneLine(b.String())
}

// covers reports whether p matches every text that other matches. The text for
// which a symbol stands isn't known, so only a * and the symbol itself
// certainly match it.
func (p pattern) covers(other pattern) bool {
	star, mark := -1, 0 // the last *, and the part of other that it matches so far
	i, j := 0, 0
	for j < len(other) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && other[j] != '*' && (p[i] == other[j] || p[i] == '?' && !isSymbol(other[j])):
			i++
			j++
		case star >= 0: // it matches one more rune
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// meets reports whether there may be a text that both patterns match. A symbol
// can stand for any text.
func (p pattern) meets(other pattern) bool {
	// The loop goes through p from its end: row[j] says whether the rest of p
	// meets other from j on.
	row := make([]bool, len(other)+1)
	row[len(other)] = true
	for j := len(other) - 1; j >= 0; j-- {
		row[j] = row[j+1] && isOpen(other[j])
	}
	for i := len(p) - 1; i >= 0; i-- {
		next := make([]bool, len(other)+1)
		next[len(other)] = row[len(other)] && isOpen(p[i])
		for j := len(other) - 1; j >= 0; j-- {
			switch {
			case isOpen(p[i]) || isOpen(other[j]): // it matches nothing, or one more rune of the other
				next[j] = row[j] || next[j+1]
			case p[i] == '?' || other[j] == '?' || p[i] == other[j]:
				next[j] = row[j+1]
			}
		}
		row = next
	}
	return row[0]
}

// isOpen reports whether a rune stands for a text of any length.
func isOpen(r rune) bool { return r == '*' || isSymbol(r) }

// folded returns the pattern in lower case, for actions, whose case doesn't
// matter.
func (p pattern) folded() pattern {
	lower := make(pattern, len(p))
	for i, r := range p {
		if lower[i] = r; !isSymbol(r) {
			lower[i] = unicode.ToLower(r)
		}
	}
	return lower
}
