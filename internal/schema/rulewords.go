package schema

import (
	"reflect"
	"strconv"
	"time"
)

// ruleWords are the words that tags have for rules: the kinds of values that each is asked
// of, and what reads it.
var ruleWords = [...]ruleWord{
	{"minimum", minimum, ofNumbers, (*ruleReader).bound},
	{"maximum", maximum, ofNumbers, (*ruleReader).bound},
	{"exclusiveMinimum", exclusiveMinimum, ofNumbers, (*ruleReader).bound},
	{"exclusiveMaximum", exclusiveMaximum, ofNumbers, (*ruleReader).bound},
	{"multipleOf", multipleOf, ofNumbers, (*ruleReader).multipleOf},
	{"minLength", minLength, ofTexts, (*ruleReader).span},
	{"maxLength", maxLength, ofTexts, (*ruleReader).span},
	{"pattern", patternWord, ofTexts, (*ruleReader).pattern},
	{"format", formatWord, ofTexts, (*ruleReader).format},
	{"enum", enumWord, ofNumbers | ofTexts, (*ruleReader).enum},
	{"minItems", minItems, ofLists, (*ruleReader).span},
	{"maxItems", maxItems, ofLists, (*ruleReader).span},
	{"uniqueItems", uniqueItems, ofLists, (*ruleReader).unique},
	{"minProperties", minProperties, ofMaps, (*ruleReader).span},
	{"maxProperties", maxProperties, ofMaps, (*ruleReader).span},
}

type ruleWord struct {
	name string
	bit  word
	of   kinds
	read func(*ruleReader) string // returns what is wrong with the tag, "": nothing
}

// kinds is a set of kinds of values.
type kinds uint16

const (
	ofNumbers kinds = 1<<Integer | 1<<Number
	ofTexts   kinds = 1 << String
	ofLists   kinds = 1 << Array
	ofMaps    kinds = 1 << Map
)

// phrase says what values of the kinds are.
func (k kinds) phrase() string {
	switch k {
	case ofNumbers:
		return "numbers"
	case ofTexts:
		return "strings"
	case ofLists:
		return "lists"
	case ofMaps:
		return "maps"
	}
	return "numbers and strings"
}

// ruleReader reads one tag.
type ruleReader struct {
	word  *ruleWord
	text  string
	into  *Rules
	t     *Type // the value that the rule is asked of
	check bool  // patterns, which is slow
}

// parseRules returns the rules that tags ask of values of a type, nil if there are none,
// and what is wrong with the tags. Patterns are looked at only on demand.
func parseRules(all tags, t *Type, check bool) (rules *Rules, problems []string) {
	tag := ruleReader{check: check}
	for key, text := range all.all {
		for i := range ruleWords {
			w := &ruleWords[i]
			if w.name != key {
				continue
			}
			if rules == nil {
				rules = unbounded()
			}
			tag.word, tag.text, tag.t = w, text, t
			if problem := rules.read(&tag, 0); problem != "" {
				problems = append(problems, key+": "+problem)
			}
		}
	}
	if check && len(problems) == 0 && rules != nil {
		problems = rules.contradictions(t)
	}
	return rules, problems
}

// maxNesting is the number of lists and maps within each other that a rule looks through.
const maxNesting = 20

// read reads one tag into the rules, or into those of elements.
func (r *Rules) read(tag *ruleReader, depth int) string {
	switch {
	case tag.word.of&(1<<numericKind(tag.t)) != 0:
		r.asked |= tag.word.bit
		tag.into = r
		return tag.word.read(tag)
	case tag.t.Elem == nil || depth > maxNesting:
		return "is for " + tag.word.of.phrase() + ", not for " + tag.t.phrase()
	}
	if r.each == nil {
		r.each = unbounded()
	}
	tag.t = tag.t.Elem
	return r.each.read(tag, depth+1)
}

// numericKind is the kind of a type, to those who read words for numbers: a duration is
// a number, also where it is written as text.
func numericKind(t *Type) Kind {
	if t.isDuration() {
		return Integer
	}
	return t.Kind
}

func (t *Type) isDuration() bool { return t.Go == reflect.TypeFor[time.Duration]() }

// phrase says what the values of a type are.
func (t *Type) phrase() string {
	switch {
	case t.Own:
		return t.Go.String() + ", which decodes itself"
	case t.Kind == Any:
		return "any values"
	}
	return [...]string{"", "a boolean", "an integer", "a number", "a string", "a list", "a struct", "a map"}[t.Kind]
}

