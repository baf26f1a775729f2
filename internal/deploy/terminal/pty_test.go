package terminal_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// person is somebody in front of a terminal: a pty, and an emulator that draws what
// is written to it.
type person struct {
	t      *testing.T
	tty    *os.File // what the program has
	pty    *os.File // the other end
	mu     sync.Mutex
	screen *vt.Emulator
	writes int    // how often something was written
	raw    []byte // all of it
	marks  chan string
	ended  chan struct{}
}

// sit puts a person in front of a terminal of a size.
func sit(t *testing.T, width, height int) *person {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal here:", err)
	}
	p := &person{t: t, tty: tty, pty: master, screen: vt.NewEmulator(width, height), marks: make(chan string, 1), ended: make(chan struct{})}
	if err := pty.Setsize(master, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		t.Fatal(err)
	}
	go p.watch()
	t.Cleanup(func() {
		tty.Close()
		master.Close()
		<-p.ended
	})
	return p
}

// mark is what a person is told to look at, in a sequence that no terminal shows.
const markBegin, markEnd = "\x1b]7777;", "\x07"

// watch draws what is written.
func (p *person) watch() {
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
		text, found := bytes.CutSuffix(p.raw, []byte(markEnd))
		begin := bytes.LastIndex(text, []byte(markBegin))
		if found && begin >= 0 {
			p.raw = p.raw[:begin]
			p.mu.Unlock()
			p.marks <- string(text[begin:])
			continue
		}
		p.mu.Unlock()
	}
}

// look returns what the person sees now: the lines that have scrolled away, the rows
// of the screen, and where the cursor is.
func (p *person) look() string {
	p.t.Helper()
	if _, err := fmt.Fprint(p.tty, markBegin, "look", markEnd); err != nil {
		p.t.Fatal(err)
	}
	<-p.marks
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.TrimRight(p.screen.String(), "\n ")
}
