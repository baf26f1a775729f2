package tftext_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/tftext"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                 {""},
		"plain { } $ \"text\"":             {"plain { } $ \"text\""},
		"${var.a}":                         {"", "${var.a}", ""},
		"a-${var.a}-${b}":                  {"a-", "${var.a}", "-", "${b}", ""},
		"${a}${b}":                         {"", "${a}", "", "${b}", ""},
		"$${a} ${b}":                       {"$${a} ", "${b}", ""},
		"${{a = {}}}.":                     {"", "${{a = {}}}", "."},
		`${f["}"]}`:                        {"", `${f["}"]}`, ""},
		`${f["\"}"]}`:                      {"", `${f["\"}"]}`, ""},
		`${f["x${g["}"]}y"]}z`:             {"", `${f["x${g["}"]}y"]}`, "z"},
		`${f["$${"]}`:                      {"", `${f["$${"]}`, ""},
		"${a":                              {"${a"},
		`${f["}`:                           {`${f["}`},
		`${f["${]}`:                        {`${f["${]}`},
		"${a ${b}":                         {"${a ${b}"},
		`${f["a\`:                          {`${f["a\`},
		"${[for s in a : \"${s}\"]} and }": {"", "${[for s in a : \"${s}\"]}", " and }"},
	} {
		if diff := cmp.Diff(want, tftext.Split(text)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", text, diff)
		}
	}
}

func TestExpression(t *testing.T) {
	for text, want := range map[string]string{
		"${var.a}": "var.a", `${f["}"]}`: `f["}"]`, "${}": "",
		"": "none", "var.a": "none", "${a}${b}": "none", " ${a}": "none", "${a}-": "none", "$${a}": "none", "${a": "none",
	} {
		got, ok := tftext.Expression(text)
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// FuzzSplit looks for texts that are another once they are cut, or that the cutting
// doesn't come to an end of.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"${a}", `${f["${g["}"]}"]}`, "$${", `${"\`, "${${${", "a$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts := tftext.Split(text)
		if strings.Join(parts, "") != text || len(parts)%2 != 1 {
			t.Fatalf("%q is cut into %q", text, parts)
		}
		for i := 1; i < len(parts); i += 2 {
			if _, ok := tftext.Expression(parts[i]); !ok {
				t.Errorf("%q has the expression %q, which alone is none", text, parts[i])
			}
		}
	})
}
