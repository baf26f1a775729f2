package schema_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/internal/schema"
)

// judge compiles the schemas of types, as a document has them.
func judge(t testing.TB, types ...reflect.Type) []*jsonschema.Schema {
	t.Helper()
	var roots []*schema.Type
	for _, goType := range types {
		roots = append(roots, schema.Of(goType))
	}
	d := schema.Describe(roots)
	var all []json.RawMessage
	for _, root := range roots {
		all = append(all, d.Schema(root, nil))
	}
	text, err := json.Marshal(map[string]any{"roots": all, "components": map[string]any{"schemas": d.Components()}})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://example.com/document", doc); err != nil {
		t.Fatal(err)
	}
	compiled := make([]*jsonschema.Schema, len(roots))
	for i := range roots {
		pointer := "https://example.com/document#/roots/" + string(rune('0'+i%10))
		if i > 9 {
			t.Fatal("too many roots")
		}
		if compiled[i], err = c.Compile(pointer); err != nil {
			t.Fatalf("%v: %v\n%s", types[i], err, text)
		}
	}
	return compiled
}

// judgedTypes are types and tags of fields.
var judgedTypes = []struct {
	t   reflect.Type
	tag string
}{
	{reflect.TypeFor[bool](), ``},
	{reflect.TypeFor[int](), ``},
	{reflect.TypeFor[int8](), ``},
	{reflect.TypeFor[int32](), `minimum:"-3" exclusiveMaximum:"100"`},
	{reflect.TypeFor[int64](), `minimum:"-9223372036854775807" maximum:"9007199254740993"`},
	{reflect.TypeFor[int16](), `maximum:"99999" minimum:"0.5"`},
	{reflect.TypeFor[uint8](), ``},
	{reflect.TypeFor[uint64](), `exclusiveMinimum:"0" maximum:"18446744073709551614"`},
	{reflect.TypeFor[uint16](), `minimum:"-1" multipleOf:"5"`},
	{reflect.TypeFor[float64](), `multipleOf:"0.01"`},
	{reflect.TypeFor[float64](), `minimum:"0.1" exclusiveMaximum:"1e2"`},
	{reflect.TypeFor[float32](), ``},
	{reflect.TypeFor[json.Number](), `multipleOf:"0.1" maximum:"1e40"`},
	{reflect.TypeFor[int](), `enum:"1,2,100"`},
	{reflect.TypeFor[*int](), `enum:"1,2"`},
	{reflect.TypeFor[*float64](), `exclusiveMinimum:"1"`},
	{reflect.TypeFor[int](), `json:",string" `},
	{reflect.TypeFor[*bool](), `json:",string"`},
	{reflect.TypeFor[float64](), `json:",string"`},
	{reflect.TypeFor[*uint](), `json:",string" enum:"1,100"`},
	{reflect.TypeFor[string](), ``},
	{reflect.TypeFor[string](), `minLength:"2" maxLength:"3"`},
	{reflect.TypeFor[*string](), `enum:"a,äöü"`},
	{reflect.TypeFor[string](), `pattern:"^[a-z]+\\-\\d{1,3}$"`},
	{reflect.TypeFor[string](), `pattern:"ö"`},
	{reflect.TypeFor[string](), `format:"uuid"`},
	{reflect.TypeFor[string](), `format:"date"`},
	{reflect.TypeFor[string](), `format:"date-time"`},
	{reflect.TypeFor[string](), `format:"time"`},
	{reflect.TypeFor[string](), `format:"duration"`},
	{reflect.TypeFor[string](), `format:"email"`},
	{reflect.TypeFor[string](), `format:"hostname"`},
	{reflect.TypeFor[string](), `format:"ipv4"`},
	{reflect.TypeFor[string](), `format:"ipv6"`},
	{reflect.TypeFor[string](), `format:"json-pointer"`},
	{reflect.TypeFor[time.Time](), ``},
	{reflect.TypeFor[*time.Time](), ``},
	{reflect.TypeFor[netip.Addr](), ``},
	{reflect.TypeFor[time.Duration](), `minimum:"1ns" maximum:"1ms"`},
	{reflect.TypeFor[[]byte](), ``},
	{reflect.TypeFor[[]byte](), `maxLength:"4"`},
	{reflect.TypeFor[[]int](), `uniqueItems:"true"`},
	{reflect.TypeFor[[]any](), `uniqueItems:"true" maxItems:"2"`},
	{reflect.TypeFor[[]string](), `minItems:"1" maxLength:"2"`},
	{reflect.TypeFor[*[]*string](), `minItems:"2" enum:"a"`},
	{reflect.TypeFor[[2]int](), ``},
	{reflect.TypeFor[map[string]int](), `maxProperties:"1" minimum:"2"`},
	{reflect.TypeFor[map[string]*Line](), `minProperties:"1"`},
	{reflect.TypeFor[map[int]bool](), ``},
	{reflect.TypeFor[any](), ``},
	{reflect.TypeFor[json.RawMessage](), ``},
	{reflect.TypeFor[Line](), ``},
	{reflect.TypeFor[*Line](), ``},
	{reflect.TypeFor[struct {
		A int `json:"a"`
	}](), ``},
	{reflect.TypeFor[closedLine](), ``},
	{reflect.TypeFor[tree](), ``},
	{reflect.TypeFor[nest](), `maxItems:"1"`},
	{reflect.TypeFor[money](), ``},
	{reflect.TypeFor[*money](), ``},
}

