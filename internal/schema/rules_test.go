package schema_test

import (
	"math"
	"reflect"
	"strconv"
	"testing"

	"github.com/chalice-go/chalice/internal/schema"
)

// rules returns the rules that a tag asks of values of a type.
func rules[T any](t testing.TB, tag string) *schema.Rules {
	t.Helper()
	s := reflect.StructOf([]reflect.StructField{{Name: "V", Type: reflect.TypeFor[T](), Tag: reflect.StructTag(tag)}})
	return schema.Of(s).Members[0].Rules
}

// TestNumbers tries bounds and multiples at their edges, each type by the method for it.
func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ tag, good, bad string }{
		{`minimum:"1"`, "1", "0"},
		{`exclusiveMinimum:"1"`, "2", "1"},
		{`maximum:"-1"`, "-1", "0"},
		{`exclusiveMaximum:"0"`, "-1", "0"},
		{`minimum:"0.5"`, "1", "0"},
		{`minimum:"-0.5"`, "0", "-1"},
		{`maximum:"0.5"`, "0", "1"},
		{`maximum:"-0.5"`, "-1", "0"},
		{`exclusiveMaximum:"2.5"`, "2", "3"},
		{`minimum:"1e1"`, "10", "9"},
		{`maximum:"9223372036854775806"`, "9223372036854775806", "9223372036854775807"},
		{`minimum:"9223372036854775807"`, "9223372036854775807", "9223372036854775806"},
		{`exclusiveMaximum:"9223372036854775807"`, "9223372036854775806", "9223372036854775807"},
		{`minimum:"-9223372036854775807"`, "-9223372036854775807", "-9223372036854775808"},
		{`exclusiveMinimum:"-9223372036854775808"`, "-9223372036854775807", "-9223372036854775808"},
		{`maximum:"9007199254740993"`, "9007199254740993", "9007199254740994"},
		{`multipleOf:"3"`, "-9", "-10"},
		{`multipleOf:"2.5"`, "5", "4"},
		{`multipleOf:"9007199254740993"`, "9007199254740993", "9007199254740992"},
		{`multipleOf:"4"`, "-9223372036854775808", "9223372036854775807"},
		{`multipleOf:"1e2"`, "500", "550"},
		{`enum:"1,2,9223372036854775807"`, "9223372036854775807", "9223372036854775806"},
	} {
		r := rules[int64](t, tc.tag)
		check := func(text string) string { n, _ := strconv.ParseInt(text, 10, 64); return r.Int(n) }
		if p := check(tc.good); p != "" {
			t.Errorf("%s: %s %s", tc.tag, tc.good, p)
		}
		if p := check(tc.bad); p == "" {
			t.Errorf("%s takes %s", tc.tag, tc.bad)
		}
		if n := rules[numberType](t, tc.tag); n.Number(tc.good) != "" || n.Number(tc.bad) == "" {
			t.Errorf("%s of a json.Number: %q, %q", tc.tag, n.Number(tc.good), n.Number(tc.bad))
		}
	}
}

func TestUnsigned(t *testing.T) {
	for _, tc := range []struct {
		tag       string
		good, bad uint64
	}{
		{`minimum:"18446744073709551615"`, math.MaxUint64, math.MaxUint64 - 1},
		{`maximum:"18446744073709551614"`, math.MaxUint64 - 1, math.MaxUint64},
		{`exclusiveMaximum:"18446744073709551615"`, math.MaxUint64 - 1, math.MaxUint64},
		{`minimum:"-3" maximum:"0"`, 0, 1},
		{`multipleOf:"18446744073709551615"`, math.MaxUint64, math.MaxUint64 - 1},
		{`enum:"18446744073709551615"`, math.MaxUint64, math.MaxUint64 - 1},
	} {
		r := rules[uint64](t, tc.tag)
		if p := r.Uint(tc.good); p != "" {
			t.Errorf("%s: %d %s", tc.tag, tc.good, p)
		}
		if p := r.Uint(tc.bad); p == "" {
			t.Errorf("%s takes %d", tc.tag, tc.bad)
		}
	}
}

