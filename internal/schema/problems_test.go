package schema_test

import (
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/schema"
)

// tagged returns a struct type with one field V.
func tagged(t reflect.Type, tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{{Name: "V", Type: t, Tag: reflect.StructTag(tag)}})
}

// TestTagMistakes tries a wrong tag of each kind: the problem begins with the field's name.
func TestTagMistakes(t *testing.T) {
	text, whole, float := reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[float64]()
	for _, tc := range []struct {
		t    reflect.Type
		tag  string
		want string
	}{
		{text, `minimum:"1"`, "minimum: is for numbers, not for a string"},
		{whole, `minLength:"1"`, "minLength: is for strings, not for an integer"},
		{reflect.TypeFor[bool](), `enum:"true"`, "enum: is for numbers and strings, not for a boolean"},
		{reflect.TypeFor[map[string]int](), `minItems:"1"`, "minItems: is for lists, not for an integer"},
		{reflect.TypeFor[Line](), `minProperties:"1"`, "minProperties: is for maps, not for a struct"},
		{reflect.TypeFor[any](), `minimum:"1"`, "minimum: is for numbers, not for any values"},
		{reflect.TypeFor[[][]string](), `minimum:"1"`, "minimum: is for numbers, not for a string"},
		{whole, `minimum:"one"`, `minimum: "one" isn't a number, as JSON writes it`},
		{whole, `minimum:"0x10"`, `minimum: "0x10" isn't a number, as JSON writes it`},
		{float, `maximum:"1."`, `maximum: "1." isn't a number, as JSON writes it`},
		{whole, `minimum:"2" maximum:"1"`, "no number is both at least 2 and at most 1"},
		{whole, `exclusiveMinimum:"1" exclusiveMaximum:"2"`, "no number is both greater than 1 and less than 2"},
		{float, `minimum:"1" exclusiveMaximum:"1"`, "no number is both at least 1 and less than 1"},
		{whole, `minimum:"1" exclusiveMinimum:"1"`, "minimum and exclusiveMinimum are two bounds: keep one"},
		{reflect.TypeFor[uint8](), `maximum:"-1"`, "maximum: no uint8 is that large or small"},
		{whole, `minimum:"1e30"`, "minimum: no int is that large or small"},
		{whole, `multipleOf:"0"`, `multipleOf: "0" isn't a number above 0 with at most 19 digits`},
		{whole, `multipleOf:"-2"`, `multipleOf: "-2" isn't a number above 0 with at most 19 digits`},
		{text, `minLength:"-1"`, `minLength: "-1" isn't a whole number from 0 on`},
		{text, `maxLength:"1.5"`, `maxLength: "1.5" isn't a whole number from 0 on`},
		{text, `minLength:"2" maxLength:"1"`, "minLength is greater than maxLength"},
		{reflect.TypeFor[[]int](), `minItems:"2" maxItems:"1"`, "there have to be more items or members than there may be"},
		{reflect.TypeFor[[2]int](), `minItems:"3"`, "[2]int has 2 items, always"},
		{reflect.TypeFor[[]int](), `uniqueItems:"yes"`, `uniqueItems: "yes" is neither true nor false`},
		{text, `format:"date_time"`, `format: "date_time" isn't a format that is known; did you mean date-time?`},
		{text, `format:"UUID"`, `format: "UUID" isn't a format that is known; did you mean uuid?`},
		{text, `format:"zip"`, `format: "zip" isn't a format that is known; those are date-time, date, time,`},
		{reflect.TypeFor[time.Time](), `format:"date"`, "format: time.Time is a date-time, whatever the tag says"},
		{text, `pattern:"(a"`, `pattern: "(a" can't be used as a pattern: a ( has no )`},
		{text, `pattern:"(?i)a"`, `pattern: "(?i)a" can't be used as a pattern: ECMA-262, whose patterns JSON Schema has, knows no (?i)`},
		{text, `pattern:"(?=a)"`, `pattern: "(?=a)" can't be used as a pattern: Go's regular expressions have no lookahead`},
		{text, `enum:""`, "enum: there are no values"},
		{text, `enum:"a,b,a"`, `enum: "a" is there twice`},
		{whole, `enum:"1,b"`, `enum: "b" isn't a number, as JSON writes it`},
		{whole, `enum:"1,1.5"`, `enum: "1.5" isn't a value of int`},
		{text, `enum:"[1]"`, "enum: 1 is no value for a string"},
		{text, `enum:"[\"a\""`, "enum: begins with [, but isn't a JSON array"},
		{whole, `enum:"1,9" maximum:"5"`, `enum: "9" has to be at most 5`},
		{whole, `default:"0" minimum:"1"`, `default: "0" has to be at least 1`},
		{whole, `default:"x"`, `default: "x" isn't an integer as JSON has them`},
		{whole, `default:"true"`, `default: "true" isn't an integer`},
		{reflect.TypeFor[int8](), `default:"300"`, `default: "300" isn't an integer of int8`},
		{reflect.TypeFor[time.Time](), `default:"yesterday"`, `default: "yesterday" isn't a value of time.Time`},
		{reflect.TypeFor[[]string](), `default:"a,bc" maxLength:"1"`, `default: "a,bc" /1 has to have at most 1 character`},
		{reflect.TypeFor[[]int](), `default:"1,x"`, `default: "1,x" isn't a list: write its items between commas, or as JSON`},
		{reflect.TypeFor[Line](), `default:"{}"`, `default: "{}" /sku is missing`},
		{text, `example:"Q" pattern:"^[a-z]$"`, `example: "Q" has to match ^[a-z]$`},
		{reflect.TypeFor[time.Duration](), `minimum:"1x"`, `minimum: "1x" is neither a duration such as "1m30s" nor a number of nanoseconds`},
		{reflect.TypeFor[time.Duration](), `minimum:"1m" default:"1s"`, `default: "1s" has to be at least 1m`},
		{text, `minlength:"1"`, "minlength isn't a tag that is known; did you mean minLength?"},
		{text, `maxLenght:"1"`, "maxLenght isn't a tag that is known; did you mean maxLength?"},
		{text, `Pattern:"a"`, "Pattern isn't a tag that is known; did you mean pattern?"},
		{text, `defualt:"a"`, "defualt isn't a tag that is known; did you mean default?"},
		{text, `examples:"a"`, "examples isn't a tag that is known; did you mean example?"},
		{text, `Doc:"a"`, "Doc isn't a tag that is known; did you mean doc?"},
		{text, `const:"a"`, "const isn't a tag that is known: enum with one value says it"},
		{text, `required:"true"`, "required isn't a tag that is known: a field is required unless it is a pointer, has omitzero or a default"},
		{text, `minLength:1`, `minLength has to be written as minLength:"value", after a space`},
		{text, `minLength:"1" minLength:"2"`, "minLength is there twice"},
		{text, `json:"v,omitemtpy"`, `"omitemtpy" isn't an option of encoding/json; did you mean omitempty?`},
		{text, `json:"a\"b"`, `encoding/json takes no member with the name "a\"b"`},
		{text, `additionalProperties:"false"`, "additionalProperties is for a field _ of the struct that it closes"},
		{text, `json:"-" minLength:"1"`, "has the tag minLength, but isn't JSON"},
		{reflect.TypeFor[chan int](), ``, "chan int can't be JSON"},
		{reflect.TypeFor[[]func()](), ``, "func() can't be JSON"},
		{reflect.TypeFor[complex128](), ``, "complex128 can't be JSON"},
		{reflect.TypeFor[map[float64]int](), ``, "a map's keys can't be float64: JSON has strings"},
		{reflect.TypeFor[*url.URL](), ``, `url.URL isn't JSON: a string with format:"uri" is`},
		{reflect.TypeFor[loop](), ``, "schema_test.loop is a pointer to itself"},
		{text, "pattern:\"\\d+\"", `pattern has a \ or a " that a tag can't have: write \\ for \, and \" for ", as in pattern:"\\d+"`},
		{text, "pattern:\"\\d+\" minLength:\"1\"", `pattern has a \ or a "`},
		{text, `json:"a",doc:"it"`, `doc has to be written as doc:"value", after a space`},
		{text, `json='a'`, `json has to be written as json:"value", after a space`},
		{reflect.TypeFor[bool](), `default:"yes"`, `default: "yes" isn't true or false`},
		{reflect.TypeFor[time.Duration](), `default:"1 h"`, `default: "1 h" isn't a duration, such as 1m30s`},
		{reflect.TypeFor[float64](), `example:".5"`, `example: ".5" isn't a number as JSON has them`},
	} {
		problems := schema.Of(tagged(tc.t, tc.tag)).Problems()
		if len(problems) == 0 || !strings.HasPrefix(problems[0], "V: "+tc.want) {
			t.Errorf("%v `%s`:\n got %q\nwant %q", tc.t, tc.tag, problems, "V: "+tc.want)
		}
	}
}

