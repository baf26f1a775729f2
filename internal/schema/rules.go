package schema

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rules are constraints, in JSON Schema's words. The value of a pointer has the pointer's
// rules, and what makes no sense for a list or a map is asked of each of its elements.
//
// The methods that check a value return "" if all is well, or else what the value has to
// be, such as "has to be at least 1". They are for values that aren't null, and nil Rules
// ask nothing.
type Rules struct {
	asked word // the words with a rule here
	each  *Rules

	*numberRules      // noNumberRules, unless a rule for numbers is asked of the value itself
	length       span // of a String
	count        span // of an Array or a Map
	pattern      *pattern
	format       *format
	formatName   string
	enum         []choice
	texts        []string // those of the enum
}

// numberRules are rules for numbers.
type numberRules struct {
	low, high    bound
	multipleOf   factor
	multiple     string // as it is written
	multipleJSON string
	bits         int // of a float
}

// word is a set of words of JSON Schema.
type word uint32

const (
	minimum word = 1 << iota
	maximum
	exclusiveMinimum
	exclusiveMaximum
	multipleOf
	minLength
	maxLength
	patternWord
	enumWord
	formatWord
	minItems
	maxItems
	uniqueItems
	minProperties
	maxProperties

	numberWords = minimum | maximum | exclusiveMinimum | exclusiveMaximum | multipleOf | enumWord
	textWords   = minLength | maxLength | patternWord | enumWord | formatWord
	countWords  = minItems | maxItems | minProperties | maxProperties
)

// bound is a least or greatest number: as it is written, and as values are compared.
type bound struct {
	_     uncomparable
	text  string
	json  string
	open  bool // the number itself is beyond the bound
	exact decimal
	int   int64  // the bound of Integers, without regard of open
	uint  uint64 // that of Integers without a sign
	float float64
}

// span is a least and a greatest number of things.
type span struct{ min, max int }

func (s span) holds(n int) bool { return s.min <= n && n <= s.max }

// choice is a value of an enum.
type choice struct {
	_     uncomparable
	text  string
	exact decimal
	int   int64
	uint  uint64
	float float64
	whole bool // int or uint is the value, as the type has a sign or not
}

// Split returns what the rules ask of a value itself, which is an Array or a Map, and
// what they ask of each of its elements; nil: nothing.
func (r *Rules) Split(*Type) (here, elements *Rules) {
	if r == nil {
		return nil, nil
	}
	if r.asked == 0 {
		return nil, r.each
	}
	return r, r.each
}

// Int checks a value of a signed integer type.
func (r *Rules) Int(n int64) string {
	if r == nil || r.asked&numberWords == 0 {
		return ""
	}
	if n < r.low.int || n > r.high.int || r.asked&(multipleOf|enumWord) != 0 && !r.intFits(n) {
		return r.numberProblem(r.low.int > n, r.high.int < n, r.multipleOf.dividesInt(n), r.hasInt(n))
	}
	return ""
}

func (r *Rules) intFits(n int64) bool {
	return r.multipleOf.dividesInt(n) && r.hasInt(n)
}

func (f factor) dividesInt(n int64) bool {
	if n < 0 {
		n = -n // that of the least int64 is itself, and its bits are right as those of a uint64
	}
	return f.digits == 0 || f.divides(uint64(n))
}

func (r *Rules) hasInt(n int64) bool {
	return r.enum == nil || slices.ContainsFunc(r.enum, func(c choice) bool { return c.whole && c.int == n })
}

// Uint checks a value of an integer type without a sign.
func (r *Rules) Uint(n uint64) string {
	if r == nil || r.asked&numberWords == 0 {
		return ""
	}
	fits := (r.multipleOf.digits == 0 || r.multipleOf.divides(n)) && r.hasUint(n)
	if n < r.low.uint || n > r.high.uint || !fits {
		return r.numberProblem(n < r.low.uint, n > r.high.uint, r.multipleOf.digits == 0 || r.multipleOf.divides(n), r.hasUint(n))
	}
	return ""
}

func (r *Rules) hasUint(n uint64) bool {
	return r.enum == nil || slices.ContainsFunc(r.enum, func(c choice) bool { return c.whole && c.uint == n })
}

// Float checks a value of a float type, which is one that JSON has.
func (r *Rules) Float(f float64) string {
	if r == nil || r.asked&numberWords == 0 {
		return ""
	}
	below := f < r.low.float || f == r.low.float && r.low.open
	above := f > r.high.float || f == r.high.float && r.high.open
	multiple := r.multipleOf.digits == 0 || r.multipleOf.dividesFloat(f, r.bits)
	listed := r.enum == nil || slices.ContainsFunc(r.enum, func(c choice) bool { return c.float == f })
	if below || above || !multiple || !listed {
		return r.numberProblem(below, above, multiple, listed)
	}
	return ""
}

