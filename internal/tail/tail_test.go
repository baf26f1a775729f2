package tail_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/tail"
)

func TestWriter(t *testing.T) {
	for name, tc := range map[string]struct {
		writes []string
		want   string
	}{
		"nothing":       {nil, ""},
		"all of little": {[]string{"a\n", "b", "c\n\n"}, "a\nbc"},
		"20 lines":      {[]string{strings.Repeat("x\n", 50)}, strings.Repeat("x\n", 19) + "x"},
		"whole lines":   {[]string{strings.Repeat("y", 5000) + "\n", "end\n"}, "end"},
		"one long line": {[]string{strings.Repeat("é", 5000)}, strings.Repeat("é", 2048)},
		"cut in a rune": {[]string{strings.Repeat("é", 5000) + "x"}, "\ufffd" + strings.Repeat("é", 2047) + "x"},
	} {
		t.Run(name, func(t *testing.T) {
			var w tail.Writer
			for _, text := range tc.writes {
				if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
					t.Fatalf("got %d, %v", n, err)
				}
			}
			if diff := cmp.Diff(tc.want, w.String()); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			want := "\n\t" + strings.ReplaceAll(tc.want, "\n", "\n\t")
			if tc.want == "" {
				want = ""
			}
			if diff := cmp.Diff(want, w.Indented()); diff != "" {
				t.Errorf("indented: want -, got +\n%s", diff)
			}
		})
	}
}
