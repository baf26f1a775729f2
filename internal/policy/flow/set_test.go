package flow

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A set has what was added, in that order, whether it is small or large.
func TestSet(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var s set[any]
		var want []any
		for range random.IntN(40) {
			v := any(random.IntN(25))
			if known := slices.Contains(want, v); s.has(v) != known || s.add(v) == known {
				t.Fatalf("%v in %v: %v", v, want, !known)
			} else if !known {
				want = append(want, v)
			}
		}
		if !slices.Equal(s.list, want) {
			t.Fatalf("%v, want %v", s.list, want)
		}
	}
}
