package terminal

import (
	"cmp"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/chalice-go/chalice/internal/termtext"
)

// Options says where a screen reads and writes.
type Options struct {
	In   io.Reader // answers; a question needs a terminal here and at Err
	Out  io.Writer // results
	Err  io.Writer // progress and questions
	JSON bool      // everything but questions as JSON, to Out
}

// Screen shows how a command goes. It is for several goroutines.
type Screen struct {
	json    bool
	out     stream
	err     stream
	answers answers

	began time.Time

	mu     sync.Mutex
	live   live
	asking time.Duration // how long questions waited for their answers
}

// New returns a screen. What it finds out about the streams (whether they are
// terminals, how wide, which colours) depends on TERM and NO_COLOR too.
func New(o Options) *Screen {
	return &Screen{json: o.JSON, out: newStream(o.Out), err: newStream(o.Err), answers: answers{in: o.In}, began: time.Now()}
}

// Took returns how long the command has taken so far, without the time that questions
// waited for their answers.
func (s *Screen) Took() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.began) - s.asking
}

// Note writes a line of progress.
func (s *Screen) Note(text string) {
	if s.json {
		s.object(jsonNote{jsonHead: now("note"), Text: text})
		return
	}
	s.print(&s.err, termtext.Clean(text))
}

// print writes lines for good, above what is redrawn in place.
func (s *Screen) print(to *stream, lines ...string) {
	if len(lines) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text := strings.Join(lines, "\n") + "\n"
	if !to.terminal || len(s.live.shown) == 0 {
		io.WriteString(to.w, text)
		return
	}
	width, _ := s.err.size()
	if to == &s.err {
		io.WriteString(s.err.w, s.live.erase(width)+"\x1b[J"+text+s.live.frame(s.err.size()))
		return
	}
	io.WriteString(s.err.w, s.live.erase(width)+"\x1b[J")
	io.WriteString(to.w, text)
	io.WriteString(s.err.w, s.live.frame(s.err.size()))
}

// stream is one of the two that a screen writes to.
type stream struct {
	termtext.Painter
	w        io.Writer
	terminal bool
	inPlace  bool // it does what escape sequences say
}

func newStream(w io.Writer) stream {
	terminal := termtext.IsTerminal(w)
	return stream{
		Painter:  termtext.Painter{Color: termtext.Color(w)},
		w:        w,
		terminal: terminal,
		inPlace:  terminal && os.Getenv("TERM") != "dumb",
	}
}

// size returns the columns and rows of a terminal, and 0 for what has no limits.
func (s *stream) size() (width, height int) {
	if !s.terminal {
		return 0, 0
	}
	width, height, _ = term.GetSize(int(s.w.(*os.File).Fd()))
	return cmp.Or(width, 80), cmp.Or(height, 24) // a terminal that doesn't say
}

// width returns the columns of a terminal, and 0 for what has no limit.
func (s *stream) width() int {
	width, _ := s.size()
	return width
}

// blank is a line between things, for people.
func (s *stream) blank() []string {
	if s.terminal {
		return []string{""}
	}
	return nil
}
