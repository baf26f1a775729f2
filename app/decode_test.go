package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The types below have what encoding/json has rules for.

type decoded struct {
	Text   string `json:"text"`
	Other  string `json:"Text,omitempty"` // a name that differs in case only
	Int    int8
	Uint   uint16 `json:"u"`
	Float  float32
	Yes    bool
	Any    any            `json:"any"`
	Map    map[string]int `json:"map"`
	Named  map[label]*decoded
	List   []decoded
	Lists  [][]string
	Bytes  []byte
	Deep   **int64
	Number json.Number
	Raw    json.RawMessage
	Time   *time.Time
	Addr   netip.Addr
	Array  [2]int
	Skip   chan int `json:"-"`
	K      label
	Ünicod string
	base
	Inner struct{ A, B *string }
}

type label string

type base struct{ Base int }

// Each of these is left to encoding/json, or has a part that is.
type (
	quoted struct {
		A int `json:",string"`
	}
	shadowed struct {
		base
		Base string
	}
	pointed struct{ *Pointed }
	Pointed struct{ A int }
	odd     struct {
		A int `json:"a$"`
		B int `json:"b\b"`
	}
	tagged struct {
		base `json:"a"`
	}
	chans    struct{ A chan int }
	promoted struct{ time.Time }
	nameless struct {
		A struct{ time.Time }
		B *struct{ time.Time }
		C []struct{ time.Time }
	}
	number   struct{ A map[int]int }
	keyed    struct{ A map[loud]int }
	stringer struct{ A fmt.Stringer }
	pointer  *time.Time
	pointers struct{ A pointer }
	moody    struct{ A, B mood }
)

type dashed struct {
	//lint:ignore U1000 What isn't exported, and no struct, is no member.
	label
	//lint:ignore SA5008 The name of the member is a dash.
	A int `json:"-,"`
}

// mood is a type that refuses some JSON, and notes what else it gets.
type mood string

func (m *mood) UnmarshalJSON(data []byte) error {
	if string(data) == `"bad"` {
		return errors.New("a bad mood")
	}
	*m = mood("[" + string(data) + "]")
	return nil
}

// loud is text in capitals.
type loud string

func (l *loud) UnmarshalText(text []byte) error {
	*l = loud(strings.ToUpper(string(text)))
	return nil
}

// targets make pointers to zero values of the types.
var targets = []func() any{
	fresh[decoded], fresh[*decoded], fresh[[]decoded], fresh[map[string]decoded], fresh[any], fresh[string], fresh[int], fresh[uint], fresh[float64], fresh[bool],
	fresh[[]any], fresh[map[string]any], fresh[map[string]string], fresh[[]string], fresh[[]byte], fresh[json.RawMessage], fresh[json.Number], fresh[time.Time],
	fresh[quoted], fresh[shadowed], fresh[pointed], fresh[odd], fresh[chans], fresh[promoted], fresh[nameless], fresh[number], fresh[keyed], fresh[stringer],
	fresh[pointers], fresh[pointer], fresh[moody], fresh[[3]moody], fresh[struct{ A, a int }], fresh[dashed], fresh[struct{ time.Time }], fresh[[]struct{ mood }], fresh[map[label]mood], fresh[map[string]struct{ mood }], fresh[tagged], func() any { return reflect.New(wide).Interface() },
}

// wide is a struct with more fields than the decoder keeps count of.
var wide = func() reflect.Type {
	var fields []reflect.StructField
	for i := range maxFields + 6 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: reflect.TypeFor[map[string]int]()})
	}
	return reflect.StructOf(fields)
}()

func fresh[T any]() any { return new(T) }

// likeEncodingJSON compares what is decoded, and the errors, with
// encoding/json's.
func likeEncodingJSON(t *testing.T, data string, targets ...func() any) {
	t.Helper()
	for _, target := range targets {
		got, want := target(), target()
		gotErr, wantErr := unmarshal([]byte(data), got), json.Unmarshal([]byte(data), want)
		if !reflect.DeepEqual(got, want) || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
			t.Errorf("%.200s as %T:\ngot  %+v, %v\nwant %+v, %v", data, got, reflect.ValueOf(got).Elem(), gotErr, reflect.ValueOf(want).Elem(), wantErr)
		}
	}
	v, err := parseAny([]byte(data))
	var want any
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(data, byteOrderMark)))
	d.UseNumber()
	wantErr := d.Decode(&want)
	_, end := d.Token()
	one := end == io.EOF
	if (err == nil) != (wantErr == nil && one) || err == nil && !reflect.DeepEqual(v, want) {
		t.Errorf("%.200s as any:\ngot  %v, %v\nwant %v, %v", data, v, err, want, wantErr)
	}
}

