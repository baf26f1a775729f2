package schema

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestAutomata compares automata with package regexp, for patterns and texts at random.
func TestAutomata(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	tried, matched := 0, 0
	for range 4000 {
		pattern := randomPattern(r, 3)
		for range 6 {
			both, is := sameAsRegexp(t, pattern, randomText(r))
			if both {
				tried++
			}
			if is {
				matched++
			}
		}
	}
	if tried < 10_000 || matched < tried/10 || matched > tried*9/10 {
		t.Errorf("of %d texts %d matched: the test tries too little", tried, matched)
	}
}

// sameAsRegexp reports whether a pattern is one, and whether a text matches it.
func sameAsRegexp(t *testing.T, pattern, text string) (both, matched bool) {
	read := readPattern(pattern)
	if read.problem != "" || read.beyondGo != "" {
		return false, false
	}
	want, err := regexp.Compile(read.goText())
	a, ours := newAutomaton(read.goText())
	if err != nil {
		return false, false // too large, for one
	}
	if ours != nil {
		if ours != errTooLarge {
			t.Errorf("%q: %v", pattern, ours)
		}
		return false, false
	}
	matched = want.MatchString(text)
	for range 2 { // the second time by states that are there
		if got := a.matches(text); got != matched {
			t.Errorf("%q (%s) matches %q: %v, and regexp says %v", pattern, read.goText(), text, got, matched)
		}
	}
	if got := a.simulate(text); got != matched {
		t.Errorf("%q (%s) matches %q by simulation: %v, and regexp says %v", pattern, read.goText(), text, got, matched)
	}
	return true, matched
}

func randomPattern(r *rand.Rand, depth int) string {
	atoms := []string{"a", "b", "ab", "é", "1", "_", " ", ".", `\d`, `\w`, `\s`, `\S`, `\W`, `\D`, "[ab]", "[^a]", "[a-c1-3]", `[\w-]`, `[^\d\s]`, `\p{L}`, `\P{Lu}`, `\u{1F600}`, `\n`, `\.`, "[]", "[^]"}
	var b strings.Builder
	for range 1 + r.IntN(4) {
		switch n := r.IntN(10); {
		case n == 0:
			b.WriteString([]string{"^", "$", `\b`, `\B`}[r.IntN(4)])
			continue
		case n < 3 && depth > 0:
			b.WriteString("(?:" + randomPattern(r, depth-1) + ")")
		case n == 3 && depth > 0:
			b.WriteString("(" + randomPattern(r, depth-1) + "|" + randomPattern(r, depth-1) + ")")
		default:
			b.WriteString(atoms[r.IntN(len(atoms))])
		}
		if n := r.IntN(12); n < 5 {
			b.WriteString([]string{"*", "+", "?", "{2}", "{1,3}"}[n])
			if r.IntN(4) == 0 {
				b.WriteString("?")
			}
		}
	}
	return b.String()
}

func randomText(r *rand.Rand) string {
	pieces := []string{"a", "b", "c", "ab", "1", "2", "_", " ", "-", "A", "é", "\n", "😀", "\xff", "."}
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func FuzzAutomaton(f *testing.F) {
	for _, pattern := range []string{"^[a-z]{2,10}-\\d+$", `\bé+|x*$`, "(a|b)*?c{3}", `[^\p{L}\s]`, "^$", "(?:)", "a{0}", `\x{0}`} {
		f.Add(pattern, "abc-123")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) { sameAsRegexp(t, pattern, text) })
}

// TestLongTexts: the time is in proportion to the text's length, and patterns that need many
// states have them simulated.
func TestLongTexts(t *testing.T) {
	text := strings.Repeat("ab", 1<<16)
	for pattern, want := range map[string]bool{
		"(a*)*(b*)*c$": false, "^(ab|a|b)*$": true, "(a|b){0,12}a(a|b){10}b$": true, `(\w+\s?)*!`: false,
	} {
		a, err := newAutomaton(readPattern(pattern).goText())
		if err != nil {
			t.Fatal(err)
		}
		if got := a.matches(text); got != want {
			t.Errorf("%s matches: %v", pattern, got)
		}
	}
	if _, err := newAutomaton(readPattern("((a{1000}){1000}){1000}").goText()); err != errTooLarge {
		t.Errorf("a pattern of a billion steps: %v", err)
	}
}

// TestProperties: this version of Go has no other properties of Unicode.
func TestProperties(t *testing.T) {
	for _, known := range []map[string]*unicode.RangeTable{unicode.Categories, unicode.Scripts} {
		for name, want := range known {
			if table, ok := propertyTable(name); !ok || table != want {
				t.Errorf("the property %s is %v", name, table)
			}
		}
	}
	for _, name := range []string{"", "Any.", "Klingon"} {
		if _, ok := propertyTable(name); ok {
			t.Errorf("%q is a property", name)
		}
	}
}

func BenchmarkAutomaton(b *testing.B) {
	for _, pattern := range []string{"^[a-z]{2,10}-[0-9]+$", `^[\w.-]+@[\w-]+(\.[\w-]+)+$`, `\bab\b`} {
		for _, text := range []string{"order-1234567", "ada.lovelace@example.com", "Übergröße-12"} {
			b.Run(fmt.Sprintf("%s/%s", pattern, text), func(b *testing.B) {
				a, _ := newAutomaton(readPattern(pattern).goText())
				b.ReportAllocs()
				for b.Loop() {
					a.matches(text)
				}
			})
		}
	}
}
