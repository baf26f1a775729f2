package lambdarun

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/chalice-go/chalice/internal/tail"
)

// Line is a line that a program printed, on either of its streams.
type Line struct {
	Time time.Time
	// RequestID is the id of the invocation to which the line belongs: the running
	// one, or the last one if none is running, or the one for which the process
	// was started. It is empty if the process was started ahead of any invocation.
	RequestID string
	Text      string
}

// maxLine is the length in bytes at which a line is cut in two.
const maxLine = 256 << 10

// programLog finds the invocation to which each line of a process belongs. Both
// of the process's streams are one pipe. When the process asks for its next
// event, we write a mark into the pipe as well: what was printed before lies
// before the mark, however late it is read.
type programLog struct {
	to   func(Line)
	kept *tail.Writer // what was printed for the last invocation
	mark []byte       // a text that no program prints
	r, w *os.File

	writing sync.Mutex // keeps reached and the marks in the same order

	mu      sync.Mutex
	pending []pending // lines belong to the first one
	last    string    // the first one before that
	reached []func()
	printed string // the invocation whose output kept has
}

// pending is an invocation of which more lines can come.
type pending struct {
	id   string
	done chan struct{}
}

// newProgramLog passes the lines of a process to a function, and keeps the end
// of what it prints for an invocation. first is the invocation for which the
// process is started.
func newProgramLog(first string, to func(Line), kept *tail.Writer) (*programLog, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	l := &programLog{to: to, kept: kept, mark: []byte("\x00" + rand.Text() + "\x00\n"), r: r, w: w}
	l.begin(first)
	go l.read()
	return l, nil
}

// begin records that the process is about to get an event.
func (l *programLog) begin(id string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(l.pending, pending{id, make(chan struct{})})
}

// end returns a channel that is closed when all lines of an invocation have
// been read.
func (l *programLog) end(id string) <-chan struct{} {
	if l == nil {
		return logged
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range slices.Backward(l.pending) { // the start of the process has the same id as its first invocation
		if p.id == id {
			return p.done
		}
	}
	return logged
}

// asked records that the process has finished its start, or an invocation.
func (l *programLog) asked() {
	if l == nil {
		return
	}
	l.after(l.pop)
}

func (l *programLog) pop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) > 0 {
		l.last = l.pending[0].id
		close(l.pending[0].done)
		l.pending = l.pending[1:]
	}
}

// exited records that the process is gone, and waits until its output is read.
func (l *programLog) exited() {
	if l == nil {
		return
	}
	done := make(chan struct{})
	l.after(func() { close(done) })
	<-done
	l.pop()
	l.w.Close()
}

// after calls a function when everything printed so far has been read.
func (l *programLog) after(do func()) {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	l.reached = append(l.reached, do)
	l.mu.Unlock()
	l.w.Write(l.mark) // we hold both ends, so this can't fail
}

// close stops the reading. Processes that the program left behind may still
// hold the pipe open.
func (l *programLog) close() {
	if l != nil {
		l.r.Close()
	}
}

func (l *programLog) read() {
	defer l.r.Close()
	in := bufio.NewReaderSize(l.r, 16<<10)
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			l.line(line)
			line = line[:0]
		case errors.Is(err, bufio.ErrBufferFull):
			if cut := len(line) - len(l.mark); cut > maxLine {
				l.emit(line[:cut])
				line = append(line[:0], line[cut:]...)
			}
		default:
			l.emit(line)
			return
		}
	}
}

// line handles a line, or an unfinished one with a mark at its end.
func (l *programLog) line(line []byte) {
	printed, marked := bytes.CutSuffix(line, l.mark)
	if len(printed) > 0 {
		l.emit(printed)
	}
	if marked {
		l.mu.Lock()
		do := l.reached[0]
		l.reached = l.reached[1:]
		l.mu.Unlock()
		do()
	}
}

func (l *programLog) emit(line []byte) {
	if len(line) == 0 {
		return
	}
	l.mu.Lock()
	id := l.last
	if len(l.pending) > 0 {
		id = l.pending[0].id
	}
	if id != l.printed {
		l.printed = id
		l.kept.Reset()
	}
	l.kept.Write(line)
	l.mu.Unlock()
	text := string(bytes.ToValidUTF8(bytes.TrimRight(line, "\r\n"), []byte("\ufffd")))
	l.to(Line{Time: time.Now(), RequestID: id, Text: text})
}
