package terminal

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// ellipsis stands for omitted text.
const ellipsis = "…"

// columns returns the width of a text in columns, as terminals compute it: rune
// by rune.
func columns(text string) int { return ansi.StringWidthWc(text) }

// fit shortens a text at its end to a width; 0 is no limit.
func fit(text string, width int) string {
	if width <= 0 || columns(text) <= width {
		return text
	}
	return ansi.TruncateWc(text, width, ellipsis)
}

// fitMiddle shortens a text in its middle, for names that differ at their ends.
func fitMiddle(text string, width int) string {
	have := columns(text)
	if width <= 0 || have <= width {
		return text
	}
	tail := (width - 1) / 2
	end := ansi.TruncateLeftWc(text, have-tail, "")
	if columns(end) > tail { // half of a wide character
		end = ansi.TruncateLeftWc(text, have-tail+1, "")
	}
	return ansi.TruncateWc(text, width-1-tail, "") + ellipsis + end
}

// pad pads a text to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}

// fold breaks a text into lines of at most width columns, between words; 0 is
// no limit. A longer word, such as an ARN, is a line of its own, which the
// terminal breaks: so it can be copied as a whole.
func fold(text string, width int) []string {
	if width <= 0 || columns(text) <= width {
		return []string{text}
	}
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case columns(*last)+1+columns(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// foldHard is like fold, but also breaks words, so that no line is too long.
func foldHard(text string, width int) []string {
	var lines []string
	for _, line := range fold(text, width) {
		lines = append(lines, strings.Split(ansi.HardwrapWc(line, width, false), "\n")...)
	}
	return lines
}

// indented folds a text into lines, each after an indent.
func indented(text, indent string, width int) []string {
	if width > 0 {
		width = max(10, width-columns(indent))
	}
	lines := fold(text, width)
	for i, line := range lines {
		lines[i] = indent + line
	}
	return lines
}

// contrast shortens two values so that both fit and their difference can be
// seen: it shortens their common beginning first.
func contrast(before, after string, width int) (string, string) {
	if width <= 0 || columns(before) <= width && columns(after) <= width {
		return before, after
	}
	const kept = 8 // runes of the common beginning that stay, for orientation
	b, a := []rune(before), []rune(after)
	same := 0
	for same < min(len(b), len(a)) && b[same] == a[same] {
		same++
	}
	widest := max(columns(before), columns(after))
	skip := min(same-kept, widest-width+1, len(b), len(a))
	if skip > 1 {
		before, after = ellipsis+string(b[skip:]), ellipsis+string(a[skip:])
	}
	return fit(before, width), fit(after, width)
}

// lasted returns a duration for people: 0.4s, 12s, 2m 05s, 1h 02m.
func lasted(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < 10*time.Second-50*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute-500*time.Millisecond:
		return fmt.Sprintf("%.0fs", d.Seconds())
	}
	seconds := int(d.Round(time.Second).Seconds())
	if seconds < 3600 {
		return fmt.Sprintf("%dm %02ds", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%dh %02dm", seconds/3600, seconds/60%60)
}

// size returns a number of bytes for people: 512 B, 12.3 MB. A megabyte is
// 1,000,000 bytes.
func size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes)/1000, 0
	for value >= 999.95 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

var units = []string{"kB", "MB", "GB", "TB"}
