package eventpattern_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/eventpattern"
)

// This file has a second implementation of matching, which is slow and does literally
// what the documentation and the code of EventBridge's rules say: an event is a list of
// fields with a path, a value, and the elements of lists that it is in; alternatives are
// multiplied out; and a pattern matches if there is a choice of fields, one for each of
// its paths, that aren't in different elements of one list.

// field is a value of an event. within has the index of the element that it is in for
// each list, by the list's place.
type field struct {
	path   string
	value  any
	within map[string]int
}

// fieldsOf flattens an event.
func fieldsOf(event any) (fields []field) {
	var walk func(path, place string, v any, within map[string]int)
	walk = func(path, place string, v any, within map[string]int) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), place+"."+name, inner, within)
			}
		case []any:
			for i, element := range v {
				at := within
				if isContainer(element) {
					at = maps.Clone(within)
					at[place] = i
				}
				walk(path, fmt.Sprint(place, "/", i), element, at)
			}
		default:
			fields = append(fields, field{path, v, within})
		}
	}
	walk("", "", event, map[string]int{})
	return fields
}

func isContainer(v any) bool {
	_, isObject := v.(map[string]any)
	_, isList := v.([]any)
	return isObject || isList
}

// rulesOf multiplies a pattern out: each rule has lists of values by path.
func rulesOf(path string, pattern map[string]any) []map[string][]any {
	rules := []map[string][]any{{}}
	product := func(others []map[string][]any) {
		var next []map[string][]any
		for _, a := range rules {
			for _, b := range others {
				both := maps.Clone(a)
				maps.Copy(both, b)
				next = append(next, both)
			}
		}
		rules = next
	}
	for name, v := range pattern {
		at := strings.TrimPrefix(path+"."+name, ".")
		switch v := v.(type) {
		case map[string]any:
			product(rulesOf(at, v))
		case []any:
			if name != "$or" {
				product([]map[string][]any{{at: v}})
				continue
			}
			var all []map[string][]any
			for _, alternative := range v {
				all = append(all, rulesOf(path, alternative.(map[string]any))...)
			}
			product(all)
		}
	}
	return rules
}

// consistent returns the elements of two sets of them together; nil if they are
// different ones of one list.
func consistent(a, b map[string]int) map[string]int {
	both := maps.Clone(a)
	for list, i := range b {
		if j, ok := a[list]; ok && j != i {
			return nil
		}
		both[list] = i
	}
	return both
}

// slowly reports whether a pattern matches an event.
func slowly(pattern map[string]any, event any) bool {
	fields := fieldsOf(event)
	return slices.ContainsFunc(rulesOf("", pattern), func(rule map[string][]any) bool {
		return choose(rule, slices.Sorted(maps.Keys(rule)), fields, map[string]int{}, nil)
	})
}

// choose tries all choices of a field for each path; absent are the paths that are to
// have none.
func choose(rule map[string][]any, paths []string, fields []field, within map[string]int, absent []string) bool {
	if len(paths) == 0 {
		return !slices.ContainsFunc(fields, func(f field) bool {
			return slices.Contains(absent, f.path) && consistent(within, f.within) != nil
		})
	}
	path, rest := paths[0], paths[1:]
	for _, matcher := range rule[path] {
		if o, ok := matcher.(map[string]any); ok && o["exists"] == false {
			if choose(rule, rest, fields, within, append(slices.Clone(absent), path)) {
				return true
			}
			continue
		}
		for _, f := range fields {
			if f.path != path || !takes(matcher, f.value) {
				continue
			}
			if both := consistent(within, f.within); both != nil && choose(rule, rest, fields, both, absent) {
				return true
			}
		}
	}
	return false
}

// takes reports whether a value is what one of a list's matchers is for.
func takes(matcher, v any) bool {
	o, ok := matcher.(map[string]any)
	if !ok {
		return matcher == v
	}
	text, isText := v.(string)
	for operator, operand := range o {
		switch operator {
		case "exists":
			return true
		case "anything-but":
			return !takesAny(operand, v)
		case "numeric":
			n, isNumber := v.(json.Number)
			return isNumber && inBounds(operand.([]any), n)
		}
		return isText && takesText(operator, operand, text)
	}
	return false
}

