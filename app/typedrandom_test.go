package app

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// Types are made at random, of fields with tags, and of the types below. What tags ask is
// said here a second time, by obeys, so that nothing is checked against itself.

type (
	rTree struct {
		Name     string           `json:"name" minLength:"1" maxLength:"4"`
		Children []rTree          `json:"children" maxItems:"3"`
		ByName   map[string]rTree `json:"by_name,omitempty"`
		Parent   *rTree           `json:"parent"`
	}
	rPage[T any] struct {
		Items []T `json:"items" minItems:"1"`
		Next  *T
		Total uint `json:"total" minimum:"1"`
	}
	rBase struct {
		ID   string `json:"id" pattern:"^[ab]+$"`
		Kind string `json:"kind" enum:"x,y"`
	}
	RBehind struct {
		Depth *int8 `json:"depth" maximum:"9"`
		Own   string
	}
	rEmbedded struct {
		rBase
		*RBehind
		Kind  int `json:"kind" minimum:"0"` // hides that of rBase
		Extra string
	}
	rClosed struct {
		_ struct{} `additionalProperties:"false"`
		A int      `json:"a"`
		B *bool    `json:"b"`
	}
	rDefaults struct {
		Size  int       `json:"size" default:"5" minimum:"1"`
		Name  string    `json:"name" default:"none"`
		List  []int     `json:"list" default:"1,2"`
		Inner *rDefault `json:"inner"`
	}
	rDefault struct {
		On bool `json:"on" default:"true"`
	}
	rQuoted struct {
		I int     `json:"i,string" maximum:"50"`
		B bool    `json:"b,string"`
		F float32 `json:"f,string,omitempty"`
		S string  `json:"s,string" maxLength:"3"`
		P *uint8  `json:"p,string"`
	}
	rName  string
	rLevel int8
	rWide  struct {
		F [3]rLevel `json:"f" maximum:"60"`
		G []rName   `json:"g,omitempty" minLength:"1"`
	}
)

var typedLeaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int64](), reflect.TypeFor[uint16](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float64](), reflect.TypeFor[float32](), reflect.TypeFor[string](), reflect.TypeFor[string](), reflect.TypeFor[rName](), reflect.TypeFor[rLevel](),
	reflect.TypeFor[[]byte](), reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[json.Number](), reflect.TypeFor[any](), reflect.TypeFor[json.RawMessage](),
	reflect.TypeFor[rTree](), reflect.TypeFor[rPage[rBase]](), reflect.TypeFor[rPage[rTree]](), reflect.TypeFor[rEmbedded](), reflect.TypeFor[rClosed](), reflect.TypeFor[rDefaults](), reflect.TypeFor[rQuoted](), reflect.TypeFor[rWide](),
}

// typedMaker makes types, values, and values that violate something.
type typedMaker struct{ maker }

func (m typedMaker) typ(depth int) reflect.Type {
	if depth <= 0 {
		return pick(m.maker, typedLeaves)
	}
	switch m.IntN(9) {
	case 0:
		return reflect.PointerTo(m.typ(depth - 1))
	case 1, 2:
		return reflect.SliceOf(m.typ(depth - 1))
	case 3:
		return reflect.MapOf(pick(m.maker, []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[rName](), reflect.TypeFor[int8](), reflect.TypeFor[netip.Addr]()}), m.typ(depth-1))
	case 4:
		return reflect.ArrayOf(m.IntN(4), m.typ(depth-1))
	case 5:
		return pick(m.maker, typedLeaves)
	}
	return m.structure(depth)
}

