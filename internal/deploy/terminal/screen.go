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

// Options are the streams of a screen.
type Options struct {
	In   io.Reader // for answers; a question needs terminals here and at Err
	Out  io.Writer // results
	Err  io.Writer // progress and questions
	JSON bool      // write everything but questions as JSON, to Out
	// Patience is how long a slow step goes on before a log tells of it; 10 seconds if
	// zero. Tests compare what is printed, however long the machine takes.
	Patience time.Duration
}

// Screen shows the progress of a command. Several goroutines can use it.
type Screen struct {
	json    bool
	out     stream
	err     stream
	answers answers

	began    time.Time
	patience time.Duration

	mu     sync.Mutex
	live   live
	asking time.Duration // how long questions waited for their answers
}

// New returns a screen. The properties of the streams (whether they are
// terminals, how wide, which colours) also depend on TERM and NO_COLOR.
func New(o Options) *Screen {
	return &Screen{json: o.JSON, out: newStream(o.Out), err: newStream(o.Err), answers: answers{in: o.In}, began: time.Now(), patience: cmp.Or(o.Patience, slowInLog)}
}

// Took returns how long the command has taken so far, without the time in which
// questions waited for their answers.
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

// print writes permanent lines, above the part that is redrawn in place.
func (s *Screen) print(to *stream, lines ...string) {
	if len(lines) == 0 {
		return
	}
	s.write(to, strings.Join(lines, "\n")+"\n")
}

// Results returns a writer of whole lines to standard output, and Progress one to
// standard error, for what a command shows otherwise than by a screen.
func (s *Screen) Results() io.Writer { return lineWriter{s, &s.out} }

// Progress is described at Results.
func (s *Screen) Progress() io.Writer { return lineWriter{s, &s.err} }

type lineWriter struct {
	screen *Screen
	to     *stream
}

// Write never fails: a terminal that is gone takes nothing, and nobody sees it.
func (w lineWriter) Write(p []byte) (int, error) {
	w.screen.write(w.to, string(p))
	return len(p), nil
}

// write writes whole lines above the part that is redrawn in place.
func (s *Screen) write(to *stream, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
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

// stream is one of the two streams to which a screen writes.
type stream struct {
	termtext.Painter
	w        io.Writer
	terminal bool
	inPlace  bool // it interprets escape sequences
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

// size returns the columns and rows of a terminal, and 0 if there is no limit.
func (s *stream) size() (width, height int) {
	if !s.terminal {
		return 0, 0
	}
	width, height, _ = term.GetSize(int(s.w.(termtext.File).Fd()))
	return cmp.Or(width, 80), cmp.Or(height, 24) // the terminal doesn't say
}

// width returns the columns of a terminal, and 0 if there is no limit.
func (s *stream) width() int {
	width, _ := s.size()
	return width
}

// blank returns an empty line, for people.
func (s *stream) blank() []string {
	if s.terminal {
		return []string{""}
	}
	return nil
}
