package synth

import "testing"

func TestCleanDoc(t *testing.T) {
	for doc, want := range map[string]string{
		"":                              "",
		"Summary":                       "Summary",
		"Summary\n\nMore.\nAnd more.\n": "Summary\n\nMore.\nAnd more.",
		"\n\t\tSummary\n\n\t\tMore.\n\t\t  - x\n\t": "Summary\n\nMore.\n  - x",
		"  Summary\n    More.\n  Less.":             "Summary\n  More.\nLess.",
		"Summary\r\nMore.\r\n":                      "Summary\nMore.",
		"\n\n":                                      "",
	} {
		if got := cleanDoc(doc); got != want {
			t.Errorf("cleanDoc(%q) = %q, want %q", doc, got, want)
		}
	}
}