func (m typedMaker) structure(depth int) reflect.Type {
	names := []string{"", "", "a", "b", "name", "x/y", "~", "é", "Long_name1", "k.v", "q"}
	m.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var fields []reflect.StructField
	if m.IntN(4) == 0 {
		fields = append(fields, reflect.StructField{Name: "_", PkgPath: "app", Type: reflect.TypeFor[struct{}](), Tag: `additionalProperties:"false"`})
	}
	for i, name := range names[:m.IntN(6)] {
		t := m.typ(depth - 1)
		tag := fmt.Sprintf("json:%q", name+pick(m.maker, []string{"", "", "", ",omitzero", ",omitempty"}))
		if words := wordsOf(t); len(words) > 0 && m.IntN(3) > 0 {
			tag += " " + pick(m.maker, words)
		}
		fields = append(fields, reflect.StructField{Name: "F" + strconv.Itoa(i), Type: t, Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}

// wordsOf are tags for a type.
func wordsOf(t reflect.Type) []string {
	switch k := t.Kind(); {
	case t == reflect.TypeFor[json.Number](), t == reflect.TypeFor[time.Duration]():
		return []string{`maximum:"50"`, `minimum:"3"`}
	case t == reflect.TypeFor[netip.Addr](), t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[json.RawMessage]():
		return nil
	case t == reflect.TypeFor[[]byte]():
		return []string{`maxLength:"8"`}
	case k == reflect.Pointer:
		return wordsOf(t.Elem())
	case k == reflect.Slice:
		return append([]string{`minItems:"1"`, `maxItems:"2"`, `minItems:"1" maxItems:"4" uniqueItems:"true"`, `uniqueItems:"true"`}, wordsOf(t.Elem())...)
	case k == reflect.Array: // which takes the words of lists for itself
		return slices.DeleteFunc(wordsOf(t.Elem()), func(tag string) bool { return strings.Contains(tag, "Items") })
	case k == reflect.Map:
		return append([]string{`minProperties:"1"`, `maxProperties:"2"`}, wordsOf(t.Elem())...)
	case k == reflect.String:
		return []string{`minLength:"2"`, `maxLength:"3"`, `minLength:"1" maxLength:"4"`, `pattern:"^[ab]+$"`, `pattern:"é"`, `enum:"red,ab, abé"`}
	case reflect.Int <= k && k <= reflect.Uint64:
		return []string{`minimum:"3"`, `maximum:"50"`, `exclusiveMinimum:"2" exclusiveMaximum:"60"`, `multipleOf:"3"`, `enum:"1,2,30"`}
	case k == reflect.Float32, k == reflect.Float64:
		return []string{`minimum:"-1.5"`, `maximum:"0.5"`, `exclusiveMinimum:"0"`, `multipleOf:"0.25"`, `enum:"0.25,2"`}
	}
	return nil
}

// obeys reports whether a scalar obeys a tag.
func obeys(tag reflect.StructTag, v reflect.Value) bool {
	switch {
	case v.Type() == reflect.TypeFor[json.Number]():
		f, _ := v.Interface().(json.Number).Float64()
		return obeysNumber(tag, f)
	case v.Kind() == reflect.String:
		return obeysText(tag, v.String())
	case v.Type() == reflect.TypeFor[[]byte]():
		return obeysText(tag, base64.StdEncoding.EncodeToString(v.Bytes()))
	case v.CanInt():
		return obeysNumber(tag, float64(v.Int()))
	case v.CanUint():
		return obeysNumber(tag, float64(v.Uint()))
	case v.CanFloat():
		return obeysNumber(tag, v.Float())
	}
	return true
}

func obeysNumber(tag reflect.StructTag, f float64) bool {
	holds := func(word string, ok func(limit float64) bool) bool {
		text, given := tag.Lookup(word)
		limit, _ := strconv.ParseFloat(text, 64)
		return !given || ok(limit)
	}
	enum, given := tag.Lookup("enum")
	return holds("minimum", func(l float64) bool { return f >= l }) && holds("maximum", func(l float64) bool { return f <= l }) &&
		holds("exclusiveMinimum", func(l float64) bool { return f > l }) && holds("exclusiveMaximum", func(l float64) bool { return f < l }) &&
		holds("multipleOf", func(l float64) bool { return f/l == float64(int64(f/l)) }) &&
		(!given || slices.Contains(strings.Split(enum, ","), strconv.FormatFloat(f, 'f', -1, 64)))
}

func obeysText(tag reflect.StructTag, s string) bool {
	least, most := tag.Get("minLength"), tag.Get("maxLength")
	length := strconv.Itoa(utf8.RuneCountInString(s)) // of one digit, as the limits
	enum, given := tag.Lookup("enum")
	return (least == "" || length >= least || len(length) > 1) && (most == "" || length <= most && len(length) == 1) &&
		(tag.Get("pattern") != "^[ab]+$" || s != "" && strings.Trim(s, "ab") == "") && (tag.Get("pattern") != "é" || strings.Contains(s, "é")) &&
		(!given || slices.Contains(strings.Split(strings.ReplaceAll(enum, " ", ""), ","), s))
}

// limit is a number of items or members that a tag asks for, or else another one.
func limitOf(tag reflect.StructTag, word string, or int) int {
	if n, err := strconv.Atoi(tag.Get(word)); err == nil {
		return n
	}
	return or
}

// nullable reports whether null is a value of a type.
func nullable(t reflect.Type, tag reflect.StructTag) bool {
	outer := t
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Slice:
		return limitOf(tag, "minItems", 0) == 0
	case reflect.Map:
		return limitOf(tag, "minProperties", 0) == 0
	}
	return t != outer || t.Kind() == reflect.Interface
}

// inside is what remains of a tag for the elements of a list or a map.
func inside(k reflect.Kind, tag reflect.StructTag) reflect.StructTag {
	words := []string{"minItems", "maxItems", "uniqueItems"}
	if k == reflect.Map {
		words = []string{"minProperties", "maxProperties"}
	}
	for _, word := range words {
		if text, ok := tag.Lookup(word); ok {
			tag = reflect.StructTag(strings.Replace(string(tag), fmt.Sprintf("%s:%q", word, text), "", 1))
		}
	}
	return tag
}

// scalars makes a scalar, for which a tag isn't asked.
func (m typedMaker) scalar(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[json.Number]():
		v.SetString(pick(m.maker, []string{"0", "-7", "12.5", "1e2", "51", "3", "4"}))
	case t.Kind() == reflect.String:
		v.SetString(pick(m.maker, []string{"a", "ab", "aba", "red", "abé", "é", "éé", "x", "y", "long text", "<&>\u2028", "\"\\\n", ""}))
	case t == reflect.TypeFor[[]byte]():
		v.SetBytes(pick(m.maker, [][]byte{{}, []byte("x"), []byte("hello"), []byte("long bytes")}))
	case t.Kind() == reflect.Bool:
		v.SetBool(m.IntN(2) == 0)
	case v.CanInt():
		v.SetInt(int64(m.IntN(80) - 8))
	case v.CanUint():
		v.SetUint(uint64(m.IntN(80)))
	case v.CanFloat():
		v.SetFloat(pick(m.maker, []float64{0, 0.25, 0.5, -1, -2, 2, 0.125, 1e10, 3.75, 0.1}))
	}
	return v
}

// value makes a value that obeys all tags.
func (m typedMaker) value(t reflect.Type, tag reflect.StructTag, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(int64(m.IntN(2e9)), int64(m.IntN(2))*1e6).UTC()))
	case t == reflect.TypeFor[netip.Addr]():
		v.Set(reflect.ValueOf(pick(m.maker, []netip.Addr{netip.MustParseAddr("::1"), netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fe80::1")})))
	case t == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(pick(m.maker, []string{`1`, `{"a":[]}`, `"x"`})))
	case t.Kind() == reflect.Interface:
		v.Set(reflect.ValueOf(pick(m.maker, []any{1.5, "text", true, []any{}, map[string]any{"a": nil}})))
	case t.Kind() == reflect.Pointer:
		if depth > 0 && m.IntN(3) > 0 || !nullable(t, tag) {
			v.Set(reflect.New(t.Elem()))
			v.Elem().Set(m.value(t.Elem(), tag, depth-1))
			if k := t.Elem().Kind(); k != reflect.Struct && k != reflect.Array && v.Elem().IsZero() && nullable(t.Elem(), tag) {
				v.SetZero() // null is nil in the outermost pointer
			}
		}
	case t.Kind() == reflect.Struct:
		m.structValue(v, depth)
	case t == reflect.TypeFor[[]byte]() || t.Kind() != reflect.Slice && t.Kind() != reflect.Array && t.Kind() != reflect.Map:
		for {
			if v = m.scalar(t); obeys(tag, v) {
				return v
			}
		}
	case t.Kind() == reflect.Map:
		m.mapValue(v, tag, depth)
	default:
		m.listValue(v, tag, depth)
	}
	return v
}

func (m typedMaker) structValue(v reflect.Value, depth int) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Name == "_":
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			m.structValue(v.Field(i), depth)
		case f.Anonymous && m.IntN(2) == 0:
		case f.Anonymous:
			v.Field(i).Set(reflect.New(f.Type.Elem()))
			m.structValue(v.Field(i).Elem(), depth)
		default:
			v.Field(i).Set(m.value(f.Type, f.Tag, depth-1))
		}
	}
}

