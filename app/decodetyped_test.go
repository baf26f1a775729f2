package app

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/schema"
)

// The types below have each kind of value, and each way to say something of it.
type (
	shopOrder struct {
		ID       string              `json:"id" minLength:"2" maxLength:"8"`
		Lines    []shopLine          `json:"lines" minItems:"1" maxItems:"3"`
		Tags     []string            `json:"tags,omitempty" uniqueItems:"true" maxLength:"5"`
		Labels   map[string]string   `json:"labels,omitzero" maxProperties:"2" minLength:"1"`
		State    string              `json:"state" enum:"open,paid" default:"open"`
		Page     int                 `json:"page" minimum:"1" default:"7"`
		At       time.Time           `json:"at,omitzero"`
		Addr     netip.Addr          `json:"addr,omitzero"`
		Due      *time.Time          `json:"due"`
		Pair     *[2]int             `json:"pair"`
		Data     []byte              `json:"data,omitempty" maxLength:"8"`
		Count    uint8               `json:"count,string,omitempty"`
		Numbers  map[int]bool        `json:"numbers,omitempty"`
		Any      any                 `json:"any,omitempty"`
		Raw      json.RawMessage     `json:"raw,omitempty"`
		Exact    json.Number         `json:"exact,omitempty" maximum:"5"`
		Strict   *strictPart         `json:"strict"`
		Parent   *shopOrder          `json:"parent"`
		Slash    *float32            `json:"a/b~c" multipleOf:"0.5"`
		*Shipped                     // whose members needn't be there
		Skipped  string              `json:"-"`
		Fallback map[string]shopLine `json:"fallback,omitempty"`
	}
	shopLine struct {
		Article string `json:"article" pattern:"^[a-z]+$"`
		Pieces  int    `json:"pieces,omitzero" minimum:"1"`
	}
	strictPart struct {
		_ struct{} `additionalProperties:"false"`
		A bool     `json:"a"`
	}
	Shipped struct {
		Carrier string `json:"carrier" minLength:"1"`
	}
)

// least is the least that an order has.
const least = `"id":"o1","lines":[{"article":"a"}]`

