package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Fields that only reflection looks at.
var _, _ = valued{}.seen, lower{}.low

// Types are made at random of the types below, and JSON at random for them. What
// it decodes to, and the error, have to be encoding/json's.

type (
	// valued has methods of its values, which can't change them.
	valued struct{ seen *[]string }
	// both has two methods, of which encoding/json calls UnmarshalJSON.
	both struct{ S string }
	tree struct {
		Name     string           `json:"name"`
		Children []tree           `json:"children,omitempty"`
		ByName   map[string]*tree `json:"by_name,omitzero"`
		Parent   *tree
		Any      any
	}
	nested  []nested
	nestedM map[string]nestedM
	Left    struct {
		X, Y int
		Deep struct{ Z string }
	}
	Right struct {
		Y     string // in conflict with Left's
		Extra []int8
	}
	lower struct{ Low, low uint8 }
	Chain struct{ Left }
	ambi  struct {
		Left
		Right
	}
	renamed struct {
		Left  `json:"left"`
		Right `json:"Y"`
	}
	viaPtr struct {
		*Left
		Own int
	}
	hidden struct{ *lower }
	viaLow struct {
		lower
		Chain
	}
	times struct {
		time.Time
		both
	} // UnmarshalJSON is there twice, so not at all
	flags struct {
		B bool    `json:"b,string"`
		F float32 `json:",string,omitempty"`
		S string  `json:"s,string"`
		P *int    `json:"p,string"`
	}
	folded struct {
		Kelvin string
		KELVIN string
		Miss   int `json:"miss"`
		MISS   int
		Größe  int
	}
	faces struct {
		E error
		S fmt.Stringer
		U json.Unmarshaler
		A interface{}
	}
	octet  byte
	octets []octet
	count  int16
)

func (v valued) UnmarshalText(text []byte) error { return fmt.Errorf("no %s", text) }

func (b *both) UnmarshalJSON(data []byte) error {
	if b == nil {
		return errors.New("nowhere to decode into")
	}
	b.S = "json " + string(data)
	for i := range data {
		data[i] = '!' // whoever lent the bytes mustn't notice
	}
	return nil
}

func (b *both) UnmarshalText([]byte) error { return fmt.Errorf("the wrong method") }

func (c *count) UnmarshalText(text []byte) error {
	*c = count(len(text))
	return nil
}

