// Package termtext makes text fit for a terminal: it decides whether to use
// colours, removes control sequences from foreign text, and makes lines of
// structured logs readable.
package termtext

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// A File is what can be a terminal, such as an [os.File].
type File interface{ Fd() uintptr }

// IsTerminal reports whether a reader or writer is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Color reports whether text written to w can have colours: w is a terminal,
// not a dumb one, and the variable NO_COLOR isn't set (https://no-color.org).
func Color(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("TERM") != "dumb" && os.Getenv("NO_COLOR") == ""
}

// Painter colours text if colours can be used. The zero value doesn't colour.
type Painter struct {
	Color bool
}

// Paint returns the text with attributes, such as [color.FgRed]. The text has
// to be the caller's own or cleaned.
func (p Painter) Paint(text string, attributes ...color.Attribute) string {
	if !p.Color || text == "" || len(attributes) == 0 {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor() // whether to colour was decided when the Painter was made
	return c.Sprint(text)
}

// Log returns a line of a log in the form in which it is shown, and reports
// whether it is a structured one. A structured line has its level, its message
// and then the rest; any other line is the result of [Painter.Foreign].
func (p Painter) Log(line string) (string, bool) {
	record, ok := ParseRecord(line)
	if !ok {
		return p.Foreign(line), false
	}
	return p.Record(record), true
}

// Record returns a record of a structured log in the form in which it is shown.
// The lines of its stack begin with a tab.
func (p Painter) Record(r Record) string {
	var b strings.Builder
	b.WriteString(p.Level(cmp.Or(r.Level, "INFO")) + " " + Clean(r.Message))
	for _, a := range r.Attributes {
		b.WriteString(" " + p.Paint(Clean(a.Key)+"=", color.Faint) + Clean(a.Value))
	}
	for _, frame := range r.Stack {
		b.WriteString("\n\t" + Clean(frame))
	}
	return b.String()
}

// levels are those that aren't blue, by their beginnings, in slog and other
// loggers.
var levels = []struct {
	name      string
	attribute color.Attribute
}{
	{"ERR", color.FgRed}, {"FATAL", color.FgRed}, {"CRIT", color.FgRed}, {"PANIC", color.FgRed},
	{"WARN", color.FgYellow},
	{"DEBUG", color.Faint}, {"TRACE", color.Faint},
}

// Level returns the level of a line in its colour, at least 5 columns wide.
func (p Painter) Level(level string) string {
	attribute := color.FgBlue
	for _, known := range levels {
		if strings.HasPrefix(strings.ToUpper(level), known.name) {
			attribute = known.attribute
		}
	}
	return p.Paint(fmt.Sprintf("%-5s", Clean(level)), attribute)
}

// Foreign returns text that a program printed. Its colours stay if colours can
// be used; other control sequences are removed.
func (p Painter) Foreign(text string) string {
	if !p.Color {
		return Clean(colors().ReplaceAllString(text, ""))
	}
	colored := false
	text = colors().ReplaceAllStringFunc(Clean(text), func(sequence string) string {
		colored = true
		return "\x1b" + strings.TrimPrefix(sequence, "\ufffd")
	})
	if colored {
		text += "\x1b[0m" // the next line must not have this one's colours
	}
	return text
}

// Harmless returns foreign text without its colours and other control sequences, for
// whatever it is shown on.
func Harmless(text string) string {
	return Painter{}.Foreign(strings.ReplaceAll(text, "\r\n", "\n"))
}

// colors matches sequences that set colours, also after [Clean].
var colors = lazyregexp.New("[\x1b\ufffd]\\[[0-9;:]*m")

// Clean replaces what could control a terminal or change the direction of the
// text. Line ends and tabs stay.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if control(r) && r != '\n' && r != '\t' {
			return '\ufffd'
		}
		return r
	}, text)
}

// CleanLine returns the result of [Clean] as a single line, without white space
// at its ends.
func CleanLine(text string) string {
	return strings.Join(strings.Fields(Clean(text)), " ")
}

// control reports whether a rune is a control character, or one that sets the
// direction of text or ends a line (Unicode's Bidi_Control, Zl and Zp).
func control(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	case r == 0x061c, r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}