type closedLine struct {
	_ struct{} `additionalProperties:"false" doc:"A line & nothing else."`
	A *int     `json:"a"`
}

type tree struct {
	Children []tree  `json:"children,omitempty" maxItems:"2"`
	Parent   *tree   `json:"parent"`
	Line     *Line   `json:"line"`
	Name     *string `json:"name" minLength:"1"`
}

type nest []nest

type money struct{ cents int64 }

func (m money) MarshalJSON() ([]byte, error)  { return json.Marshal(m.cents) }
func (m *money) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &m.cents) }
func (money) JSONSchema() string              { return `{ "type": "integer", "minimum": 0 }` }

// judgedValues are tried with all types.
var judgedValues = strings.Fields(`
	null true false 0 1 2 3 5 -1 -3 -4 100 99 127 128 -128 -129 255 256 32767 32768 65535 65536 0.07 0.071 0.1 0.5 1.5 1e2
	2147483647 2147483648 9007199254740992 9007199254740993 9007199254740994 9223372036854775807 9223372036854775808
	-9223372036854775807 -9223372036854775808 -9223372036854775809 18446744073709551614 18446744073709551615
	18446744073709551616 3.4e38 3.5e38 1e40 1e41 1e300
	"" "a" "äöü" "äöüß" "😀😀" "1" "100" "-1" "01" "true" "1.5" "null" "ab" "abc-123" "abc-1234"
	"2eb8aa08-aa98-11ea-b4aa-73b441d16380" "2026-11-30" "2026-02-30" "2026-11-30T12:00:00Z" "2026-11-30T12:00:00" "12:00:00Z"
	"12:00:00" "P1D" "P1H" "1m" "joe@example.com" "joe" "www.example.com" "-a" "127.0.0.1" "127.0.0.256" "::1" ":::1" "fe80::1%1"
	"/a/~0" "~" "{a}" "{" "AAAA" "AAA=" "AAA" "QUJD"
	[] [1] [1,1] [1,2] [1,2,3] ["a"] ["a","a"] ["abc"] [null] [null,null] [{"a":1},{"a":1}] [[]] [[[]],[]]
	{} {"a":1} {"a":2} {"a":2,"b":2} {"a":null} {"1":true} {"a":true} {"a":"x"} {"sku":"ABC","N":1} {"sku":"abc","N":1} {"sku":"ABC"}
	{"sku":"ABC","N":256} {"a":{"sku":"ABC","N":1}} {"parent":null,"line":null,"name":null}
	{"parent":{"parent":{"children":[{},{}],"name":"a"}}} {"children":[{"parent":3}]} {"name":""} {"line":{"sku":"ABC","N":0}}
`)

// judgedDifferences are the values on which the checks and the schemas differ, by the
// type's name, and why.
var judgedDifferences = []struct {
	goType, value string
	why           string
}{
	{"int", "^-?[0-9.]+e[0-9]+$", "encoding/json takes no 1e2 for an integer type, though it is one to JSON Schema"},
	{"time.Duration", "^1e2$", "the same"},
	{"netip.Addr", `^""$|%`, "netip.Addr takes an empty text and zones"},
	{"money", ".", "a schema of a type's own is for the description only"},
	{"map[int]bool", `"a"`, "the check of defaults doesn't look at names"},
}