// leaves are what other types are made of.
var leaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int64](), reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uintptr](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[label](), reflect.TypeFor[any](), reflect.TypeFor[complex64](),
	reflect.TypeFor[json.Number](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[big.Int](),
	reflect.TypeFor[[]byte](), reflect.TypeFor[octets](), reflect.TypeFor[count](), reflect.TypeFor[mood](), reflect.TypeFor[loud](), reflect.TypeFor[valued](), reflect.TypeFor[both](),
	reflect.TypeFor[tree](), reflect.TypeFor[nested](), reflect.TypeFor[nestedM](), reflect.TypeFor[Chain](), reflect.TypeFor[ambi](), reflect.TypeFor[renamed](), reflect.TypeFor[viaPtr](),
	reflect.TypeFor[hidden](), reflect.TypeFor[viaLow](), reflect.TypeFor[times](), reflect.TypeFor[flags](), reflect.TypeFor[folded](), reflect.TypeFor[faces](), reflect.TypeFor[decoded](),
	reflect.TypeFor[struct{ time.Time }](), reflect.TypeFor[struct{ mood }](), reflect.TypeFor[struct{ *both }](), reflect.TypeFor[struct{}](), reflect.TypeFor[func()](), reflect.TypeFor[chan int](),
	reflect.TypeFor[shadowed](), reflect.TypeFor[odd](), reflect.TypeFor[tagged](), reflect.TypeFor[dashed](), reflect.TypeFor[pointer](), reflect.TypeFor[moody](),
}

var keyTypes = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[string](), reflect.TypeFor[label](), reflect.TypeFor[loud](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[count](),
	reflect.TypeFor[netip.Addr](), reflect.TypeFor[float64](), reflect.TypeFor[bool](),
}

// maker makes types and JSON.
type maker struct{ *rand.Rand }

func pick[T any](m maker, all []T) T { return all[m.IntN(len(all))] }

// typ makes a type.
func (m maker) typ(depth int) reflect.Type {
	if depth <= 0 {
		return pick(m, leaves)
	}
	switch m.IntN(7) {
	case 0:
		return reflect.PointerTo(m.typ(depth - 1))
	case 1:
		return reflect.SliceOf(m.typ(depth - 1))
	case 2:
		return reflect.MapOf(pick(m, keyTypes), m.typ(depth-1))
	case 3:
		return reflect.ArrayOf(m.IntN(4), m.typ(depth-1))
	case 4, 5:
		return m.structure(depth)
	}
	return pick(m, leaves)
}

var (
	fieldNames = []string{"A", "B", "Name", "Kiss", "Größe", "Long_name1", "AB", "Ab", "X"}
	tags       = []string{"", "", "", `json:"a"`, `json:"A"`, `json:"name,omitempty"`, `json:"kiss"`, `json:",omitzero"`, `json:"-"`, `json:"-,"`, `json:",string"`, `json:"a b"`, `json:"x.y-z"`, `json:"é"`, `json:"b\\"`, `json:"KISS,omitempty,string"`, `xml:"q"`, `json:x`}
)

func (m maker) structure(depth int) reflect.Type {
	var fields []reflect.StructField
	names := slices.Clone(fieldNames)
	m.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names[:m.IntN(6)] {
		f := reflect.StructField{Name: name, Type: m.typ(depth - 1), Tag: reflect.StructTag(pick(m, tags))}
		if m.IntN(12) == 0 {
			f.Name, f.PkgPath = "own"+name, "app"
		}
		fields = append(fields, f)
	}
	return reflect.StructOf(fields)
}

var (
	numbers = []string{"0", "-0", "1", "-1", "7", "127", "128", "-128", "-129", "255", "256", "65535", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
		"1.0", "1e2", "0.1", "-0.0", "1e38", "3.5e38", "1e308", "1e309", "1e-400", "1.00000017881393432617187499", strings.Repeat("9", 400)}
	quotedTexts = []string{`""`, `"x"`, `"Text"`, `"ſ K"`, `"\u0041\n\"\\\/"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, "\"\xff\"", "\"a\xc3\"", `"2026-09-15T08:30:10Z"`, `"::1"`, `"12"`, `"-1.5e3"`, `"true"`, `"null"`,
		`"aGk="`, `"aGk"`, `"a\u0047k\u003d"`, `"!"`, "\"\u2028\"", `"bad"`, `"` + strings.Repeat("long ", 20) + `"`, `"\"quoted\""`, `"1"`, `"-1"`, `"300"`}
	broken = []string{"01", "1.", "-", "+1", "1e", "0x1", "NaN", "tru", "nulls", "{", "", `{"a"}`, `{"a":1,}`, `[1,]`, `[1`, `"\x"`, `"\u12"`, "\"\x01\"", `"open`}
)

// json makes JSON for a type, most of it such as decodes.
func (m maker) json(t reflect.Type, depth int) string {
	if m.IntN(60) == 0 || depth <= 0 {
		return m.anything(1)
	}
	if m.IntN(12) == 0 {
		return "null"
	}
	switch t {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[pointer]():
		return `"2026-09-15T08:30:10+02:00"`
	case reflect.TypeFor[netip.Addr]():
		return `"::1"`
	case reflect.TypeFor[json.RawMessage](), reflect.TypeFor[both](), reflect.TypeFor[mood](), reflect.TypeFor[times]():
		return m.anything(2)
	case reflect.TypeFor[[]byte](), reflect.TypeFor[octets](), reflect.TypeFor[loud](), reflect.TypeFor[count]():
		return pick(m, quotedTexts)
	case reflect.TypeFor[big.Int]():
		return pick(m, numbers)
	}
	switch k := t.Kind(); k {
	case reflect.Struct:
		return m.object(depth, func() (string, reflect.Type) { return m.member(t) })
	case reflect.Map:
		return m.object(depth, func() (string, reflect.Type) {
			return pick(m, []string{`"1"`, `"-1"`, `"300"`, `"a"`, `""`, `"\u0061"`, `"::1"`, "\"\xff\"", `"\ud800"`}), t.Elem()
		})
	case reflect.Slice, reflect.Array:
		all := []string{}
		for range m.IntN(7) {
			all = append(all, m.json(t.Elem(), depth-1))
		}
		return "[" + m.space() + strings.Join(all, m.space()+","+m.space()) + m.space() + "]"
	case reflect.Pointer:
		return m.json(t.Elem(), depth)
	case reflect.String:
		return pick(m, quotedTexts[:20])
	case reflect.Bool:
		return pick(m, []string{"true", "false"})
	case reflect.Float32, reflect.Float64:
		return pick(m, numbers[:16])
	case reflect.Interface:
		return m.anything(3)
	}
	return pick(m, numbers[:6])
}

// anything makes JSON, a little of it wrong.
func (m maker) anything(depth int) string {
	switch n := m.IntN(10); {
	case m.IntN(60) == 0:
		return pick(m, broken)
	case n < 2:
		return pick(m, numbers)
	case n < 5:
		return pick(m, quotedTexts)
	case n < 7 || depth == 0:
		return pick(m, []string{"true", "false", "null", "null", "{}", "[]"})
	case n == 7:
		return "[" + m.anything(depth-1) + "," + m.anything(depth-1) + "]"
	}
	return m.object(depth, func() (string, reflect.Type) { return pick(m, quotedTexts[:6]), reflect.TypeFor[any]() })
}

func (m maker) space() string {
	return pick(m, []string{"", "", "", "", "", "", " ", "\n\t", "\r\n  "})
}

func (m maker) object(depth int, member func() (string, reflect.Type)) string {
	all := []string{}
	for range m.IntN(6) {
		name, t := member()
		all = append(all, name+m.space()+":"+m.space()+m.json(t, depth-1))
	}
	return "{" + m.space() + strings.Join(all, m.space()+","+m.space()) + m.space() + "}"
}

// member makes a name for one of a struct's fields.
func (m maker) member(t reflect.Type) (string, reflect.Type) {
	if t.NumField() == 0 || m.IntN(8) == 0 {
		return pick(m, quotedTexts[:8]), reflect.TypeFor[any]()
	}
	f := t.Field(m.IntN(t.NumField()))
	if f.Anonymous && f.Type.Kind() == reflect.Struct && m.IntN(5) > 0 {
		return m.member(f.Type)
	}
	if f.Anonymous && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct && m.IntN(5) > 0 {
		return m.member(f.Type.Elem())
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	name = pick(m, []func(string) string{same, same, same, same, strings.ToUpper, strings.ToLower,
		func(s string) string {
			return strings.NewReplacer("s", "ſ", "S", "ſ", "K", "\u212a", "k", "\u212a").Replace(s)
		},
		func(s string) string { return fmt.Sprintf(`\u%04x`, s[0]) + s[1:] },
	})(name)
	return `"` + name + `"`, f.Type
}

func same(s string) string { return s }

// spoil makes a mistake in JSON, mostly not.
func (m maker) spoil(data string) string {
	if len(data) == 0 {
		return data
	}
	at := m.IntN(len(data))
	switch m.IntN(16) {
	case 0:
		return data[:at]
	case 1:
		return data[:at] + string(rune(m.IntN(128))) + data[at+1:]
	case 2:
		return data + pick(m, []string{"x", " ", "\n", "{}", ",", "\x00", "]", "}"})
	}
	return data
}

// unmarshalRandom compares the decoding of a few random texts into a random
// type, one after the other into the same value, with encoding/json's. The bytes
// are overwritten before what was made of them is looked at.
func unmarshalRandom(t *testing.T, seed uint64) {
	m := maker{rand.New(rand.NewPCG(seed, 0))}
	typ := m.typ(4)
	for range 8 {
		got, want := reflect.New(typ).Interface(), reflect.New(typ).Interface()
		for turn := range 2 { // the second time into a value that may not be zero
			data := m.spoil(m.json(typ, 6))
			lent := []byte(data)
			gotErr, wantErr := unmarshal(lent, got), json.Unmarshal([]byte(data), want)
			for i := range lent {
				lent[i] = 'X'
			}
			if !reflect.DeepEqual(got, want) || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
				t.Errorf("seed %d, turn %d: %.1000q as %v:\ngot  %+v, %v\nwant %+v, %v", seed, turn, data, typ, reflect.ValueOf(got).Elem(), gotErr, reflect.ValueOf(want).Elem(), wantErr)
			}
		}
	}
}

func FuzzUnmarshalTypes(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(unmarshalRandom)
}

// TestUnmarshalSideBySide: the shapes of types are made by whoever is first.
func TestUnmarshalSideBySide(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for seed := range uint64(40) {
				unmarshalRandom(t, 1000+seed)
			}
		})
	}
	all.Wait()
}
