package review_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// TestPatterns compares the results of covers and meets with all texts of up to
// four letters that the patterns match.
func TestPatterns(t *testing.T) {
	texts := words("ab", 4)
	r := rand.New(rand.NewPCG(1, 2))
	covered, met := 0, 0
	for range 20_000 {
		p, q := word(r, "ab*?", 4), word(r, "ab*?", 3)
		inP, inQ := matched(p, texts), matched(q, texts)
		all, some := true, false
		for text := range inQ {
			all = all && inP[text]
			some = some || inP[text]
		}
		if review.Covers(p, q) {
			covered++
			if !all {
				t.Fatalf("%q doesn't match all that %q does", p, q)
			}
		}
		if some {
			met++
			if !review.Meets(p, q) {
				t.Fatalf("%q and %q match a common text", p, q)
			}
		}
		if !strings.ContainsAny(q, "*?") && all != review.Covers(p, q) {
			t.Fatalf("whether %q matches %q is %t", p, q, all)
		}
	}
	if covered < 500 || met < 500 {
		t.Errorf("%d cover, %d meet: that shows little", covered, met)
	}
}

// words returns all texts of some letters, up to a length.
func words(letters string, length int) []string {
	all := []string{""}
	for last := all; length > 0; length-- {
		var longer []string
		for _, w := range last {
			for _, letter := range letters {
				longer = append(longer, w+string(letter))
			}
		}
		all, last = append(all, longer...), longer
	}
	return all
}

func word(r *rand.Rand, letters string, length int) string {
	var b strings.Builder
	for range r.IntN(length + 1) {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

func matched(pattern string, texts []string) map[string]bool {
	re := regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(pattern) + "$")
	found := map[string]bool{}
	for _, text := range texts {
		if re.MatchString(text) {
			found[text] = true
		}
	}
	return found
}