// Number checks a [encoding/json.Number], exactly. What is no number of JSON's isn't
// checked.
func (r *Rules) Number(text string) string {
	if r == nil || r.asked&numberWords == 0 {
		return ""
	}
	d, ok := parseDecimal(text)
	if !ok {
		return ""
	}
	below := r.low.text != "" && beyond(r.low.exact.compare(d), r.low.open)
	above := r.high.text != "" && beyond(d.compare(r.high.exact), r.high.open)
	multiple := r.multipleOf.digits == 0 || r.multipleOf.dividesDecimal(d)
	listed := r.enum == nil || slices.ContainsFunc(r.enum, func(c choice) bool { return c.exact.compare(d) == 0 })
	if below || above || !multiple || !listed {
		return r.numberProblem(below, above, multiple, listed)
	}
	return ""
}

// beyond reports whether a number whose comparison with a bound is order is beyond it.
func beyond(order int, open bool) bool { return order > 0 || order == 0 && open }

// Text checks a String, decoded: of a slice of bytes the base64, of a Text what is in
// quotes.
func (r *Rules) Text(s string) string {
	if r == nil || r.asked&textWords == 0 {
		return ""
	}
	if r.length.holdsText(s) && (r.enum == nil || r.hasText(s)) &&
		(r.format == nil || r.format.check(s)) && (r.pattern == nil || r.pattern.matches(s)) {
		return ""
	}
	return r.textProblem(s)
}

func (r *Rules) hasText(s string) bool {
	for _, text := range r.texts {
		if text == s {
			return true
		}
	}
	return false
}

// holdsText reports whether the length of a text, in code points, is within the span. A
// code point has 1 to 4 bytes, so it is seldom necessary to count.
func (s span) holdsText(text string) bool {
	if (len(text)+3)/4 >= s.min && len(text) <= s.max {
		return true
	}
	if len(text) < s.min || (len(text)+3)/4 > s.max {
		return false
	}
	return s.holds(utf8.RuneCountInString(text))
}

// MaxCount is how many items or members there may be; without such a rule more than
// anything has.
func (r *Rules) MaxCount() int {
	if r == nil || r.asked&countWords == 0 {
		return math.MaxInt - 1
	}
	return min(r.count.max, math.MaxInt-1)
}

// Count checks how many items an Array has, or how many members a Map.
func (r *Rules) Count(n int) string {
	if r == nil || r.asked&countWords == 0 || r.count.holds(n) {
		return ""
	}
	what := "item"
	if r.asked&(minProperties|maxProperties) != 0 {
		what = "member"
	}
	return "has to have " + limit(n < r.count.min, r.count, what)
}

// Unique reports whether an Array has to have no item twice; see [Twice].
func (r *Rules) Unique() bool { return r != nil && r.asked&uniqueItems != 0 }

// wantsSome reports whether the rules ask for at least one item or member.
func (r *Rules) wantsSome() bool { return r.asked&(minItems|minProperties) != 0 && r.count.min > 0 }

// numberProblem says what a number has to be.
func (r *Rules) numberProblem(below, above, multiple, listed bool) string {
	var all []string
	if below {
		all = append(all, "be "+r.low.phrase("at least ", "greater than "))
	}
	if above {
		all = append(all, "be "+r.high.phrase("at most ", "less than "))
	}
	if !multiple {
		all = append(all, "be a multiple of "+r.multiple)
	}
	if !listed {
		all = append(all, r.enumPhrase())
	}
	return "has to " + strings.Join(all, ", and to ")
}

func (b bound) phrase(closed, open string) string {
	if b.open {
		return open + b.text
	}
	return closed + b.text
}

// textProblem says what a text has to be.
func (r *Rules) textProblem(s string) string {
	var all []string
	if n := utf8.RuneCountInString(s); !r.length.holds(n) {
		all = append(all, "have "+limit(n < r.length.min, r.length, "character"))
	}
	if r.enum != nil && !r.hasText(s) {
		all = append(all, r.enumPhrase())
	}
	if r.format != nil && !r.format.check(s) {
		all = append(all, "be "+r.format.means)
	}
	if r.pattern != nil && !r.pattern.matches(s) {
		all = append(all, "match "+r.pattern.text)
	}
	return "has to " + strings.Join(all, ", and to ")
}

func (r *Rules) enumPhrase() string {
	if len(r.enum) == 1 {
		return "be " + r.enum[0].text
	}
	texts := make([]string, len(r.enum))
	for i, c := range r.enum {
		texts[i] = c.text
	}
	return "be one of " + strings.Join(texts, ", ")
}

// limit says how many there have to be of something.
func limit(few bool, s span, what string) string {
	n, phrase := s.max, "at most "
	if few {
		n, phrase = s.min, "at least "
	}
	if n != 1 {
		what += "s"
	}
	return phrase + itoa(n) + " " + what
}

// unbounded are the bounds of Rules without any.
func unbounded() *Rules {
	return &Rules{numberRules: &noNumberRules, length: span{0, math.MaxInt}, count: span{0, math.MaxInt}}
}

// noNumberRules are those of Rules that ask nothing of numbers. They are read-only.
var noNumberRules = numberRules{
	low:  bound{int: math.MinInt64, float: -math.MaxFloat64},
	high: bound{int: math.MaxInt64, uint: math.MaxUint64, float: math.MaxFloat64},
	bits: 64,
}

// numbers are the rules for numbers, to be set.
func (r *Rules) numbers() *numberRules {
	if r.numberRules == &noNumberRules {
		own := noNumberRules
		r.numberRules = &own
	}
	return r.numberRules
}