// TestSchemasJudged has another program judge what is described: it accepts what the checks
// accept.
func TestSchemasJudged(t *testing.T) {
	tried, refused := 0, 0
	for _, tc := range judgedTypes {
		v := tagged(tc.t, tc.tag)
		if problems := schema.Of(v).Problems(); problems != nil {
			t.Errorf("%v `%s`: %q", tc.t, tc.tag, problems)
		}
		s := judge(t, v)[0]
		for _, value := range judgedValues {
			text := `{"V":` + value + `}`
			instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			problems := schema.Conform(text, schema.Of(v), nil)
			verdict := s.Validate(instance)
			tried++
			if verdict != nil {
				refused++
			}
			if (verdict == nil) != (problems == nil) && !differs(tc.t, value) {
				t.Errorf("%v `%s`, %s: the check says %q, the judge %v", tc.t, tc.tag, value, problems, verdict)
			}
		}
	}
	t.Logf("%d values, %d refused", tried, refused)
}

func differs(goType reflect.Type, value string) bool {
	for _, d := range judgedDifferences {
		if strings.Contains(goType.String(), d.goType) && regexp.MustCompile(d.value).MatchString(value) {
			return true
		}
	}
	return false
}

type Page[T any] struct {
	Items []T      `json:"items"`
	Next  *Page[T] `json:"next,omitempty" doc:"The <next> page."`
}

type Error struct{ Text string }

type My_Größe struct{ N int }

// TestDocument shows a document whole.
func TestDocument(t *testing.T) {
	type local struct {
		Lines  Page[Line]              `json:"lines" doc:"What was ordered."`
		Nested Page[map[string][]Line] `json:"nested"`
		Failed *Error                  `json:"failed" default:"{\"Text\":\"no\"}"`
		Size   My_Größe                `json:"size"`
		Limit  int8                    `json:"limit,omitzero" minimum:"1" default:"5" example:"3"`
		Nest   nest                    `json:"nest" minItems:"1"`
		Cost   *money                  `json:"cost" doc:"In cents."`
		At     *time.Time              `json:"at"`
		Keys   map[uint]string         `json:"keys" maxLength:"3"`
		Any    any                     `json:"any" doc:"Anything."`
		Closed closedLine              `json:"closed"`
	}
	root := schema.Of(reflect.TypeFor[local]())
	d := schema.Describe([]*schema.Type{root})
	var got bytes.Buffer
	if err := json.Indent(&got, d.Components(), "", "  "); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(got.String(), root.Go.PkgPath(), "PKG")
	golden(t, "document.json", text)
	again := schema.Describe([]*schema.Type{root}).Components()
	if !bytes.Equal(again, d.Components()) {
		t.Error("the bytes aren't stable")
	}
	if got := string(d.Schema(root, nil)); got != `{"$ref":"#/components/schemas/local"}` {
		t.Error(got)
	}
	judge(t, root.Go)
}

// TestNames has types that share a name.
func TestNames(t *testing.T) {
	first := func() reflect.Type { type Line struct{ A int }; return reflect.TypeFor[Line]() }()
	second := func() reflect.Type { type Line struct{ A int }; return reflect.TypeFor[Line]() }()
	roots := []*schema.Type{
		schema.Of(first), schema.Of(second), schema.Of(reflect.TypeFor[netip.Prefix]()),
		schema.Of(reflect.TypeFor[jsonschema.Schema]()), schema.Of(reflect.TypeFor[Schema]()),
		schema.Of(reflect.TypeFor[Page[*jsonschema.ErrorKind]]()),
	}
	d := schema.Describe(roots)
	var got []string
	for _, r := range roots {
		got = append(got, strings.TrimPrefix(string(d.Schema(r, nil)), `{"$ref":"#/components/schemas/`))
	}
	want := []string{`Line"}`, `Line2"}`, `{"type":"string"}`, `JsonschemaSchema"}`, `SchemaTestSchema"}`, `PageErrorKind"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("want -, got +\n" + diff)
	}
}

// Schema shares its name with another package's type.
type Schema struct{ A int }