type loop *loop

// TestGoodTags are tags that look odd and aren't mistakes.
func TestGoodTags(t *testing.T) {
	text := reflect.TypeFor[string]()
	for _, tc := range []struct {
		t   reflect.Type
		tag string
	}{
		{text, `enum:"a, b," default:""`},
		{text, `db:"x" validate:"required" yaml:"minimum" bson:"a" max:"1" min:"2" form2:"x" title:"T" xml:"a"`},
		{text, `json:"v,omitempty,omitzero"`},
		{reflect.TypeFor[*uint](), `minimum:"-1" maximum:"18446744073709551615" default:"18446744073709551615"`},
		{reflect.TypeFor[[]time.Time](), `example:"2026-11-30T12:00:00Z,2026-11-30T12:00:00Z" maxItems:"2"`},
		{reflect.TypeFor[netip.Addr](), `format:"ipv4" example:"127.0.0.1"`},
		{reflect.TypeFor[net.IP](), `example:"127.0.0.1"`},
		{reflect.TypeFor[map[int]string](), `default:"{\"1\":\"a\"}" maxLength:"1"`},
		{reflect.TypeFor[time.Duration](), `minimum:"1s" maximum:"3600000000000" default:"1m" example:"1500ms" enum:"1m,1.5s"`},
		{reflect.TypeFor[[]byte](), `maxLength:"8" default:"AAAA"`},
		{reflect.TypeFor[int](), `json:",string" default:"3" minimum:"1"`},
		{reflect.TypeFor[string](), `json:",string" default:"a" maxLength:"1"`},
		{reflect.TypeFor[[2]float32](), `default:"[0.1,0.2]" minimum:"0.1"`},
		{text, `pattern:"^[\\w.+-]+@\\p{Lu}\\/$"`},
		{text, `query:"q" minimum:"1"`}, // no member
		{reflect.TypeFor[any](), `default:"{\"a\":[1]}"`},
		{reflect.TypeFor[Line](), `default:"{\"sku\":\"ABC\",\"N\":1}"`},
	} {
		if problems := schema.Of(tagged(tc.t, tc.tag)).Problems(); len(problems) > 0 {
			t.Errorf("%v `%s`: %q", tc.t, tc.tag, problems)
		}
	}
}

