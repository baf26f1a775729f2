package eventpattern_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/internal/eventpattern"
)

func matcher(t testing.TB, text string) *eventpattern.Matcher {
	t.Helper()
	m, err := eventpattern.Compile(eventpattern.EventBridge, pattern(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMatch has what isn't in AWS's examples.
func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		pattern         string
		matches, misses []string
	}{
		// What isn't an object is no event.
		{`{"a": [1]}`, []string{`{"a":1}`, " {\n\"a\" : [ 2 , 1 ] }\n", `{"a":2,"a":1}`}, []string{``, ` `, `1`, `[{"a":1}]`, `{"a":1`, `{"a":1}}`, `{"a":1,}`, `null`, "{\"a\":1}\x00"}},
		// Texts and names are what they stand for, however they are written.
		{`{"ä\"\n": ["ü\u0000€😀\\"]}`, []string{`{"ä\"\n":"ü\u0000€😀\\"}`, `{"\u00e4\u0022\u000a":"\u00fc\u0000\u20ac\ud83d\ude00\u005c"}`}, []string{`{"ä":"ü"}`}},
		// Lists are as if each element were the value, and those in them as well.
		{`{"a": [1]}`, []string{`{"a":[[],[[{"a":2}],[0,[1]]]]}`}, []string{`{"a":[[],[[{"a":1}],[0,["1"]]]]}`}},
		{`{"a": {"b": [1], "c": [2]}}`, []string{`{"a":[[{"b":2}],[[{"b":1,"c":2}],3]]}`}, []string{`{"a":[[{"b":1}],[[{"c":2}]]]}`}},
		{`{"a": {"b": {"c": [1]}, "d": [2]}}`, []string{`{"a":[{"b":[{"c":0},{"c":1}],"d":[1,2]}]}`}, []string{`{"a":[{"b":[{"c":0},{"c":1}]},{"d":2}]}`}},
		// All that is about one list is about the same element, alternatives included.
		{`{"a": {"b": [1]}, "$or": [{"a": {"c": [2]}}, {"d": [3]}]}`, []string{`{"a":[{"b":1,"c":2}]}`, `{"a":[{"b":1}],"d":3}`}, []string{`{"a":[{"b":1},{"c":2}]}`, `{"d":3}`}},
		{`{"$or": [{"a": {"b": [1]}, "$or": [{"a": {"c": [2]}}, {"a": {"d": [3]}}]}, {"e": [4]}]}`, []string{`{"a":{"b":1,"d":3}}`, `{"e":4}`}, []string{`{"a":[{"b":1},{"d":3}]}`}},
		{`{"a": {"$or": [{"b": [1]}, {"c": [2]}]}, "$or": [{"a": {"d": [3]}}, {"a": {"e": [4]}}]}`, []string{`{"a":[{"b":0},{"c":2,"e":4}]}`}, []string{`{"a":[{"c":2},{"e":4}]}`}},
		// Nothing has to be in the element that others are in; or nowhere, if none are.
		{`{"a": {"b": [1], "c": [{"exists": false}]}}`, []string{`{"a":[{"b":1},{"c":1}]}`, `{"a":{"b":1,"c":{"d":1}}}`}, []string{`{"a":[{"b":1,"c":1},{"b":2}]}`, `{"a":[]}`, `{}`}},
		{`{"a": {"c": [{"exists": false}]}}`, []string{`{"a":[{"b":1},{"d":2}]}`, `{"a":1}`, `{"a":[]}`, `{}`, `{"a":{"c":[]}}`, `{"a":{"c":{}}}`}, []string{`{"a":[{"b":1},{"c":null}]}`, `{"a":[[{"c":1}],{}]}`}},
		{`{"a": {"b": [{"exists": false}, 1], "c": [{"exists": false}, 2]}}`, []string{`{"a":[{"b":1},{"c":3}]}`, `{"a":[{"c":2},{"b":3}]}`, `{}`}, []string{`{"a":[{"b":1,"c":3},{"c":2,"b":3}]}`, `{"a":[{},{"c":3}]}`}},
		{`{"a": {"$or": [{"b": [{"exists": false}]}, {"c": [{"exists": false}]}]}}`, []string{`{"a":[{"c":1},{"c":2}]}`}, []string{`{"a":[{"b":1},{"c":1}]}`}},
		{`{"a": {"$or": [{"b": [{"exists": false}]}, {"c": [1]}], "d": [{"exists": false}]}}`, []string{`{"a":[{"c":1},{"b":2},{"d":1}]}`}, []string{`{"a":[{"b":2},{"d":1}]}`}},
		{`{"a": {"x": {"b": [{"exists": false}]}, "c": [1]}}`, []string{`{"a":[{"x":[{"b":1}]},{"c":1,"x":[{},2]}]}`}, []string{`{"a":[{"x":[{},{"b":1}],"c":1}]}`}},
		// Names with dots.
		{`{"a.b": [1], "a": {"c": [2]}}`, []string{`{"a":{"b":1,"c":2}}`}, []string{`{"a":[{"b":1},{"c":2}]}`, `{"a":{"b":1}}`}},
		{`{"a": {"b": {"c": [1]}}}`, []string{`{"a.b.c":1}`, `{"a.b":{"c":1}}`, `{"a":{"b.c":1}}`, `{"a":[{"b.c":[0,1]}]}`}, []string{`{"a.b.d":1}`, `{".a.b.c":1}`, `{"a.b.c.":1}`}},
		{`{"a": {"b": [{"exists": false}]}}`, []string{`{"a.c":1}`}, []string{`{"a.b":1}`, `{"a.b":[{},1]}`}},
		{`{"": [1]}`, []string{`{"":1}`}, []string{`{".":1}`}},
		// Values have types.
		{`{"a": [{"anything-but": "1"}]}`, []string{`{"a":1}`, `{"a":null}`, `{"a":true}`, `{"a":["1",2]}`}, []string{`{"a":"1"}`, `{"a":["1"]}`, `{"a":{}}`, `{}`}},
		{`{"a": [{"prefix": ""}]}`, []string{`{"a":""}`, `{"a":"x"}`}, []string{`{"a":1}`, `{"a":null}`, `{"a":false}`}},
		{`{"a": [{"numeric": ["<", 5]}]}`, []string{`{"a":-5e9}`, `{"a":4.9999999}`, `{"a":0.5e1,"b":1,"a":1}`}, []string{`{"a":5}`, `{"a":0.5e1}`, `{"a":-5000000000.1}`, `{"a":-1e400}`, `{"a":"1"}`, `{"a":[]}`}},
		{`{"a": [{"numeric": ["=", 0.1234567]}]}`, []string{`{"a":0.1234567}`, `{"a":0.12345699}`}, []string{`{"a":0.123457}`}},
		{`{"a": [{"cidr": "::/0"}]}`, []string{`{"a":"::1"}`}, []string{`{"a":"10.0.0.1"}`, `{"a":"fe80::1%eth0"}`, `{"a":"1"}`}},
		{`{"a": [{"cidr": "10.0.0.0/8"}]}`, []string{`{"a":"10.1.2.3"}`, `{"a":"::ffff:a00:1"}`}, []string{`{"a":"10.1.2"}`, `{"a":"10.1.2.3/32"}`, `{"a":" 10.1.2.3"}`}},
		{`{"a": [{"equals-ignore-case": "STRASSE é ΣΑΣ"}]}`, []string{`{"a":"strasse É σας"}`}, []string{`{"a":"straße é σασ"}`}},
		{`{"a": [{"prefix": {"equals-ignore-case": "ÉTÉ"}}]}`, []string{`{"a":"été 2024"}`, `{"a":"Été"}`}, []string{`{"a":"ét"}`, `{"a":"ete"}`}},
		{`{"a": [{"suffix": {"equals-ignore-case": ".ЖПГ"}}]}`, []string{`{"a":"фото.жпг"}`, `{"a":".ЖпГ"}`}, []string{`{"a":"жпг"}`}},
		{`{"a": [{"wildcard": "*a*"}]}`, []string{`{"a":"a"}`, `{"a":"bab"}`, "{\"a\":\"b\\na\"}"}, []string{`{"a":"b"}`, `{"a":""}`}},
		{`{"a": [{"wildcard": "ab*ba"}]}`, []string{`{"a":"abba"}`, `{"a":"ab ba"}`}, []string{`{"a":"aba"}`}},
		{`{"a": [{"wildcard": "?[a-z]*"}]}`, []string{`{"a":"?[a-z]"}`}, []string{`{"a":"ab"}`}},
	} {
		m := matcher(t, tc.pattern)
		for _, event := range tc.matches {
			if !m.Match([]byte(event)) {
				t.Errorf("%s doesn't match %s", tc.pattern, event)
			}
		}
		for _, event := range tc.misses {
			if m.Match([]byte(event)) {
				t.Errorf("%s matches %s", tc.pattern, event)
			}
		}
	}
}

// TestListsInLists shows where matching differs from EventBridge's rules: values in a
// list in a list belong to the element of the outer one there.
func TestListsInLists(t *testing.T) {
	m := matcher(t, `{"a": [1], "$or": [{"a": {"b": [2]}}, {"c": [3]}]}`)
	if !m.Match([]byte(`{"a": [[1], [{"b": 2}]]}`)) {
		t.Error("the pattern doesn't match")
	}
}

// TestDepth matches patterns and events of any depth.
func TestDepth(t *testing.T) {
	const depth = 600 // of what 4,096 characters have room for
	m := matcher(t, strings.Repeat(`{"a":`, depth)+`[1]`+strings.Repeat(`}`, depth))
	if !m.Match([]byte(strings.Repeat(`{"a":[`, depth) + `1` + strings.Repeat(`]}`, depth))) {
		t.Error("a deep pattern doesn't match")
	}
	// encoding/json takes 10,000 levels.
	deep := strings.Repeat(`[`, 9_000) + `1` + strings.Repeat(`]`, 9_000)
	if !matcher(t, `{"a": [1]}`).Match([]byte(`{"b":` + deep + `,"a":` + deep + `}`)) {
		t.Error("a deep event doesn't match")
	}
	if matcher(t, `{"a": [1]}`).Match([]byte(`{"a":` + strings.Repeat(`[`, 1_000_000))) {
		t.Error("what isn't JSON matches")
	}
}

// TestTooComplex refuses patterns that would have to be multiplied out too often, and
// takes as many alternatives as there is room for if they needn't be.
func TestTooComplex(t *testing.T) {
	apart, tangled := `{"z": [1]}`, `{"z": [1]}`
	for i := range 40 {
		apart = fmt.Sprintf(`{"$or":[%s,{"y":[1]}],"a%d":{"$or":[{"p":[1]},{"q":[1]}]}}`, apart, i)
		tangled = fmt.Sprintf(`{"$or":[%s,{"y":[1]}],"a":{"$or":[{"p":{"q%d":[1]}},{"p":{"r%d":[1]}}]}}`, tangled, i, i)
	}
	if m := matcher(t, apart); m.Match([]byte(`{"y":2}`)) || !m.Match([]byte(`{"y":1,"a39":{"q":1}}`)) {
		t.Error("many alternatives are matched wrongly")
	}
	if got, want := problems(eventpattern.EventBridge, pattern(t, tangled)), "it is too complex: it has too many alternatives that are about the same members"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := problems(eventpattern.SNSBody, pattern(t, apart)); !strings.Contains(got, "combinations") {
		t.Errorf("SNS takes many combinations: %s", got)
	}
}

// TestTwice refuses what is required twice on one way through the alternatives.
func TestTwice(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}`:                        `it's $or[0].a names what a names already, and both would have to match: write the values into one list`,
		`{"a.b": [1], "a": {"b": [2]}}`:                                      `it's a.b names what a.b names already, and both would have to match: write the values into one list`,
		`{"$or": [{"a": [1], "$or": [{"a": [2]}, {"c": [1]}]}, {"b": [3]}]}`: `it's $or[0].$or[0].a names what $or[0].a names already, and both would have to match: write the values into one list`,
		`{"a": {"b": [1]}, "$or": [{"a.b": [2]}, {"c": [3]}]}`:               `it's $or[0].a.b names what a.b names already, and both would have to match: write the values into one list`,
		`{"$or": [{"a": [1]}, {"a": [2]}]}`:                                  ``,
	} {
		if got := problems(eventpattern.EventBridge, pattern(t, text)); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", text, got, want)
		}
	}
}

