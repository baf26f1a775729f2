package nearest_test

import (
	"testing"

	"github.com/chalice-go/chalice/internal/nearest"
)

func TestOf(t *testing.T) {
	for name, tc := range map[string]struct {
		word  string
		names []string
		want  string
	}{
		"a letter too few":   {"notfy", []string{"notify", "resize"}, "notify"},
		"swapped neighbours": {"reszie", []string{"notify", "resize"}, "resize"},
		"another case":       {"apihandler", []string{"APIHandler"}, "APIHandler"},
		"a part":             {"timeout", []string{"lambda_memory_size", "lambda_timeout"}, "lambda_timeout"},
		"far from all":       {"nonsense", []string{"notify", "resize"}, ""},
		"the first of equal": {"ab", []string{"ac", "ad"}, "ac"},
		"no names":           {"x", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := nearest.Of(tc.word, tc.names); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