type strict struct {
	_     struct{} `additionalProperties:"maybe" minimum:"1" doc:"A struct."`
	A     int      `json:"a"`
	Inner struct {
		Deep []struct{ Lines map[string]*badLine }
	}
	hiddenPart
	*embedded
	A2 int `minimum:"x"`
}

type badLine struct {
	Count int `maxLength:"1"`
}

type hiddenPart struct {
	B      int `minimum:"y"`
	Notify fmtStringer
	secret string `maxLength:"1"`
}

type embedded struct{ C int }

type fmtStringer interface{ String() string }

// placeOrder is the example of docs/typed.md.
type placeOrder struct {
	_ struct{} `doc:"An order to be." additionalProperties:"false"`

	Customer string            `json:"customer" format:"uuid" doc:"Who pays."`
	Currency string            `json:"currency" enum:"EUR,USD" default:"EUR"`
	Lines    []Line            `json:"lines" minItems:"1" maxItems:"50"`
	Discount *float64          `json:"discount" exclusiveMinimum:"0" maximum:"0.5" multipleOf:"0.01"`
	Notes    map[string]string `json:"notes,omitempty" maxProperties:"5" maxLength:"200" pattern:"^[^<>]*$"`
	Wait     time.Duration     `json:"wait,omitzero" maximum:"1h" example:"90s"`
}

