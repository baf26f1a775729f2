package review

import (
	"slices"
	"strconv"
)

// difference is a place where two values differ.
type difference struct {
	path          []string
	before, after any // canonical
	added         bool
	removed       bool
}

// differences returns the places where two canonical values differ, in the
// order of paths.
func differences(path []string, before, after any) []difference {
	if equal(before, after) {
		return nil
	}
	a, aIsObject := before.(map[string]any)
	b, bIsObject := after.(map[string]any)
	if aIsObject && bIsObject && !isIntrinsic(a) && !isIntrinsic(b) {
		return memberDifferences(path, a, b)
	}
	c, cIsList := before.([]any)
	d, dIsList := after.([]any)
	if cIsList && dIsList {
		return elementDifferences(path, c, d)
	}
	return []difference{{path: path, before: before, after: after}}
}

func memberDifferences(path []string, a, b map[string]any) []difference {
	var all []difference
	keys := sortedKeys(a)
	for _, key := range sortedKeys(b) {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		all = append(all, optional(at(path, key), get(a, key), get(b, key))...)
	}
	return all
}

// value is a value that can be missing.
type value struct {
	v  any
	is bool
}

func get(o map[string]any, key string) value {
	v, ok := o[key]
	return value{v, ok}
}

// at returns an extended copy of a path.
func at(path []string, names ...string) []string {
	return append(path[:len(path):len(path)], names...)
}

func optional(path []string, a, b value) []difference {
	switch {
	case a.is && b.is:
		return differences(path, a.v, b.v)
	case a.is:
		return []difference{{path: path, before: a.v, removed: true}}
	case b.is:
		return []difference{{path: path, after: b.v, added: true}}
	}
	return nil
}

// elementDifferences compares lists: by the names of their elements, if all
// have one; as sets, if all are texts; otherwise by what remains when equal
// elements are removed.
func elementDifferences(path []string, a, b []any) []difference {
	aNamed, aOK := named(a)
	bNamed, bOK := named(b)
	var all []difference
	switch {
	case aOK && bOK:
		all = memberDifferences(path, aNamed, bNamed)
	default:
		all = leftDifferences(path, a, b)
	}
	if len(all) == 0 { // only the order differs
		all = []difference{{path: path, before: a, after: b}}
	}
	return all
}

// elementNames are the members that name an element of a list. The first one
// that there is counts.
var elementNames = []string{"Sid", "PolicyName", "Key", "Name", "Id", "ParameterKey", "AttributeName", "IndexName", "DeviceName"}

// named returns the elements of a list by their names, if each has a different
// one.
func named(elements []any) (map[string]any, bool) {
	all := map[string]any{}
	for _, element := range elements {
		name := elementName(element)
		if _, twice := all[name]; twice || name == "" {
			return nil, false
		}
		all[name] = element
	}
	return all, true
}

func elementName(element any) string {
	o, _ := element.(map[string]any)
	for _, member := range elementNames {
		if name := valueText(o[member]); name != "" {
			return name
		}
	}
	return ""
}

// leftDifferences compares the elements that are in only one of two lists. It
// compares objects in pairs.
func leftDifferences(path []string, a, b []any) []difference {
	a, b = without(a, b), without(b, a)
	var all []difference
	for i := range max(len(a), len(b)) {
		var x, y value
		if i < len(a) {
			x = value{a[i], true}
		}
		if i < len(b) {
			y = value{b[i], true}
		}
		if isPlainObject(x.v) == isPlainObject(y.v) || !x.is || !y.is {
			place := path
			if isPlainObject(x.v) || isPlainObject(y.v) {
				place = at(path, strconv.Itoa(i))
			}
			all = append(all, optional(place, x, y)...)
			continue
		}
		all = append(all, difference{path: path, before: x.v, removed: true}, difference{path: path, after: y.v, added: true})
	}
	return all
}

func isPlainObject(v any) bool {
	_, ok := v.(map[string]any)
	return ok && !isIntrinsic(v)
}

// without returns the elements of list that other doesn't have, or has less
// often.
func without(list, other []any) []any {
	texts := map[string]int{}
	for _, element := range other {
		texts[valueText(element)]++
	}
	var left []any
	for _, element := range list {
		text := valueText(element)
		if texts[text]--; texts[text] < 0 {
			left = append(left, element)
		}
	}
	return left
}
