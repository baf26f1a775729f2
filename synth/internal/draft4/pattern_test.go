package draft4_test

import (
	"regexp"
	"testing"

	"github.com/chalice-go/chalice/synth/internal/draft4"
)

// TestPortable: how patterns are written for an engine of another kind; empty: they aren't.
func TestPortable(t *testing.T) {
	const wholes = `[^\u0000-\uffff]|[\ud800-\udbff][\udc00-\udfff]`
	const halves = `[\ud800-\udbff](?![\udc00-\udfff])|[\udc00-\udfff]`
	const others = `|` + wholes + `|` + halves + `)`
	for pattern, want := range map[string]string{
		``:                        `(?:)`,
		`^[a-z]+$`:                `^[a-z]+$`,
		`^[A-Z]{2}\d{3,}$`:        `^[A-Z]{2}[0-9]{3,}$`,
		`^(red|green)$`:           `^(?:red|green)$`,
		`^(?:a|b)?c{1,2}$`:        `^[a-b]?c{1,2}$`,
		`a.b`:                     `a(?:[\u0000-\u0009\u000b-\ud7ff\ue000-\uffff]` + others + `b`,
		`[^,]*`:                   `(?:[\u0000-\+\--\ud7ff\ue000-\uffff]` + others + `*`,
		`^\w+?@x\.y$`:             `^[0-9A-Z_a-z]+@x\.y$`,
		"é\u2028/-&":              `\u00e9\u2028\/\-\&`,
		"\U0001F600{2}":           `(?:\ud83d\ude00){2}`,
		"[\U0001F600-\U0001F64F]": `(?:` + wholes + `)`,
		"\ufffd":                  `(?:[\ufffd]|` + halves + `)`,
		`^(abc)+$`:                `^(?:abc)+$`,
		`^[a\s]$`:                 `^[\u0009-\u000d a\u00a0\u1680\u2000-\u200a\u2028-\u2029\u202f\u205f\u3000\ufeff]$`,
		`\s`:                      `[\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028-\u2029\u202f\u205f\u3000\ufeff]`,
		`^\\s$`:                   `^\\s$`,
		`\u00e9\u{1F600}`:         `\u00e9\ud83d\ude00`,
		`\ud83d`:                  ``, // a half
		`[^]a]`:                   ``, // anything, and a], which Go reads as a set
		`[]a]`:                    ``,
		`[[:alpha:]]`:             ``,
		`[\]a]`:                   `[\]a]`,
		`\bword\b`:                ``, // what a letter is, they don't agree on
		`(?i)yes`:                 ``,
		`(?m)^a$`:                 ``,
		`^(a+)+$`:                 ``, // slow where a search backtracks
		`^[a-z]+(-[a-z]+)*$`:      ``,
		`(a{2,}){3}`:              ``,
		`(`:                       ``,
	} {
		if got := draft4.Portable(pattern); got != want {
			t.Errorf("%s: got  %s\nwant %s", pattern, got, want)
		}
	}
}

// FuzzPortable: what is written matches what the pattern matches, in Go's syntax.
func FuzzPortable(f *testing.F) {
	for _, p := range patterns {
		f.Add(p, "ab1 \u00a0\U0001F600")
	}
	f.Add(`^[^a]{2}$`, "b\xff")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		portable := draft4.Portable(pattern)
		if portable == "" {
			return
		}
		re, err := regexp.Compile(draft4.GoSyntax(pattern))
		if err != nil {
			t.Fatalf("%q is no pattern of Go's, but written as %q", pattern, portable)
		}
		text = string([]rune(text)) // as JSON has it
		other, err := goPattern(portable)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", pattern, portable, err)
		}
		if re.MatchString(text) && !other.MatchString(text) {
			t.Errorf("%q matches %q, but %q doesn't", pattern, text, portable)
		}
	})
}