func TestDocumentedExample(t *testing.T) {
	s := schema.Of(reflect.TypeFor[placeOrder]())
	if problems := s.Problems(); problems != nil {
		t.Errorf("%q", problems)
	}
	text := `{"customer":"2eb8aa08-aa98-11ea-b4aa-73b441d16380","lines":[],"discount":0.505,"notes":{"a":"<"},"wait":3600000000001,"x":1}`
	want := []string{
		"/lines has to have at least 1 item", "/discount has to be at most 0.5, and to be a multiple of 0.01", "/notes/a has to match ^[^<>]*$",
		"/wait has to be at most 1h", "/x isn't a member that is known",
	}
	if diff := cmp.Diff(want, schema.Conform(text, s, nil)); diff != "" {
		t.Error("want -, got +\n" + diff)
	}
}

// TestNestedProblems shows that problems are found wherever the type leads, each once.
func TestNestedProblems(t *testing.T) {
	_ = hiddenPart{}.secret
	got := schema.Of(reflect.TypeFor[map[string][]*strict]()).Problems()
	want := []string{
		"badLine.Count: maxLength: is for strings, not for an integer",
		`hiddenPart.B: minimum: "y" isn't a number, as JSON writes it`,
		`strict.A2: minimum: "x" isn't a number, as JSON writes it`,
		`strict._: additionalProperties is neither false nor true: "maybe"`,
		"strict._: minimum is for fields that have values",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("want -, got +\n" + diff)
	}
	got = schema.Of(reflect.TypeFor[strict]()).Undecodable()
	want = []string{
		"hiddenPart.Notify: JSON can't be decoded into the interface schema_test.fmtStringer",
		"embedded.C: JSON can't be decoded into an embedded pointer to schema_test.embedded, whose name isn't exported",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("want -, got +\n" + diff)
	}
	same := reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[int](), Tag: `json:"x"`},
		{Name: "B", Type: reflect.TypeFor[int](), Tag: `json:"x"`},
	})
	if got := schema.Of(same).Problems(); len(got) != 1 || got[0] != `A: the name "x" is also that of B: encoding/json takes neither` {
		t.Errorf("same names: %q", got)
	}
}

// TestField describes a parameter, whose duration is text.
func TestField(t *testing.T) {
	type in struct {
		Wait time.Duration `query:"wait,omitzero" minimum:"1s" example:"500ms"`
		Page int           `query:"page" default:"20" maximum:"10"`
	}
	owner := reflect.TypeFor[in]()
	field := func(i int, options string, k schema.Kind) (*schema.Member, []string) {
		f := owner.Field(i)
		return schema.Field(owner, f, f.Index, "p", options, &schema.Type{Go: f.Type, Kind: k})
	}
	m, problems := field(0, "omitzero", schema.String)
	if m.Required || m.Example != `"500ms"` || m.Rules.Int(int64(time.Millisecond)) != "has to be at least 1s" {
		t.Errorf("wait: %+v", m)
	}
	if diff := cmp.Diff([]string{`in.Wait: example: "500ms" has to be at least 1s`}, problems); diff != "" {
		t.Error(diff)
	}
	m, problems = field(1, "", schema.Integer)
	if m.Required || m.Default != "20" || !strings.HasSuffix(m.Field(), "schema_test.in.Page") || len(problems) != 1 {
		t.Errorf("page: %+v, %q", m, problems)
	}
}
