package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// framesPerSecond is how often the part that is redrawn in place is drawn.
const framesPerSecond = 10

// widget is something that is redrawn in place.
type widget interface {
	// lines returns what to draw: at most height lines, of at most width columns.
	lines(at time.Time, width, height int) []string
}

// live is the part of the terminal that is redrawn in place: the last rows
// above the cursor, which stays at the beginning of the row below them. The
// cursor is never hidden and no mode of the terminal is changed, so nothing has
// to be restored if the process is killed.
type live struct {
	widgets []widget
	shown   []int  // widths of the lines that are on the screen
	last    string // the frame that is on the screen
	asking  bool   // a question has the terminal
	stop    chan struct{}
}

// attach begins to redraw a widget.
func (s *Screen) attach(w widget) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.widgets = append(s.live.widgets, w)
	if len(s.live.widgets) == 1 {
		s.live.stop = make(chan struct{})
		go s.animate(s.live.stop)
	}
	s.redraw()
}

// detach ends the redrawing of a widget, and writes lines in its place.
func (s *Screen) detach(w widget, lines []string) {
	s.mu.Lock()
	s.live.widgets = slices.DeleteFunc(s.live.widgets, func(other widget) bool { return other == w })
	if len(s.live.widgets) == 0 {
		close(s.live.stop)
	}
	width, _ := s.err.size()
	var text strings.Builder
	text.WriteString(s.live.erase(width) + "\x1b[J")
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	io.WriteString(s.err.w, text.String()+s.live.frame(s.err.size()))
	s.mu.Unlock()
}

func (s *Screen) animate(stop <-chan struct{}) {
	ticker := time.NewTicker(time.Second / framesPerSecond)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			s.mu.Lock()
			s.redraw()
			s.mu.Unlock()
		}
	}
}

// redraw writes a frame over the last one. The caller holds the lock.
func (s *Screen) redraw() {
	if s.live.asking || len(s.live.widgets) == 0 {
		return
	}
	width, height := s.err.size()
	last, erase := s.live.last, s.live.erase(width)
	if frame := s.live.frame(width, height); frame != last {
		io.WriteString(s.err.w, erase+frame)
	}
}

// erase returns a sequence that moves the cursor to the beginning of the last
// frame. If the terminal has become narrower since, it has broken the frame's
// lines.
func (l *live) erase(width int) string {
	rows := 0
	for _, columns := range l.shown {
		rows += max(1, (columns+width-1)/max(1, width))
	}
	l.shown, l.last = nil, ""
	if rows == 0 {
		return ""
	}
	return fmt.Sprintf("\r\x1b[%dA", rows)
}

// frame returns the lines of all widgets. They end before the last column,
// where terminals differ about the cursor's place, and leave the cursor's row
// free.
func (l *live) frame(width, height int) string {
	if l.asking {
		return ""
	}
	var b strings.Builder
	at := time.Now()
	for _, w := range l.widgets {
		for _, line := range w.lines(at, width-1, height-1-len(l.shown)) {
			l.shown = append(l.shown, columns(line))
			b.WriteString(line + "\x1b[K\n")
		}
	}
	b.WriteString("\x1b[J")
	l.last = b.String()
	return l.last
}
