package review

import (
	"slices"
	"strings"
)

// restriction is a condition of a statement: a key has to have one of some
// values, or none of them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type restriction struct {
	operator, key string // in lower case
	values        []pattern
	written       string // the key as it is written
	writtenAs     string // the operator
}

// operators are those that can be compared with others of their family: they
// are met by any of their values. All others, such as those of numbers and
// ForAllValues, are only equal to themselves.
var operators = map[string]struct {
	family   string
	negative bool // met by none of the values
	wild     bool // * and ? in a value are wildcards
}{
	"stringequals":              {"string", false, false},
	"stringnotequals":           {"string", true, false},
	"stringlike":                {"string", false, true},
	"stringnotlike":             {"string", true, true},
	"stringequalsignorecase":    {"folded", false, false},
	"stringnotequalsignorecase": {"folded", true, false},
	"arnequals":                 {"arn", false, true},
	"arnlike":                   {"arn", false, true},
	"arnnotequals":              {"arn", true, true},
	"arnnotlike":                {"arn", true, true},
	"ipaddress":                 {"ip", false, false},
	"notipaddress":              {"ip", true, false},
	"bool":                      {"bool", false, false},
	"binaryequals":              {"binary", false, false},
}

// restrictions reads the conditions of a statement, in canonical form.
func (s *symbols) restrictions(conditions any) []restriction {
	if conditions == nil {
		return nil
	}
	if isIntrinsic(conditions) {
		return []restriction{{operator: "?", key: valueText(conditions)}} // only equal to itself
	}
	var list []restriction
	all := object(conditions)
	for _, operator := range sortedKeys(all) {
		keys := object(all[operator])
		if isIntrinsic(all[operator]) {
			list = append(list, restriction{operator: "?", key: operator + " " + valueText(all[operator])})
			continue
		}
		for _, key := range sortedKeys(keys) {
			list = append(list, s.restriction(operator, key, keys[key]))
		}
	}
	return list
}

func (s *symbols) restriction(operator, key string, values any) restriction {
	r := restriction{operator: strings.ToLower(operator), key: strings.ToLower(key), written: key, writtenAs: operator}
	for _, value := range asList(values) {
		p := s.pattern(value)
		if base, _ := r.base(); !operators[base].wild {
			p = s.literal(p)
		}
		r.values = append(r.values, p)
	}
	return r
}

// literal returns a pattern in which * and ? are plain characters.
func (s *symbols) literal(p pattern) pattern {
	p = slices.Clone(p)
	for i, r := range p {
		switch r {
		case '*', '?':
			p[i] = s.symbol(string(r))
		}
	}
	return p
}

// base returns the operator without IfExists, and whether it had that.
func (r restriction) base() (operator string, optional bool) {
	return strings.CutSuffix(r.operator, "ifexists")
}

// impliedBy reports whether a condition is met whenever another one is.
func (r restriction) impliedBy(other restriction) bool {
	name, optional := r.base()
	otherName, otherOptional := other.base()
	if r.key != other.key || otherOptional && !optional {
		return false
	}
	a, known := operators[name]
	b, otherKnown := operators[otherName]
	switch {
	case !known || !otherKnown:
		return name == otherName && coverAll(r.values, other.values) && coverAll(other.values, r.values)
	case a.family != b.family || a.negative != b.negative:
		return false
	case a.negative: // the other one has to exclude what it excludes
		return coverAll(other.values, r.values)
	}
	return coverAll(r.values, other.values)
}

// coverAll reports whether each of some patterns is covered by one in a list.
func coverAll(list, some []pattern) bool {
	return set{patterns: list}.covers(set{patterns: some})
}

// conditionText returns a condition as text for people.
func (s *symbols) conditionText(r restriction) string {
	var values []string
	for _, v := range r.values {
		if isSecret(r.written, "value") {
			values = append(values, Hidden)
			continue
		}
		values = append(values, s.text(v))
	}
	name, optional := r.base()
	verb := " " + oneLine(r.writtenAs) + " "
	switch o, known := operators[name]; {
	case r.operator == "?":
		return oneLine(r.key)
	case known && o.negative:
		verb = " is not "
	case known:
		verb = " is "
	}
	text := oneLine(r.written) + verb + strings.Join(values, " or ")
	if optional && operators[name].family != "" {
		text += ", if there is one"
	}
	return text
}
