package terminal

import (
	"strings"
	"time"

	"github.com/fatih/color"
)

// LogLine is a line of a function's log.
type LogLine struct {
	Time    time.Time
	Stream  string // the short name of the log stream
	Message string
}

// Log writes a line of a log as a result: when, in which stream, what. In a terminal,
// what is JSON is made readable, and control characters are replaced; elsewhere the
// message is as it came, in one line if it was one.
func (s *Screen) Log(l LogLine) {
	message := strings.TrimRight(l.Message, "\r\n\t ")
	switch {
	case s.json:
		s.object(jsonLog{head("log", l.Time), l.Stream, message})
	case !s.out.terminal:
		s.print(&s.out, l.Time.UTC().Format("2006-01-02 15:04:05.000")+" "+l.Stream+" "+message)
	default:
		text, _ := s.out.Log(message)
		at := l.Time.Local().Format("2006-01-02 15:04:05.000")
		s.print(&s.out, s.out.Paint(at+" "+s.out.Foreign(l.Stream), color.Faint)+" "+strings.ReplaceAll(text, "\n", "\n\t"))
	}
}
