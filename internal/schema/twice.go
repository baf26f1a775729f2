package schema

import (
	"encoding/json"
	"reflect"
)

// Twice returns the indices of the first item of a decoded list that is equal to an
// earlier one, and of that one; -1 if there is none. Items are equal if they are the same
// JSON: members that the type doesn't have don't count.
func Twice(list reflect.Value) (earlier, later int) {
	n := list.Len()
	if n < 2 {
		return -1, -1
	}
	if n <= fewItems {
		if i, j, ok := twiceOfFew(list); ok {
			return i, j
		}
	}
	seen := make(map[any]int, n)
	for j := range n {
		key := itemKey(list.Index(j), j)
		if i, ok := seen[key]; ok {
			return i, j
		}
		seen[key] = j
	}
	return -1, -1
}

// fewItems is how many items are compared faster each with each.
const fewItems = 16

// twiceOfFew is Twice of plain values, of which it allocates nothing. It reports false for
// others.
func twiceOfFew(list reflect.Value) (earlier, later int, ok bool) {
	same := equality(list.Type().Elem())
	if same == nil {
		return 0, 0, false
	}
	for j := range list.Len() {
		for i := range j {
			if same(list.Index(i), list.Index(j)) {
				return i, j, true
			}
		}
	}
	return -1, -1, true
}

// equality returns what compares plain values of a type, nil if they aren't plain.
func equality(t reflect.Type) func(a, b reflect.Value) bool {
	if !isPlain(t) {
		return nil
	}
	switch k := t.Kind(); {
	case k == reflect.String:
		return func(a, b reflect.Value) bool { return a.String() == b.String() }
	case k == reflect.Bool:
		return func(a, b reflect.Value) bool { return a.Bool() == b.Bool() }
	case k <= reflect.Int64:
		return func(a, b reflect.Value) bool { return a.Int() == b.Int() }
	case k <= reflect.Uintptr:
		return func(a, b reflect.Value) bool { return a.Uint() == b.Uint() }
	}
	return func(a, b reflect.Value) bool { return a.Float() == b.Float() }
}

// isPlain reports whether values of a type are equal in JSON if they are in Go.
func isPlain(t reflect.Type) bool {
	k := t.Kind()
	return (k == reflect.String || reflect.Bool <= k && k <= reflect.Float64) && t.PkgPath() == ""
}

// itemKey returns what is equal for equal items. An item that can't be written as JSON is
// equal to no other.
func itemKey(v reflect.Value, index int) any {
	if isPlain(v.Type()) {
		return v.Interface()
	}
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return index
	}
	if v.Type() == reflect.TypeFor[json.Number]() {
		if d, ok := parseDecimal(string(raw)); ok {
			return d.key()
		}
	}
	return string(raw)
}