// TestConcurrently uses one matcher in several goroutines.
func TestConcurrently(t *testing.T) {
	m := matcher(t, `{"a": {"b": [1], "c": [{"exists": false}]}}`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				if !m.Match([]byte(`{"a":[{"b":1},{"c":1}]}`)) || m.Match([]byte(`{"a":[{"b":1,"c":1},{"b":2}]}`)) {
					t.Error("the matcher is wrong")
				}
			}
		})
	}
	all.Wait()
}

// FuzzPattern looks for patterns and events that make a language panic, and for those
// of which Check and Compile, or two ways to write an event, differ.
func FuzzPattern(f *testing.F) {
	f.Add(`{"a":[1,{"prefix":"x"}],"$or":[{"b":{"c":[{"exists":false}]}},{"a.d":[{"numeric":[">",0,"<",1e400]}]}]}`, `{"a":1,"b":[{"c":2},[]],"a.d":0.5}`)
	f.Add(`{"body":[{"wildcard":"*\\**"}],"data":{"$or":[{"x":[null]},{"x":[{"cidr":"::/0"}]}]}}`, `{"body":"\u0000","kinesis":{"data":"eyJ4IjpudWxsfQ=="}}`)
	f.Add(`{"$or":[{"a":{"b":[1]}},{"a.c":[{"anything-but":{"suffix":["x","y"]}}]}],"a":{"$or":[{"d":[1]},{"e":[1]}]}}`, `{"a":[{"b":1,"d":1},{"c":"z"}]}`)
	languages := []*eventpattern.Language{
		eventpattern.EventBridge, eventpattern.Lambda("sqs"), eventpattern.Lambda("kinesis"), eventpattern.Lambda("dynamodb"),
		eventpattern.SNSAttributes, eventpattern.SNSBody,
	}
	f.Fuzz(func(t *testing.T, text, event string) {
		var p map[string]any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if d.Decode(&p) != nil {
			return
		}
		for _, l := range languages {
			found := problems(l, p)
			m, err := eventpattern.Compile(l, p)
			if (found == "") != (err == nil) || found != problems(l, p) {
				t.Fatalf("%s: %q, %v, %q", text, found, err, problems(l, p))
			}
			if err != nil {
				continue
			}
			var indented bytes.Buffer
			_ = json.Indent(&indented, []byte(event), " ", "\t")
			if got := m.Match([]byte(event)); json.Valid([]byte(event)) && got != m.Match(indented.Bytes()) {
				t.Fatalf("%s: %v for %s", text, got, event)
			}
		}
		for _, kind := range []string{"sqs", "kinesis", "dynamodb"} {
			if _, pass, err := compiled(kind, p); err == nil {
				pass([]byte(event))
			}
		}
	})
}
