package diagram

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/layered"
)

// Sizes in pixels. Names are in a monospaced font, so that their widths can be
// computed without the font.
const (
	titleSize = 14 // font sizes
	rowSize   = 12
	kindSize  = 11

	padding    = 14 // within a box, left and right
	headHeight = 50 // of a box without rows
	rowHeight  = 20
	footHeight = 10 // below the rows
	kindLine   = 19 // baseline of the line with the kind
	titleLine  = 37 // baseline of the line with the title
	portLine   = 32 // where edges meet a title

	leastWidth  = 200
	mostWidth   = 340
	mostColumns = 5
	rowCells    = 37 // characters beside a short label in the widest box
	columnGap   = 24

	margin     = 24 // around the drawing
	headingTop = 56 // space for the drawing's heading
	leastPage  = 360
)

// cell is the width of a character, in thousandths of the font's size: that of
// the widest font in the stylesheet.
const cell = 610

// cells returns the largest width of a text in characters. East Asian letters,
// and symbols of their size, are two characters wide. Combining marks count as
// well, since not every font combines them.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && r != '…' {
			n++
		}
	}
	return n
}

// width returns the width of a text in a font size, rounded up.
func width(s string, size int) int { return (cells(s)*size*cell + 999) / 1000 }

// fit shortens a text to a width, by leaving out its middle: names tend to
// differ at their ends.
func fit(s string, size, room int) string {
	if width(s, size) <= room {
		return s
	}
	letters := []rune(s)
	for keep := len(letters) - 1; keep > 0; keep-- {
		head, tail := letters[:(keep+1)/2], letters[len(letters)-keep/2:]
		if short := string(head) + "…" + string(tail); width(short, size) <= room {
			return short
		}
	}
	return "…"
}

// clean returns a text that an XML document can have, as a single line.
// https://www.w3.org/TR/xml/#charsets
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
			return utf8.RuneError
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1 // it would change the direction of the text behind it
		}
		return r
	}, s)
}

// shape is the arrangement of the rows in a box.
type shape struct {
	layered.Box
	columns, perColumn int
	columnWidth        int
	label              int // width of the rows' labels with the space behind them
}

// shapeOf returns the shape of a box with columns of that width. If there are
// many rows they are in several columns, so that the box doesn't become too
// long.
func shapeOf(b Box, columnWidth int) shape {
	s := shape{columns: 1, perColumn: len(b.Rows), columnWidth: columnWidth}
	for s.columns < mostColumns && s.columns*s.columns*14 < len(b.Rows) {
		s.columns++
		s.perColumn = (len(b.Rows) + s.columns - 1) / s.columns
	}
	for _, r := range b.Rows {
		s.label = max(s.label, width(r.Label+" ", rowSize))
	}
	s.label = min(s.label, (columnWidth-2*padding)/2)
	s.Width = s.columns*(columnWidth-2*padding) + (s.columns-1)*columnGap + 2*padding
	s.Height = headHeight
	if len(b.Rows) > 0 {
		s.Height += s.perColumn*rowHeight + footHeight
	}
	return s
}

// columnWidth returns the width that a box needs for its texts without
// shortening them, up to a limit.
func columnWidth(b Box) int {
	wanted := width(b.Title, titleSize)
	wanted = max(wanted, width(string(b.Kind)+"   "+b.Note, kindSize))
	label := 0
	for _, r := range b.Rows {
		label = max(label, width(r.Label+" ", rowSize))
	}
	for _, r := range b.Rows {
		row := label + width(r.Text, rowSize)
		if r.Note != "" {
			row += width("  "+r.Note, rowSize)
		}
		wanted = max(wanted, row)
	}
	return min(max(wanted+2*padding, leastWidth), mostWidth)
}
