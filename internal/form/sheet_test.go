package form

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// FuzzTyped: whatever a terminal sends, and in whatever pieces, a sheet has an answer that
// can be drawn, with the cursor in it.
func FuzzTyped(f *testing.F) {
	f.Add([]byte("shop\r\x1b[B\r"), 3)
	f.Add([]byte("\x1b[1;5"), 1)
	f.Add([]byte("æ日\xff\x1b[\xc3\x7f\x7f\x1b[3~\x1b[D"), 2)
	f.Fuzz(func(t *testing.T, sent []byte, size int) {
		var name string
		colour := "red"
		s := newSheet(Terminal{In: os.Stdin, Out: os.Stderr}, []Question{
			{Title: "Name", Answer: &name},
			{Title: "Colour", Answer: &colour, Choices: []Choice{{"a", "red"}, {"b", "blue"}}},
		})
		for piece := range slices.Chunk(sent, min(max(1, size), 64)) {
			if err := s.typed(piece); errors.Is(err, ErrAborted) {
				return
			}
			for _, f := range s.fields {
				lines, row, column := s.lines(f, true, 20)
				if row >= len(lines) || column > 20 {
					t.Fatalf("the cursor is at %d, %d of %q", row, column, lines)
				}
				for _, line := range lines {
					if ansi.StringWidthWc(line) > 20 {
						t.Fatalf("%q is too wide", line)
					}
				}
			}
		}
	})
}
