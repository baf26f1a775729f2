package app

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/schema"
)

// spot is a place in JSON that can be made to violate something.
type spot struct {
	pointer    string
	unreadable bool
	change     func() // of the tree of the JSON
	what       string
}

// spots collects them from a tree of JSON and its type.
type spots struct {
	typedMaker
	all []spot
}

// value is one of a type, with the tag of its field. set replaces it in the tree.
func (s *spots) value(v any, t *schema.Type, tag reflect.StructTag, at string, set func(any)) {
	add := func(what string, unreadable bool, wrong any) {
		s.all = append(s.all, spot{at, unreadable, func() { set(wrong) }, what})
	}
	typ := t.Go
	if v == nil || t.Kind == schema.Any {
		return
	}
	if !t.Nullable {
		add("null", true, nil)
	}
	if t.Quoted {
		add("not quoted", true, json.Number("1"))
		if t.Kind != schema.String {
			add("no number", true, "x")
		}
		return
	}
	if !t.Quoted {
		add("another type", true, pick(s.maker, anotherType(t.Kind)))
	}
	switch t.Kind {
	case schema.Object:
		s.object(v.(map[string]any), t, at)
	case schema.Map:
		s.mapping(v.(map[string]any), t, tag, at, set)
	case schema.Array:
		s.array(v.([]any), t, tag, at, set)
	case schema.Integer:
		add("a fraction", true, json.Number("1.5"))
		add("too large", true, json.Number("100000000000000000000"))
	case schema.Number:
		if typ.Kind() != reflect.String {
			add("too large", true, json.Number("1e400"))
		}
	}
	switch {
	case typ == reflect.TypeFor[time.Time](), typ == reflect.TypeFor[netip.Addr]():
		add("another form", true, "nonsense")
	case t.Bytes:
		add("not base64", true, "%%%")
	}
	if t.Kind == schema.String && !t.Text || t.Kind == schema.Integer || t.Kind == schema.Number {
		s.rules(typ, tag, add)
	}
}

// rules makes a scalar that a tag refuses, if there is one.
func (s *spots) rules(t reflect.Type, tag reflect.StructTag, add func(string, bool, any)) {
	for range 60 {
		wrong := s.scalar(t)
		if obeys(tag, wrong) {
			continue
		}
		data, _ := json.Marshal(wrong.Interface())
		add("a rule: "+string(tag), false, json.RawMessage(data))
		return
	}
}

// anotherType are values that no value of a kind is.
func anotherType(k schema.Kind) []any {
	all := map[schema.Kind]any{schema.Boolean: true, schema.Integer: json.Number("1"), schema.String: "1", schema.Array: []any{}, schema.Object: map[string]any{}}
	switch k {
	case schema.Number:
		k = schema.Integer
	case schema.Map:
		k = schema.Object
	}
	delete(all, k)
	var values []any
	for _, k := range []schema.Kind{schema.Boolean, schema.Integer, schema.String, schema.Array, schema.Object} {
		if v, ok := all[k]; ok {
			values = append(values, v)
		}
	}
	return values
}

func (s *spots) object(v map[string]any, t *schema.Type, at string) {
	for _, m := range t.Members {
		pointer := at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(m.Name)
		f := t.Go.FieldByIndex(m.Index)
		if _, there := v[m.Name]; !there {
			continue
		}
		s.value(v[m.Name], m.Type, f.Tag, pointer, func(wrong any) { v[m.Name] = wrong })
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		behind := t.Go == reflect.TypeFor[rEmbedded]() && len(m.Index) > 1 && m.Index[0] == 1
		if !behind && f.Type.Kind() != reflect.Pointer && !strings.Contains(options, "omit") && f.Tag.Get("default") == "" {
			s.all = append(s.all, spot{pointer, false, func() { delete(v, m.Name) }, "missing"})
		}
	}
	if f, ok := t.Go.FieldByName("_"); ok && f.Tag.Get("additionalProperties") == "false" {
		s.all = append(s.all, spot{at + "/n~1o", false, func() { v["n/o"] = 1 }, "unknown"})
	}
}

func (s *spots) mapping(v map[string]any, t *schema.Type, tag reflect.StructTag, at string, set func(any)) {
	for name, value := range v {
		pointer := at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		s.value(value, t.Elem, inside(reflect.Map, tag), pointer, func(wrong any) { v[name] = wrong })
		if limit := limitOf(tag, "maxProperties", -1); limit >= 0 && t.Go.Key().Kind() == reflect.String {
			s.all = append(s.all, spot{at, false, func() {
				for i := range limit + 1 {
					v["more"+strconv.Itoa(i)] = value
				}
			}, "too many"})
		}
		if t.Go.Key().Kind() != reflect.String {
			s.all = append(s.all, spot{at + "/no", true, func() { delete(v, name); v["no"] = value }, "a name"})
		}
	}
	if limitOf(tag, "minProperties", 0) > 0 {
		s.all = append(s.all, spot{at, false, func() { set(map[string]any{}) }, "too few"}, spot{at, false, func() { set(nil) }, "null"})
	}
}

func (s *spots) array(v []any, t *schema.Type, tag reflect.StructTag, at string, set func(any)) {
	for i, value := range v {
		s.value(value, t.Elem, inside(reflect.Slice, tag), at+"/"+strconv.Itoa(i), func(wrong any) { v[i] = wrong })
	}
	add := func(what string, wrong any) { s.all = append(s.all, spot{at, false, func() { set(wrong) }, what}) }
	if t.Go.Kind() == reflect.Array {
		if len(v) > 0 {
			add("short", v[:len(v)-1])
			add("long", append(v[:len(v):len(v)], v[0]))
		}
		return
	}
	if limitOf(tag, "minItems", 0) > 0 {
		add("too few", []any{})
		add("null", nil)
	}
	if most := limitOf(tag, "maxItems", -1); most >= 0 && len(v) > 0 && tag.Get("uniqueItems") == "" {
		many := []any{}
		for range most + 1 {
			many = append(many, v[0])
		}
		add("too many", many)
	}
	if tag.Get("uniqueItems") == "true" && len(v) > 0 {
		add("equal", []any{v[0], v[0]})
	}
}

// violated is a value's JSON with a violation in a random place; ok is false if the value
// has no such place.
func (c typedCase) violated(t *testing.T) (data string, at spot, ok bool) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(c.data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	all := &spots{typedMaker: c.typedMaker}
	all.value(tree, c.of.of, "", "", func(wrong any) { tree = wrong })
	if len(all.all) == 0 {
		return "", spot{}, false
	}
	at = pick(c.maker, all.all)
	at.change()
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), at, true
}

// TestTypedViolations: a value that violates something in one place is refused, and the
// violation points to that place.
func TestTypedViolations(t *testing.T) {
	kinds := map[string]int{}
	for seed := range uint64(700) {
		c := newTypedCase(t, seed)
		for range 4 {
			data, at, ok := c.violated(t)
			if !ok {
				continue
			}
			_, found := c.decode(t, seed, data)
			if len(found) != 1 || found[0].Name != at.pointer || found[0].unreadable != at.unreadable {
				t.Errorf("seed %d: %s at %q: %.500s of %v\ngot %+v", seed, at.what, at.pointer, data, c.typ, []Violation(found))
			}
			kinds[strings.Split(at.what, ":")[0]]++
		}
	}
	for _, kind := range []string{"a rule", "missing", "unknown", "null", "another type", "another form", "not base64", "a fraction", "too large", "too few", "too many", "equal", "short", "long", "a name", "not quoted", "no number"} {
		if kinds[kind] == 0 {
			t.Errorf("no value violated this: %s", kind)
		}
	}
}