// contradictions are rules that no value obeys.
func (r *Rules) contradictions(t *Type) (all []string) {
	for ; r != nil; r, t = r.each, t.Elem {
		if r.asked&(minimum|exclusiveMinimum) == minimum|exclusiveMinimum {
			all = append(all, "minimum and exclusiveMinimum are two bounds: keep one")
		}
		if r.asked&(maximum|exclusiveMaximum) == maximum|exclusiveMaximum {
			all = append(all, "maximum and exclusiveMaximum are two bounds: keep one")
		}
		if r.isEmpty(t) {
			all = append(all, "no number is both "+r.low.phrase("at least ", "greater than ")+" and "+r.high.phrase("at most ", "less than "))
		}
		if r.length.min > r.length.max {
			all = append(all, "minLength is greater than maxLength")
		}
		if r.count.min > r.count.max {
			all = append(all, "there have to be more items or members than there may be")
		}
		if t.Go.Kind() == reflect.Array && !r.count.holds(t.Go.Len()) {
			all = append(all, t.Go.String()+" has "+itoa(t.Go.Len())+" items, always")
		}
		for _, c := range r.enum {
			for _, problem := range conform(c.json(t), t, r) {
				all = append(all, "enum: "+strconv.Quote(c.text)+" "+problem)
			}
		}
		if t.Elem == nil {
			break
		}
	}
	return all
}

// isEmpty reports whether no number is within the bounds.
func (r *Rules) isEmpty(t *Type) bool {
	if r.low.text == "" || r.high.text == "" {
		return false
	}
	if numericKind(t) == Integer {
		return isSigned(t) && r.low.int > r.high.int || !isSigned(t) && r.low.uint > r.high.uint
	}
	return beyond(r.low.exact.compare(r.high.exact), r.low.open || r.high.open)
}

func (r *ruleReader) bound() string {
	text, ok := r.number(r.text)
	if !ok {
		return r.notNumber(r.text)
	}
	d, _ := parseDecimal(text)
	b := bound{text: r.text, json: text, exact: d, float: d.float(floatBits(r.t))}
	b.open = r.word.bit&(exclusiveMinimum|exclusiveMaximum) != 0
	if r.word.bit&(minimum|exclusiveMinimum) != 0 {
		least := d.least(b.open)
		var signed, unsigned bool
		b.int, signed = least.int()
		b.uint, unsigned = least.uint()
		r.into.numbers().low = b
		return r.reached(signed || least.negative, unsigned || least.negative)
	}
	greatest := d.greatest(b.open)
	var signed, unsigned bool
	b.int, signed = greatest.int()
	b.uint, unsigned = greatest.uint()
	r.into.numbers().high = b
	return r.reached(signed || !greatest.negative, unsigned || !greatest.negative)
}

// reached says that a bound leaves no values, if it does: signed and unsigned are whether
// integers of the two sorts reach it.
func (r *ruleReader) reached(signed, unsigned bool) string {
	if numericKind(r.t) == Integer && (isSigned(r.t) && !signed || !isSigned(r.t) && !unsigned) {
		return "no " + r.t.Go.String() + " is that large or small"
	}
	return ""
}

func isSigned(t *Type) bool { k := t.Go.Kind(); return reflect.Int <= k && k <= reflect.Int64 }

// floatBits is the number of bits in which a type's numbers are compared.
func floatBits(t *Type) int {
	if t.Go.Kind() == reflect.Float32 {
		return 32
	}
	return 64
}

// number returns the JSON of a number in a tag: a duration can be written as such.
func (r *ruleReader) number(text string) (string, bool) {
	if _, ok := parseDecimal(text); ok {
		return text, true
	}
	if r.t.isDuration() {
		if d, err := time.ParseDuration(text); err == nil {
			return strconv.FormatInt(int64(d), 10), true
		}
	}
	return "", false
}

func (r *ruleReader) notNumber(text string) string {
	if r.t.isDuration() {
		return strconv.Quote(text) + ` is neither a duration such as "1m30s" nor a number of nanoseconds`
	}
	return strconv.Quote(text) + " isn't a number, as JSON writes it"
}

func (r *ruleReader) multipleOf() string {
	text, ok := r.number(r.text)
	if !ok {
		return r.notNumber(r.text)
	}
	d, _ := parseDecimal(text)
	n := r.into.numbers()
	n.multiple, n.multipleJSON, n.bits = r.text, text, floatBits(r.t)
	if n.multipleOf, ok = d.factor(); !ok {
		return strconv.Quote(r.text) + " isn't a number above 0 with at most 19 digits"
	}
	return ""
}

func (r *ruleReader) span() string {
	n, err := strconv.Atoi(r.text)
	if err != nil || !isDigits(r.text) {
		return strconv.Quote(r.text) + " isn't a whole number from 0 on"
	}
	s := &r.into.count
	if r.word.of == ofTexts {
		s = &r.into.length
	}
	if r.word.bit&(minLength|minItems|minProperties) != 0 {
		s.min = n
	} else {
		s.max = n
	}
	return ""
}

func (r *ruleReader) unique() string {
	switch r.text {
	case "true":
	case "false":
		r.into.asked &^= uniqueItems
	default:
		return strconv.Quote(r.text) + " is neither true nor false"
	}
	return ""
}

func (r *ruleReader) pattern() string {
	r.into.pattern = &pattern{text: r.text}
	if !r.check {
		return ""
	}
	return patternProblem(r.text)
}

func (r *ruleReader) format() (problem string) {
	r.into.formatName = r.text
	r.into.format, problem = formatOf(r.text)
	return problem
}

func itoa(n int) string { return strconv.Itoa(n) }