// takesAny is anything-but without the but.
func takesAny(operand, v any) bool {
	if o, ok := operand.(map[string]any); ok {
		for operator, texts := range o {
			return slices.ContainsFunc(list(texts), func(t any) bool { return takes(map[string]any{operator: t}, v) })
		}
	}
	return slices.ContainsFunc(list(operand), func(excluded any) bool {
		n, isNumber := excluded.(json.Number)
		m, bothNumbers := v.(json.Number)
		return excluded == v || isNumber && bothNumbers && sixDigits(n).Cmp(sixDigits(m)) == 0
	})
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

func takesText(operator string, operand any, text string) bool {
	if o, ok := operand.(map[string]any); ok {
		return takesText(operator, strings.ToLower(o["equals-ignore-case"].(string)), strings.ToLower(text))
	}
	want := operand.(string)
	switch operator {
	case "prefix":
		return strings.HasPrefix(text, want)
	case "suffix":
		return strings.HasSuffix(text, want)
	case "equals-ignore-case":
		return strings.EqualFold(text, want)
	case "exactly":
		return text == want
	case "wildcard":
		expression := strings.NewReplacer(`\\\\`, `\\`, `\\\*`, `\*`, `\*`, `.*`).Replace(regexp.QuoteMeta(want))
		return regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
	case "cidr":
		ip, err := netip.ParseAddr(text)
		return err == nil && netip.MustParsePrefix(want).Contains(ip)
	}
	panic(operator)
}

// sixDigits returns a number without what is behind the sixth digit after the point.
func sixDigits(n json.Number) *big.Int {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		panic(n)
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	return new(big.Int).Div(r.Num(), r.Denom()) // Euclidean, which is down for a positive divisor
}

func inBounds(bounds []any, n json.Number) bool {
	limit := big.NewInt(5_000_000_000_000_000)
	v := sixDigits(n)
	if v.CmpAbs(limit) > 0 {
		return false
	}
	for pair := range slices.Chunk(bounds, 2) {
		c := v.Cmp(sixDigits(pair[1].(json.Number)))
		ok := map[string]bool{"=": c == 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[pair[0].(string)]
		if !ok {
			return false
		}
	}
	return true
}

// maker makes random patterns and events of few names and values, so that they match
// often.
type maker struct{ *rand.Rand }

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) name() string { return pick(m, "a", "b", "c") }

func (m maker) text() string {
	return pick(m, "", "x", "y", "xy", "yx", "X", "xyxyx", "x*y", `x\y`, "10.0.0.1", "10.0.1.1", "2001:db8::1")
}

func (m maker) number() json.Number {
	return pick[json.Number](m, "0", "1", "1.0", "1e0", "-1", "-0.0000001", "1.0000001", "2", "5e9", "5000000001", "1e400")
}

func (m maker) bound() json.Number {
	return pick[json.Number](m, "0", "1", "1.0", "1e0", "-1", "-0.0000001", "1.0000001")
}

func (m maker) value() any {
	return pick[any](m, m.text(), m.text(), m.number(), nil, true, false)
}

func (m maker) event(depth int) map[string]any {
	o := map[string]any{}
	for range m.IntN(4) {
		o[m.name()] = m.eventValue(depth)
	}
	return o
}

func (m maker) eventValue(depth int) any {
	switch kind := m.IntN(5); {
	case kind == 0 && depth > 0:
		return m.event(depth - 1)
	case kind == 1:
		l := []any{}
		for range m.IntN(4) {
			if v := m.eventValue(depth - 1); !isList(v) || onlyObjects(v) {
				l = append(l, v)
			}
		}
		return l
	case kind == 2 && depth > 0:
		return []any{m.event(depth - 1), m.event(depth - 1)}
	}
	return m.value()
}

func isList(v any) bool { _, ok := v.([]any); return ok }

// onlyObjects reports whether a list has no values. EventBridge takes the element of the
// outer list into account for values in a list in a list; see TestListsInLists.
func onlyObjects(v any) bool {
	return !slices.ContainsFunc(v.([]any), func(element any) bool { return !isContainer(element) })
}

func (m maker) pattern(depth int) map[string]any {
	o := map[string]any{}
	for range 1 + m.IntN(3) {
		if depth > 0 && m.IntN(3) == 0 {
			o[m.name()] = m.pattern(depth - 1)
		} else {
			o[m.name()] = m.matchers()
		}
	}
	if depth > 0 && m.IntN(3) == 0 {
		o["$or"] = []any{m.pattern(depth - 1), m.pattern(depth - 1)}
	}
	return o
}

func (m maker) matchers() []any {
	l := []any{m.matcher()}
	for m.IntN(3) == 0 {
		l = append(l, m.matcher())
	}
	return l
}

func (m maker) matcher() any {
	fold := map[string]any{"equals-ignore-case": m.text()}
	switch m.IntN(14) {
	case 0:
		return map[string]any{"prefix": pick[any](m, m.text(), fold)}
	case 1:
		return map[string]any{"suffix": pick[any](m, m.text(), fold)}
	case 2:
		return fold
	case 3:
		return map[string]any{"wildcard": m.wildcard()}
	case 4:
		return map[string]any{"anything-but": pick[any](m, m.text(), m.bound(), []any{m.text(), m.text()}, []any{m.bound()})}
	case 5:
		texts := pick[any](m, m.text()+"x", []any{m.text() + "y", m.text() + "z"}, []any{})
		return map[string]any{"anything-but": map[string]any{pick(m, "prefix", "suffix", "equals-ignore-case"): texts}}
	case 6:
		return map[string]any{"anything-but": map[string]any{"wildcard": pick[any](m, m.wildcard(), []any{m.wildcard(), m.wildcard()})}}
	case 7:
		return map[string]any{"numeric": pick(m, []any{"=", m.bound()}, []any{"<", m.bound()}, []any{">=", m.bound()}, []any{">", m.bound(), "<=", json.Number("2")})}
	case 8:
		return map[string]any{"cidr": pick(m, "10.0.0.0/24", "10.0.0.0/8", "2001:db8::/32", "::/0", "0.0.0.0/0")}
	case 9, 10:
		return map[string]any{"exists": m.IntN(2) == 0}
	case 11:
		return map[string]any{"exactly": m.text()}
	}
	return m.value()
}

func (m maker) wildcard() string {
	return pick(m, "", "*", "x*", "*y", "x*y", "*xy*", `x\*y`, `x\\*`, "*x*x*")
}

// TestModel compares matching with the slow implementation.
func TestModel(t *testing.T) {
	rounds := 5_000
	if testing.Short() {
		rounds = 1_000
	}
	matched, refused := 0, 0
	for seed := range rounds {
		m := maker{rand.New(rand.NewPCG(uint64(seed), 1))}
		p := normal(t, m.pattern(2))
		matcher, err := eventpattern.Compile(eventpattern.EventBridge, p)
		if (len(eventpattern.Check(eventpattern.EventBridge, p)) == 0) != (err == nil) {
			t.Fatalf("%s: Check and Compile differ: %v", text(p), err)
		}
		if err != nil {
			refused++
			continue
		}
		for range 4 {
			event := normal(t, m.event(3))
			want := slowly(p, event)
			if got := matcher.Match([]byte(text(event))); got != want {
				t.Fatalf("seed %d: %s\n%s\nmatches: %v, want %v", seed, text(p), text(event), got, want)
			}
			if want {
				matched++
			}
		}
	}
	t.Logf("%d of %d patterns are refused, %d events match", refused, rounds, matched)
	if matched < rounds/10 || refused > rounds/2 {
		t.Error("the test shows too little")
	}
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// normal returns a value as it is when it has been read.
func normal(t *testing.T, v map[string]any) map[string]any {
	t.Helper()
	return pattern(t, text(v))
}