func TestFloats(t *testing.T) {
	for _, tc := range []struct {
		tag       string
		good, bad float64
	}{
		{`multipleOf:"0.01"`, 0.07, 0.071},
		{`multipleOf:"0.01"`, 1.1, 1.111},
		{`multipleOf:"0.01"`, 4.35, 4.351},
		{`multipleOf:"0.01"`, 1e300, 1e-300},
		{`multipleOf:"0.0001"`, 0.0075, 0.00751},
		{`multipleOf:"2"`, -4, -4.5},
		{`multipleOf:"0.5"`, 1e308, 0.25},
		{`multipleOf:"1e-8"`, 12391239123, 1e-9},
		{`minimum:"0.1"`, 0.1, 0.09999999999999999},
		{`exclusiveMinimum:"0.1"`, 0.10000000000000002, 0.1},
		{`maximum:"1e400"`, math.MaxFloat64, math.Inf(1)},
		{`enum:"0.1,0.2"`, 0.2, 0.3},
		{`exclusiveMaximum:"0"`, -math.SmallestNonzeroFloat64, 0},
	} {
		r := rules[float64](t, tc.tag)
		if p := r.Float(tc.good); p != "" {
			t.Errorf("%s: %v %s", tc.tag, tc.good, p)
		}
		if p := r.Float(tc.bad); p == "" && !math.IsInf(tc.bad, 0) {
			t.Errorf("%s takes %v", tc.tag, tc.bad)
		}
	}
	r := rules[float32](t, `minimum:"0.1" maximum:"0.1" multipleOf:"0.1" enum:"0.1"`)
	if p := r.Float(float64(float32(0.1))); p != "" {
		t.Error("float32: 0.1", p)
	}
}

func TestTexts(t *testing.T) {
	for _, tc := range []struct{ tag, text, problem string }{
		{`minLength:"2" maxLength:"3"`, "äöü", ""},
		{`minLength:"2" maxLength:"3"`, "😀", "has to have at least 2 characters"},
		{`minLength:"2" maxLength:"3"`, "abcd", "has to have at most 3 characters"},
		{`minLength:"2" maxLength:"3"`, "äöüß", "has to have at most 3 characters"},
		{`minLength:"1"`, "", "has to have at least 1 character"},
		{`pattern:"^a"`, "ba", "has to match ^a"},
		{`pattern:"a"`, "bab", ""},
		{`enum:"a, b,"`, "", ""},
		{`enum:"a, b"`, "b", ""},
		{`enum:"a, b"`, "c", "has to be one of a, b"},
		{`enum:"[\"a,b\"]"`, "a,b", ""},
		{`enum:"a" maxLength:"2"`, "abc", "has to have at most 2 characters, and to be a"},
	} {
		if got := rules[string](t, tc.tag).Text(tc.text); got != tc.problem {
			t.Errorf("%s: %q: got %q, want %q", tc.tag, tc.text, got, tc.problem)
		}
	}
}

// TestRulesOfPointers shows that a pointer has its value's rules, also within the type that
// it points to.
func TestRulesOfPointers(t *testing.T) {
	type node struct {
		Weight *float32           `multipleOf:"0.5" default:"1"`
		Inner  map[string]*node   `maxProperties:"1"`
		Names  *[]*string         `maxLength:"1" minItems:"1"`
		Deep   **int              `maximum:"1"`
		Lists  *map[string][]node `maxItems:"1"`
	}
	members := schema.Of(reflect.TypeFor[node]()).Members
	if members[0].Rules.Float(0.25) == "" || members[0].Default != "1" {
		t.Error("Weight")
	}
	if members[1].Rules.Count(2) == "" {
		t.Error("Inner")
	}
	if here, each := members[2].Rules.Split(members[2].Type); here.Count(0) == "" || each.Text("ab") == "" || members[2].Null() {
		t.Error("Names")
	}
	if members[3].Rules.Int(2) == "" || !members[3].Null() || members[3].Required {
		t.Error("Deep")
	}
	if _, each := members[4].Rules.Split(members[4].Type); each.Count(2) == "" {
		t.Error("Lists")
	}
}

func TestElements(t *testing.T) {
	here, each := rules[map[string][]*string](t, `minProperties:"1" maxItems:"2" minLength:"1"`).Split(nil)
	if got := here.Count(0); got != "has to have at least 1 member" {
		t.Errorf("map: %q", got)
	}
	list, item := each.Split(nil)
	if got := list.Count(3); got != "has to have at most 2 items" {
		t.Errorf("list: %q", got)
	}
	if got := item.Text(""); got != "has to have at least 1 character" {
		t.Errorf("item: %q", got)
	}
	if here, each := rules[[]string](t, `maxLength:"1"`).Split(nil); here != nil || each.Text("ab") == "" || !rules[[]int](t, `uniqueItems:"true"`).Unique() {
		t.Error("Split")
	}
	var none *schema.Rules
	if none.Int(1)+none.Uint(1)+none.Float(1)+none.Text("")+none.Count(0)+none.Number("") != "" || none.Unique() {
		t.Error("nil Rules ask something")
	}
}
