// Package terminaltest tests what people see: it simulates a person in front of
// a terminal, who looks and types.
package terminaltest

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Person is somebody in front of a terminal: a pseudo terminal, and an emulator
// that draws what is written to it.
type Person struct {
	TTY    *os.File // the program's terminal
	Colors bool     // Look and Scroll also return the names of colours

	t       testing.TB
	pty     *os.File // the other end
	settled int      // number of calls of Settle
	mu      sync.Mutex
	screen  *vt.Emulator
	raw     []byte        // everything that was written
	changed chan struct{} // sent to when something was written
	ended   chan struct{}
}

// Sit puts a person in front of a terminal of a size, until the test ends. It
// skips the test if there are no pseudo terminals.
func Sit(t testing.TB, width, height int) *Person {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("there are no pseudo terminals here:", err)
	}
	p := &Person{t: t, TTY: tty, pty: master, screen: vt.NewEmulator(width, height), changed: make(chan struct{}, 1), ended: make(chan struct{})}
	p.Resize(width, height)
	go p.watch()
	go io.Copy(master, p.screen) // what the terminal answers to a program that asks it
	t.Cleanup(func() {
		tty.Close()
		<-p.ended
		if answers, ok := p.screen.InputPipe().(io.Closer); ok { // Close would be a race with who reads them
			answers.Close()
		}
		master.Close()
	})
	return p
}

// Resize gives the terminal another size.
func (p *Person) Resize(width, height int) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := pty.Setsize(p.pty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		p.t.Fatal(err)
	}
	p.screen.Resize(width, height)
}

// watch draws what is written.
func (p *Person) watch() {
	defer close(p.ended)
	buffer := make([]byte, 64<<10)
	for {
		n, err := p.pty.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		p.raw = append(p.raw, buffer[:n]...)
		p.screen.Write(buffer[:n])
		p.mu.Unlock()
		select {
		case p.changed <- struct{}{}:
		default:
		}
	}
}

// Await waits until what was written ends with a text.
func (p *Person) Await(text string) {
	p.await(func() bool { return bytes.HasSuffix(p.raw, []byte(text)) })
}

// await waits until a condition about what was written is true.
func (p *Person) await(holds func() bool) {
	for {
		p.mu.Lock()
		now := holds()
		p.mu.Unlock()
		if now {
			return
		}
		<-p.changed
	}
}

// Answers waits for a question and types an answer.
func (p *Person) Answers(text string) {
	p.Await("[y/N] ")
	p.Types(text)
}

// Types types a text.
func (p *Person) Types(text string) {
	if _, err := p.pty.WriteString(text); err != nil {
		p.t.Error(err)
	}
}

// Settle waits until everything written so far is drawn: it writes a sequence
// that no terminal shows, and waits for that.
func (p *Person) Settle() {
	p.t.Helper()
	p.settled++
	last := fmt.Sprintf("\x1b]7777;%d\x07", p.settled)
	if _, err := fmt.Fprint(p.TTY, last); err != nil {
		p.t.Fatal(err)
	}
	p.await(func() bool {
		before, after, ok := bytes.Cut(p.raw, []byte(last))
		if ok {
			p.raw = slices.Concat(before, after)
		}
		return ok
	})
}

// Look returns the rows of the screen.
func (p *Person) Look() string {
	p.Settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	var lines []string
	for y := range p.screen.Height() {
		lines = append(lines, p.line(func(x int) (string, string) {
			cell := p.screen.CellAt(x, y)
			return cell.Content, styleOf(cell.Style.Fg, cell.Style.Attrs)
		}))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Scroll returns all rows, including those that have scrolled away.
func (p *Person) Scroll() string {
	p.Settle()
	p.mu.Lock()
	var lines []string
	for y := range p.screen.ScrollbackLen() {
		lines = append(lines, p.line(func(x int) (string, string) {
			cell := p.screen.ScrollbackCellAt(x, y)
			if cell == nil { // the window has become wider since
				return "", ""
			}
			return cell.Content, styleOf(cell.Style.Fg, cell.Style.Attrs)
		}))
	}
	p.mu.Unlock()
	return strings.Join(append(lines, p.Look()), "\n")
}

// line returns a row as text, made of the content and the style of each cell.
// Text with a style is in braces behind the style's name.
func (p *Person) line(cell func(x int) (content, style string)) string {
	var b strings.Builder
	last := ""
	for x := range p.screen.Width() {
		content, style := cell(x) // an empty content is the second half of a wide character
		if p.Colors && style != last && strings.TrimSpace(content) != "" {
			if last != "" {
				b.WriteString("}")
			}
			if style != "" {
				b.WriteString(style + "{")
			}
			last = style
		}
		b.WriteString(content)
	}
	text := strings.TrimRight(b.String(), " ")
	if last != "" {
		text += "}"
	}
	return text
}

// styleOf names a style. The bits of attributes are the emulator's.
func styleOf(foreground color.Color, attributes uint8) string {
	var names []string
	for i, name := range []string{"bold", "faint"} {
		if attributes&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if foreground != nil {
		names = append(names, colorName(foreground))
	}
	return strings.Join(names, "+")
}

func colorName(c color.Color) string {
	basic, ok := c.(ansi.BasicColor)
	if !ok || int(basic) > 7 {
		return fmt.Sprint(c)
	}
	return [...]string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}[basic]
}

// Takes returns what was written since the last call.
func (p *Person) Takes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.raw
	p.raw = nil
	return taken
}

// Scrolled returns how many lines have scrolled away.
func (p *Person) Scrolled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.ScrollbackLen()
}

// HidesCursor reports whether the cursor is hidden.
func (p *Person) HidesCursor() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.CursorHidden()
}