// typedCases are members of an order besides the least, and what is wrong with it: for each
// violation the pointer, "!" if it can't be read, and a part of the problem.
var typedCases = map[string][]string{
	`{` + least + `}`:                       nil,
	` {` + least + `} `:                     nil,
	byteOrderMark + `{` + least + `}`:       nil,
	`{"ID":"o1","LINES":[{"Article":"a"}]}`: nil,
	`{` + least + `,"unknown":{"a":[1]}}`:   nil,
	`{` + least + `,"tags":["a","b"],"labels":{"a":"b"},"state":"paid","page":2,"at":"2026-01-02T03:04:05Z","addr":"::1","due":null,"pair":[1,2],"data":"aGk=","count":"5","numbers":{"-1":true},"any":[{"a":1.5}],"raw":{"x":1},"exact":5,"strict":{"a":true},"parent":{` + least + `},"a/b~c":1.5,"carrier":"x","fallback":{"x":{"article":"b"}}}`: nil,
	`{` + least + `,"tags":null,"labels":null,"any":null,"raw":null,"data":null,"numbers":null}`: nil,
	`{"id":"o1","id":"o2","lines":[{"article":"a"}]}`:                                            nil,
	`{"id":1,"ID":"o2","lines":[{"article":"A"}],"lines":[{"article":"a"}]}`:                     nil,
	`{` + least + `,"labels":{"a":"","b":"x","a":"y","c":"z","c":"v"}}`:                          {"/labels|at most 2 members"},
	`{` + least + `,"id":7}`:   {"/id|!a string, not a number"},
	`{}`:                       {"/id|is missing", "/lines|is missing"},
	`{"id":null,"lines":null}`: {"/id|!not null", "/lines|at least 1 item"},
	`{"id":"x","lines":[]}`:    {"/id|at least 2", "/lines|at least 1 item"},
	`{"id":"éééééééé","lines":[{"article":"A","pieces":0},{},3]}`:                {"/lines/0/article|match", "/lines/0/pieces|at least 1", "/lines/1/article|is missing", "/lines/2|!an object, not a number"},
	`{` + least + `,"tags":["a","b","a"]}`:                                       {"/tags|equal"},
	`{` + least + `,"tags":["long text",true]}`:                                  {"/tags/0|at most 5", "/tags/1|!a string, not a boolean"},
	`{` + least + `,"state":"lost","page":0}`:                                    {"/state|one of open, paid", "/page|at least 1"},
	`{` + least + `,"page":1.5}`:                                                 {"/page|!a whole number"},
	`{` + least + `,"page":1e2}`:                                                 {"/page|!a whole number"},
	`{` + least + `,"page":9223372036854775808}`:                                 {"/page|!out of range"},
	`{` + least + `,"page":null}`:                                                {"/page|!not null"},
	`{` + least + `,"at":"yesterday","addr":"x","due":""}`:                       {"/at|!date-time", "/addr|!", "/due|!date-time"},
	`{` + least + `,"at":null}`:                                                  {"/at|!not null"},
	`{` + least + `,"pair":[1]}`:                                                 {"/pair|exactly 2"},
	`{` + least + `,"pair":[1,2,"x"]}`:                                           {"/pair|exactly 2", "/pair/2|!a whole number"},
	`{` + least + `,"data":"aG\nk="}`:                                            {"/data|!base64"},
	`{` + least + `,"data":"%"}`:                                                 {"/data|!base64"},
	`{` + least + `,"data":[1,2]}`:                                               {"/data|!a string, not an array"},
	`{` + least + `,"data":"aGlnaCBoaWdo"}`:                                      {"/data|at most 8"},
	`{` + least + `,"count":5}`:                                                  {"/count|!in quotes"},
	`{` + least + `,"count":"x"}`:                                                {"/count|!in quotes"},
	`{` + least + `,"count":"300"}`:                                              {"/count|!out of range"},
	`{` + least + `,"count":"-1"}`:                                               {"/count|!negative"},
	`{` + least + `,"numbers":{"x":true,"2":1}}`:                                 {"/numbers/x|!whole number", "/numbers/2|!true or false"},
	`{` + least + `,"any":[1e999]}`:                                              {"/any|!out of range"},
	`{` + least + `,"exact":"5"}`:                                                {"/exact|!a number, not a string"},
	`{` + least + `,"exact":5.000000000000000000001}`:                            {"/exact|at most 5"},
	`{` + least + `,"strict":{"a":true,"b":1,"b":2,"A":true}}`:                   {"/strict/b|unknown"},
	`{` + least + `,"parent":{"id":"o1","lines":[{"article":"a","pieces":-1}]}}`: {"/parent/lines/0/pieces|at least 1"},
	`{` + least + `,"a/b~c":0.3}`:                                                {"/a~1b~0c|multiple of 0.5"},
	`{` + least + `,"carrier":""}`:                                               {"/carrier|at least 1"},
	`{` + least + `,"fallback":{"x/y":{"article":"1"},"":{}}}`:                   {"/fallback/x~1y/article|match", "/fallback//article|is missing"},
	`{` + least + `,"labels":{"\u0041":""}}`:                                     {"/labels/A|at least 1"},
	"{" + least + ",\"state\":\"\xff\"}":                                         {"/state|!UTF-8"},
	"{" + least + ",\"any\":\"\xff\"}":                                           {"/any|!UTF-8"},
	"{" + least + ",\"other\":[\"\xff\"]}":                                       {"/other|!UTF-8"},
	"{" + least + ",\"labels\":{\"\xff\":\"a\"}}":                                {"/labels|!UTF-8"},
	`{` + least + `,"any":` + nest(99) + `}`:                                     nil,
	`{` + least + `,"any":` + nest(100) + `}`:                                    {"/any|!deeper than 100"},
	`{` + least + `,"other":` + nest(100) + `}`:                                  {"/other|!deeper than 100"},
	`{` + least + `,"raw":` + nest(100) + `}`:                                    {"/raw|!deeper than 100"},
	nest(20000):              {"|!deeper than 10000"},
	`[]`:                     {"|!an object, not an array"},
	`null`:                   {"|!an object, not null"},
	`"x"`:                    {"|!an object, not a string"},
	``:                       {"|!is empty"},
	" \n":                    {"|!is empty"},
	byteOrderMark:            {"|!is empty"},
	`{` + least:              {"|!ends too early"},
	`{` + least + `} {}`:     {"|!wrong at byte"},
	`{` + least + `,}`:       {"|!wrong at byte"},
	`{"id":01}`:              {"|!wrong at byte"},
	"{\"id\":\"\x01\"}":      {"|!wrong at byte"},
	byteOrderMark + `{"id"]`: {"|!wrong at byte 6"},
}