// sizes returns how many elements a list or a map may have.
func (m typedMaker) size(tag reflect.StructTag, least, most string, depth int) int {
	low := limitOf(tag, least, 0)
	if depth <= 0 {
		return low
	}
	return low + m.IntN(limitOf(tag, most, 4)-low+1)
}

func (m typedMaker) listValue(v reflect.Value, tag reflect.StructTag, depth int) {
	if v.Kind() == reflect.Slice {
		n := m.size(tag, "minItems", "maxItems", depth)
		if tag.Get("uniqueItems") == "true" {
			n = limitOf(tag, "minItems", 0)
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
	}
	for i := range v.Len() {
		v.Index(i).Set(m.value(v.Type().Elem(), inside(v.Kind(), tag), depth-1))
	}
}

func (m typedMaker) mapValue(v reflect.Value, tag reflect.StructTag, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	n := m.size(tag, "minProperties", "maxProperties", depth)
	for try := 0; v.Len() < n && try < 40; try++ {
		v.SetMapIndex(m.key(v.Type().Key()), m.value(v.Type().Elem(), inside(v.Kind(), tag), depth-1))
	}
}

func (m typedMaker) key(t reflect.Type) reflect.Value {
	if t == reflect.TypeFor[netip.Addr]() {
		return m.value(t, "", 0)
	}
	return m.scalar(t)
}

// typedCase is a random type with a value that obeys its tags, and that as JSON.
type typedCase struct {
	typedMaker
	typ   reflect.Type
	of    *typedJSON
	value reflect.Value
	data  []byte
}

func newTypedCase(t *testing.T, seed uint64) typedCase {
	t.Helper()
	m := typedMaker{maker{rand.New(rand.NewPCG(seed, 1))}}
	c := typedCase{typedMaker: m, typ: m.structure(4)}
	if m.IntN(3) == 0 {
		c.typ = m.typ(3)
	}
	c.of = newTypedJSON(schema.Of(c.typ), nil, typedLimits{})
	if problems := c.of.of.Problems(); len(problems) > 0 {
		t.Fatalf("seed %d: %v: %v", seed, c.typ, problems)
	}
	c.value = m.value(c.typ, "", 6)
	data, err := json.Marshal(c.value.Interface())
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	c.data = data
	return c
}

// decode decodes in both ways, which have to agree.
func (c typedCase) decode(t *testing.T, seed uint64, data string) (reflect.Value, Violations) {
	t.Helper()
	got, slow := reflect.New(c.typ).Elem(), reflect.New(c.typ).Elem()
	found, explained := c.of.decode(data, got), c.of.explain(strings.TrimPrefix(data, byteOrderMark), slow)
	if !reflect.DeepEqual(found, explained) || len(found) == 0 && !reflect.DeepEqual(got.Interface(), slow.Interface()) {
		t.Errorf("seed %d: %.600s as %v:\ndecoded   %+v, %v\nexplained %+v, %v", seed, data, c.typ, got, found, slow, explained)
	}
	return got, found
}

// TestTypedRoundTrip: a value that encoding/json encodes decodes to itself.
func TestTypedRoundTrip(t *testing.T) {
	fast := 0
	for seed := range uint64(800) {
		c := newTypedCase(t, seed)
		got, found := c.decode(t, seed, string(c.data))
		want := reflect.New(c.typ)
		if err := json.Unmarshal(c.data, want.Interface()); err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 || !reflect.DeepEqual(got.Interface(), want.Elem().Interface()) {
			t.Fatalf("seed %d: %s as %v:\ngot  %+v, %v\nwant %+v", seed, c.data, c.typ, got, found, want.Elem())
		}
		again, err := json.Marshal(got.Interface())
		omits := strings.Contains(fmt.Sprint(c.typ), ",omit") // so that what is empty can come back as what is zero
		if err != nil || string(again) != string(c.data) && !omits {
			t.Fatalf("seed %d: %s became %s, %v, of %v", seed, c.data, again, err, c.typ)
		}
		if c.of.fill(decoder{data: string(c.data)}, reflect.New(c.typ).Elem(), 0, c.of.limits.start()) == len(c.data) {
			fast++
		}
	}
	if fast < 790 {
		t.Errorf("only %d values were decoded in one pass", fast)
	}
}

// FuzzDecodeTyped: both ways to decode agree about any JSON, and what they take without
// defaults is what encoding/json makes of it.
func FuzzDecodeTyped(f *testing.F) {
	for data := range typedCases {
		f.Add(uint64(len(data)), data)
	}
	for seed := range uint64(40) {
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, seed uint64, data string) {
		c := newTypedCase(t, seed)
		if data == "" {
			data = c.spoil(c.json(c.typ, 6))
		}
		order := typedCase{typ: reflect.TypeFor[shopOrder](), of: newTypedJSON(schema.Of(reflect.TypeFor[shopOrder]()), nil, typedLimits{})}
		order.decode(t, seed, data)
		got, found := c.decode(t, seed, data)
		want := reflect.New(c.typ)
		if len(found) > 0 || strings.Contains(fmt.Sprint(c.typ), "rDefaults") || json.Unmarshal([]byte(data), want.Interface()) != nil {
			return
		}
		if !reflect.DeepEqual(got.Interface(), want.Elem().Interface()) && !repeats(data) {
			t.Errorf("seed %d: %q as %v:\ngot  %+v\nwant %+v", seed, data, c.typ, got, want.Elem())
		}
	})
}

// repeats reports whether a name may be there twice in an object, where encoding/json
// decodes the second value into the first.
func repeats(data string) bool {
	seen := map[string]bool{}
	for _, name := range names.FindAllString(data, -1) {
		name = strings.ToLower(strings.Map(func(c rune) rune {
			if strings.ContainsRune(" \t\r\n:", c) {
				return -1
			}
			return c
		}, name))
		if seen[name] || strings.Contains(name, `\\`) || strings.Contains(name, "ſ") || strings.Contains(name, "\u212a") {
			return true
		}
		seen[name] = true
	}
	return false
}