// decodable is JSON for the types above, valid and invalid.
var decodable = []string{
	`{"text":"é\n\"\ud83d","Int":-128,"u":65535,"Float":1.5e3,"Yes":true,"any":{"a":[1,"x",null,false,{}],"b":-0.5e-7},"map":{"a":1,"":2},"Named":{"x":null,"y":{"Int":1}},
	  "List":[{},{"Int":7}],"Lists":[["a"],[],null],"Bytes":"aGk=","Deep":5,"Number":1.50,"Raw": [1 , 2] ,"Time":"2026-09-15T08:30:10Z","Addr":"::1","Array":[1,2,3],
	  "K":"k","Ünicod":"ü","Base":9,"Inner":{"A":"a","b":null},"unknown":{"deep":[{}]}}`,
	`{"Text":"exact","TEXT":"folded"}`, `{"tExt":"folded"}`, `{"text":"a","text":"b"}`, `{"List":[{"Int":1}],"List":[{"Yes":true}]}`, `{"map":{"a":1},"MAP":{"b":2}}`,
	`{"Int":128}`, `{"Int":1.0}`, `{"Int":1e2}`, `{"Int":"1"}`, `{"u":-1}`, `{"u":-0}`, `{"Float":1e39}`, `{"Float":-0}`, `{"any":1e999}`, `{"Yes":1}`, `{"Yes":null}`,
	`{"Bytes":"!"}`, `{"Bytes":[1,2]}`, `{"Bytes":[256]}`, `{"Bytes":""}`, `{"Deep":null}`, `{"Number":"12"}`, `{"Number":"x"}`, `{"Number":""}`, `{"Raw":null}`, `{"Time":null}`,
	`{"Time":"x"}`, `{"Time":5}`, `{"Addr":5}`, `{"Addr":null}`, `{"Array":[1]}`, `{"Array":null}`, `{"\u212A":"kelvin"}`, `{"ünicod":"folded"}`, `{"\u0074ext":"escaped"}`,
	`{"ba\u017fe":1}`, `{"Skip":1}`, `{"a":1}`, `{"-":1}`, `{"label":"x"}`, `{"base":{"Base":1}}`, `{"A":1}`, `{"A":"1"}`, `{"A":null}`, `{"a$":1,"b\\b":2}`, `{"b":1}`, `{"a":{"Base":1}}`, `{"A":{"x":1}}`, `{"F66":{"a":1},"F66":{"b":2}}`, `{"Float":1.00000017881393432617187499}`, `{"A":{}}`, `{"A":{"1":2}}`,
	`{"A":"good","B":null}`, `{"A":"bad"}`, `{"A":"2026-09-15T08:30:10Z","B":"2026-09-15T08:30:10Z","C":[]}`, `{"A":{"Time":null},"B":null,"C":[{}]}`,
	`[]`, `[null]`, `[{}]`, `["a","b","c","d","e"]`, `{"a":{}}`, `{"a":"b","a":"c"}`, `{"a":null}`, `"text"`, `"2026-09-15T08:30:10Z"`, `null`, ` { } `, `{"text":1}{`, `{"List":[{"Int":{}}]}`,
	`12`, `-1`, `1e3`, `99999999999999999999`, "\"\xff\"", "{\"\xff\":\"\xff\"}", byteOrderMark + `{}`,
	`{"List":[{"Lists":[["x","y","z"],["1","2","3","4","5"]]},{"map":{"x":1,"y":2}},{},{},{}]}`,
}

// deep is JSON as deep as it may be, and deeper.
var deep = []string{
	strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	`{"Raw":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`, strings.Repeat(`{"any":`, maxDepth) + "1" + strings.Repeat("}", maxDepth),
	strings.Repeat(`{"List":[`, maxDepth/2) + "{}" + strings.Repeat("]}", maxDepth/2), strings.Repeat(`{"List":[`, maxDepth/2) + strings.Repeat("]}", maxDepth/2),
}

func TestUnmarshal(t *testing.T) {
	for _, data := range append(decodable, jsonSamples...) {
		likeEncodingJSON(t, data, targets...)
	}
	for _, data := range deep {
		likeEncodingJSON(t, data, fresh[decoded], fresh[any], fresh[string])
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, data := range append(decodable, jsonSamples...) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) { likeEncodingJSON(t, data, targets...) })
}

// TestDecodeInto: what is usual is decoded without encoding/json, and what isn't
// leaves a zero value for it.
func TestDecodeInto(t *testing.T) {
	for _, target := range []any{fresh[decoded](), fresh[*decoded](), fresh[any](), fresh[map[string]any]()} {
		if !decodeInto(decodable[0], target) {
			t.Errorf("%T is left to encoding/json", target)
		}
	}
	for _, data := range []string{`{"Int":7,"u":-1}`, `{"Int":7,"Int":8}`, `{"List":[{"Int":7}],"Any":[1`, `{"Int":7} x`} {
		var v decoded
		if decodeInto(data, &v) || !reflect.ValueOf(v).IsZero() {
			t.Errorf("%s made %+v", data, v)
		}
	}
	if v := (decoded{Int: 1}); decodeInto(`{"u":1}`, &v) {
		t.Error("a value that isn't zero was decoded into")
	}
	for _, v := range []any{nil, decoded{}, (*decoded)(nil)} {
		if decodeInto(`{}`, v) {
			t.Errorf("%T was decoded into", v)
		}
	}
}

// TestUnmarshalKeepsNothing: what is decoded shares no memory with the JSON.
func TestUnmarshalKeepsNothing(t *testing.T) {
	data := []byte(decodable[0])
	got, want := new(decoded), new(decoded)
	if err := errors.Join(unmarshal(data, got), json.Unmarshal([]byte(decodable[0]), want)); err != nil {
		t.Fatal(err)
	}
	v, err := parseAny(data)
	wantAny := decode(decodable[0])
	clear(data)
	if !reflect.DeepEqual(got, want) || err != nil || !reflect.DeepEqual(v, wantAny) {
		t.Errorf("a change of the JSON changed %+v or %v", got, v)
	}
}
