package form

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/chalice-go/chalice/internal/termtext"
)

// A sheet has all questions on it, one of which is being answered.
type sheet struct {
	terminal Terminal
	paint    termtext.Painter
	fields   []*field
	at       int    // the field that is being answered; len(fields): all are
	problem  string // what is wrong with its answer
	above    int    // lines of what was drawn that are above the cursor
	unread   []byte // the beginning of a key
}

// A field is a question with what was answered so far.
type field struct {
	Question
	text   []rune // if there are no choices
	cursor int    // the place in the text
	chosen int    // the index of the choice
}

func newSheet(t Terminal, questions []Question) *sheet {
	s := &sheet{terminal: t, paint: termtext.Painter{Color: termtext.Color(t.Out)}}
	for _, q := range questions {
		f := &field{Question: q, text: []rune(*q.Answer)}
		f.cursor = len(f.text)
		f.chosen = max(0, slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Value == *q.Answer }))
		s.fields = append(s.fields, f)
	}
	return s
}

func (s *sheet) done() bool { return s.at == len(s.fields) }

// answer sets the answers of the questions.
func (s *sheet) answer() {
	for _, f := range s.fields {
		*f.Answer = f.value()
	}
}

func (f *field) value() string {
	if len(f.Choices) > 0 {
		return f.Choices[f.chosen].Value
	}
	return strings.TrimSpace(string(f.text))
}

// typed does what the keys mean.
func (s *sheet) typed(bytes []byte) error {
	bytes = append(s.unread, bytes...)
	for !s.done() {
		k, size := nextKey(bytes)
		if size == 0 {
			break
		}
		bytes = bytes[size:]
		if k == interrupt {
			return ErrAborted
		}
		s.press(k)
	}
	s.unread = slices.Clone(bytes)
	return nil
}

func (s *sheet) press(k key) {
	f := s.fields[s.at]
	s.problem = ""
	switch {
	case k == enter || k == tab:
		// A check can need the answers before.
		*f.Answer = f.value()
		if err := f.check(*f.Answer); err != nil {
			s.problem = termtext.CleanLine(err.Error())
			return
		}
		s.at++
	case k == backtab, k == up && len(f.Choices) == 0:
		s.at = max(0, s.at-1)
	case len(f.Choices) > 0:
		f.choose(k)
	default:
		f.edit(k)
	}
}

// choose moves to another choice.
func (f *field) choose(k key) {
	last := len(f.Choices) - 1
	switch k {
	case up:
		f.chosen = max(0, f.chosen-1)
	case down:
		f.chosen = min(last, f.chosen+1)
	case home:
		f.chosen = 0
	case end:
		f.chosen = last
	}
}

// edit changes the text.
func (f *field) edit(k key) {
	switch k {
	case left:
		f.cursor = max(0, f.cursor-1)
	case right:
		f.cursor = min(len(f.text), f.cursor+1)
	case home:
		f.cursor = 0
	case end:
		f.cursor = len(f.text)
	case backspace:
		f.cut(f.cursor-1, f.cursor)
	case remove:
		f.cut(f.cursor, f.cursor+1)
	case removeBefore:
		f.cut(0, f.cursor)
	default:
		if k >= ' ' {
			f.text = slices.Insert(f.text, f.cursor, rune(k))
			f.cursor++
		}
	}
}

// cut takes a part out of the text, of what there is of it.
func (f *field) cut(from, to int) {
	from, to = max(0, from), min(to, len(f.text))
	f.text = slices.Delete(f.text, from, to)
	f.cursor = from
}

// draw draws the sheet in the place of what was drawn before. If it is higher than the
// terminal, only the lines around the cursor are.
func (s *sheet) draw() {
	width, height, err := term.GetSize(int(s.terminal.Out.Fd()))
	if err != nil || width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	var lines []string
	row, column := 0, 0
	for i, f := range s.fields {
		if i > 0 {
			lines = append(lines, "")
		}
		own, r, c := s.lines(f, i == s.at, max(10, width-3))
		if i == s.at {
			row, column = len(lines)+r, 2+c
		}
		for _, line := range own {
			bar := "  "
			if i == s.at {
				bar = s.paint.Paint("┃", color.FgCyan) + " "
			}
			lines = append(lines, bar+line)
		}
	}
	first := max(0, min(row-height/2, len(lines)-height))
	lines, row = lines[first:min(len(lines), first+height)], row-first
	s.erase()
	io.WriteString(s.terminal.Out, strings.Join(lines, "\r\n")+moved('A', len(lines)-1-row)+"\r"+moved('C', column))
	s.above = row
}

// lines returns the lines of a field, none of which is wider than width, with the row and
// the column of the cursor.
func (s *sheet) lines(f *field, current bool, width int) (lines []string, row, column int) {
	add := func(text string, attributes ...color.Attribute) {
		for line := range strings.SplitSeq(ansi.WrapWc(text, width, ""), "\n") {
			lines = append(lines, s.paint.Paint(line, attributes...))
		}
	}
	add(f.Title, color.Bold)
	add(f.Description, color.Faint)
	row, column = len(lines)+f.chosen, 2
	for i, c := range f.Choices {
		mark := "  "
		if i == f.chosen {
			mark = "> "
		}
		lines = append(lines, mark+ansi.TruncateWc(c.Text, width-2, "…"))
	}
	if len(f.Choices) == 0 {
		text, before := f.visible(width - 2)
		lines = append(lines, "> "+text)
		column += before
	}
	if current && s.problem != "" {
		add(s.problem, color.FgRed)
	}
	return lines, row, column
}

// visible returns the part of the text that is shown, with the columns of it that are
// before the cursor.
func (f *field) visible(width int) (text string, before int) {
	from := 0
	for ansi.StringWidthWc(string(f.text[from:f.cursor])) >= width {
		from++
	}
	return ansi.TruncateWc(string(f.text[from:]), width, ""), ansi.StringWidthWc(string(f.text[from:f.cursor]))
}

// erase takes away what was drawn.
func (s *sheet) erase() {
	io.WriteString(s.terminal.Out, "\r"+moved('A', s.above)+"\x1b[J")
	s.above = 0
}

// moved is the control sequence that moves the cursor.
func moved(direction rune, by int) string {
	if by <= 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%d%c", by, direction)
}