// nest is JSON that nests as deep.
func nest(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }

func TestDecodeTyped(t *testing.T) {
	of := newTypedJSON(schema.Of(reflect.TypeFor[shopOrder]()), nil, typedLimits{})
	if problems := of.of.Problems(); len(problems) > 0 {
		t.Fatal(problems)
	}
	for data, want := range typedCases {
		var v shopOrder
		found := of.decode(data, reflect.ValueOf(&v).Elem())
		fast := new(shopOrder)
		var slow shopOrder
		if again := of.explain(strings.TrimPrefix(data, byteOrderMark), reflect.ValueOf(&slow).Elem()); !reflect.DeepEqual(again, found) {
			t.Errorf("%.300s\nexplained: %+v\ndecoded:   %+v", data, again, found)
		}
		_ = fast
		if !matches(found, want) {
			t.Errorf("%.300s\ngot  %+v\nwant %q", data, found, want)
		}
		if len(want) > 0 {
			continue
		}
		if !reflect.DeepEqual(v, slow) {
			t.Errorf("%.300s\ndecoded:   %+v\nexplained: %+v", data, v, slow)
		}
		expected := shopOrder{State: "open", Page: 7}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(data, byteOrderMark)), &expected); err == nil && expected.Parent == nil && !reflect.DeepEqual(v, expected) {
			t.Errorf("%.300s\ngot  %+v\nwant %+v", data, v, expected)
		}
	}
}

// matches compares violations with what is wanted of them.
func matches(found Violations, want []string) bool {
	if len(found) != len(want) {
		return false
	}
	for i, f := range found {
		name, problem, _ := strings.Cut(want[i], "|")
		problem, unreadable := strings.CutPrefix(problem, "!")
		if f.In != "body" || f.Name != name || f.unreadable != unreadable || !strings.Contains(f.Problem, problem) {
			return false
		}
	}
	return true
}

// TestTypedLimits: neither the list of violations nor a pointer is as long as a request can
// be, and the depth is that of the option.
func TestTypedLimits(t *testing.T) {
	decode := func(limits typedLimits, data string, v any) Violations {
		v0 := reflect.ValueOf(v).Elem()
		return newTypedJSON(schema.Of(v0.Type()), nil, limits).decode(data, v0)
	}
	if found := decode(typedLimits{}, "["+strings.Repeat("1,", 5000)+"1]", new([]string)); len(found) != maxViolations {
		t.Errorf("%d violations", len(found))
	}
	long := strings.Repeat("x", 5000)
	found := decode(typedLimits{}, `{"a":{"`+long+`":{"b":"c"}}}`, new(map[string]map[string]map[string]int))
	if !matches(found, []string{"/a|!a whole number"}) {
		t.Errorf("the member of a long name: %+v", found)
	}
	for levels, want := range map[int]bool{1: true, 2: true, 3: false, 1000: false} {
		if found := decode(typedLimits{depth: 2}, nest(levels), new(any)); (len(found) == 0) != want {
			t.Errorf("%d levels of 2: %+v", levels, found)
		}
	}
	if found := decode(typedLimits{depth: 1 << 40}, nest(maxDepth), new(any)); len(found) > 0 {
		t.Errorf("the deepest: %.200s", fmt.Sprint(found))
	}
}

// TestDecodeTypedKeepsNothing: what is decoded shares no memory with the JSON.
func TestDecodeTypedKeepsNothing(t *testing.T) {
	for data, want := range typedCases {
		lent := []byte(data)
		var got, kept shopOrder
		of := newTypedJSON(schema.Of(reflect.TypeFor[shopOrder]()), nil, typedLimits{})
		found := of.decode(view(lent), reflect.ValueOf(&got).Elem())
		clear(lent)
		again := of.decode(data, reflect.ValueOf(&kept).Elem())
		if !reflect.DeepEqual(found, again) || len(want) == 0 && !reflect.DeepEqual(got, kept) {
			t.Errorf("%.200s: a change of the JSON changed %+v or %+v", data, got, found)
		}
	}
}
