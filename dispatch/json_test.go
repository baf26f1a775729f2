package dispatch

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// likeReflected compares appendJSON with encoding/json.
func likeReflected(t *testing.T, value any) {
	t.Helper()
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	wantErr := e.Encode(value)
	got, err := appendJSON(nil, value)
	if (err != nil) != (wantErr != nil) {
		t.Errorf("%#v: got the error %v, want %v", value, err, wantErr)
	}
	if err == nil && string(got) != string(bytes.TrimSuffix(want.Bytes(), []byte("\n"))) {
		t.Errorf("%#v: got %s, want %s", value, got, want.Bytes())
	}
}

func TestAppendJSON(t *testing.T) {
	deep := any("bottom")
	for range 3 * maxPlainDepth {
		deep = []any{map[string]any{"x": deep}}
	}
	for _, value := range []any{
		nil, true, false, 0, -1, math.MinInt, int64(math.MaxInt64), int8(3), uint(7), 1.0, 0.1, math.Copysign(0, -1), 1e20, 1e21, 1e-6, 1e-7,
		1.5e-10, math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(-1), float32(0.1), "", "a", []string(nil), []string{}, []string{"a", "\n"},
		[]any(nil), []any{}, []any{1, "a", nil, []any{2.5}}, map[string]any(nil), map[string]any{}, map[string]any{"b": 1, "a": map[string]any{"c": nil}},
		map[string]string(nil), map[string]string{}, map[string]string{"b": "1", "a": "2"}, json.Number("1.50"), json.RawMessage(" [1 , 2] "), json.RawMessage("{"),
		[]byte("bytes"), struct{ A int }{1}, deep, map[int]string{2: "b", 1: "a"}, []any{math.NaN()}, map[string]any{"a": math.NaN(), "b": 1},
	} {
		likeReflected(t, value)
	}
}

// TestTextAtAllOffsets: text is read in words of eight bytes, so the test puts
// what needs an escape, and what doesn't, at every position within a word.
func TestTextAtAllOffsets(t *testing.T) {
	pieces := []string{"é", "\xff", "\u2028", "😀", "\xe2\x80"}
	for c := range 0x80 {
		pieces = append(pieces, string(rune(c)))
	}
	for _, piece := range pieces {
		for before := range 9 {
			for _, after := range []string{"", piece, "x", "xxxxxxx" + piece + "xxxxxxxxx"} {
				likeReflected(t, strings.Repeat("x", before)+piece+after)
			}
		}
	}
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\b\f\n\r\t\x00\x1f\x7f", "é✓😀\u2028\u2029", "\xff\xc3\x28\xe2\x82", "<>&'", "\xe2\x80\xa8\xe2\x80"} {
		f.Add(s, 1.5)
	}
	f.Fuzz(func(t *testing.T, s string, n float64) {
		likeReflected(t, s)
		likeReflected(t, n)
		likeReflected(t, map[string]any{s: []any{s, n}, "x" + s: map[string]string{s: s}})
	})
}
