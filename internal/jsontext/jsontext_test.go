package jsontext_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/jsontext"
)

func TestCheck(t *testing.T) {
	const half = " is half of a character: a high and a low surrogate stand for one together"
	for text, want := range map[string]string{
		``:                          "",
		`{"a": ["é", "\u00e9", 1]}`: "",
		`"\ud83d\ude00"`:            "",
		`"\uD83D\uDE00"`:            "",
		`"\\ud800"`:                 "",
		`"\"\\\/\b\f\n\r\t"`:        "",
		`"\ufffd"`:                  "",
		`"\ud800"`:                  `1: \ud800` + half,
		`"\udc00"`:                  `1: \udc00` + half,
		`"\ud800x"`:                 `1: \ud800` + half,
		`"\ud800\ud800\udc00"`:      `1: \ud800` + half,
		`"\udc00\ud800"`:            `1: \udc00` + half,
		`"\ud83d\ude00\ud83d"`:      `1: \ud83d` + half,
		`"\\\uDBFF"`:                `1: \uDBFF` + half,
		"{\n\"\\ud800\":\n1}":       `2: \ud800` + half,
		"[\n\n\"\xff\"]":            "3: this byte isn't UTF-8",
		"\"\xed\xa0\x80\"":          "1: this byte isn't UTF-8",
		`"\ud80`:                    "",
		`"\`:                        "",
		`"\u`:                       "",
	} {
		got := ""
		if f := jsontext.Check([]byte(text)); f != nil {
			got = fmt.Sprintf("%d: %s", f.Line(), f.Message)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzCheck: what is found is what encoding/json replaces.
func FuzzCheck(f *testing.F) {
	for _, text := range []string{`"\ud800"`, `"\ud83d\ude00"`, `["a\\", "\udc00\ud800"]`, `{"\ud800\ud800": 1}`, "\"\xff\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		flaw := jsontext.Check([]byte(text))
		var v any
		if json.Unmarshal([]byte(text), &v) != nil || strings.Contains(strings.ToLower(text), `\ufffd`) || strings.Contains(text, "\ufffd") {
			return
		}
		replaced := strings.ContainsRune(fmt.Sprint(v), utf8.RuneError)
		if replaced != (flaw != nil) {
			t.Errorf("%q: decoded %q, found %v", text, v, flaw)
		}
	})
}
