package app

import (
	"slices"
	"strconv"
	"strings"
)

// appendCanonical appends the JSON value at pos in a form that is the same for all JSON that
// JSON Schema takes for equal: numbers by their values, objects whatever the order of their
// members, of which the last one with a name counts.
// https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2
func appendCanonical(to []byte, data string, pos int) []byte {
	switch c := data[pos]; c {
	case '{':
		return appendCanonicalObject(to, data, pos)
	case '[':
		to = append(to, '[')
		for l := (list{data: data, pos: pos}); l.next(); l.value() {
			to = append(appendCanonical(to, data, l.pos), ',')
		}
		return append(to, ']')
	case '"':
		end, _ := skipString(data, pos)
		return strconv.AppendQuote(to, plainText(data[pos:end]))
	case 't', 'f', 'n':
		return append(to, c)
	}
	return appendCanonicalNumber(to, data[pos:skipNumber(data, pos)])
}

func appendCanonicalObject(to []byte, data string, pos int) []byte {
	members := map[string]int{}
	o := object{data: data, pos: pos}
	for o.next() {
		members[o.name()] = o.pos
		o.value()
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	to = append(to, '{')
	for _, name := range names {
		to = append(strconv.AppendQuote(to, name), ':')
		to = append(appendCanonical(to, data, members[name]), ',')
	}
	return append(to, '}')
}

// appendCanonicalNumber appends a number as its digits without zeros around them, and the
// power of ten that they are multiplied with.
func appendCanonicalNumber(to []byte, literal string) []byte {
	mantissa, power, _ := strings.Cut(strings.ReplaceAll(literal, "E", "e"), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent, err := strconv.ParseInt(strings.TrimPrefix(power, "+"), 10, 32)
	switch {
	case digits == "":
		return append(to, '0')
	case err != nil && power != "": // so large that two ways to write one number don't matter
		return append(to, literal...)
	}
	trimmed := strings.TrimRight(digits, "0")
	if literal[0] == '-' {
		to = append(to, '-')
	}
	to = append(append(to, trimmed...), 'e')
	return strconv.AppendInt(to, exponent-int64(len(fraction))+int64(len(digits)-len(trimmed)), 10)
}
