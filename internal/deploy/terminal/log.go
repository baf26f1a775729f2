package terminal

import (
	"strings"
	"time"

	"github.com/fatih/color"
)

// LogLine is a line of a function's log.
type LogLine struct {
	Time     time.Time
	Function string // empty if only one function's lines are shown
	Stream   string // the short name of the log stream
	Message  string
}

// Log writes a line of a log as a result: time in UTC, function, stream,
// message. In a terminal, JSON is made readable and control characters are
// replaced. Elsewhere the message stays as it came, and the line has the format
// of the reference.
func (s *Screen) Log(l LogLine) {
	switch {
	case s.json:
		s.object(jsonLog{head("log", l.Time), l.Function, l.Stream, l.Message})
	case !s.out.terminal:
		s.print(&s.out, timestamp(l.Time)+" "+l.labels()+" "+l.Message)
	default:
		text, record := s.out.Log(l.Message)
		if !record {
			text = strings.ReplaceAll(text, "\n", "\n\t")
		}
		at := l.Time.UTC().Format("2006-01-02 15:04:05.000")
		s.print(&s.out, s.out.Paint(at+" "+s.out.Foreign(l.labels()), color.Faint)+" "+text)
	}
}

// labels returns whose line it is.
func (l LogLine) labels() string {
	if l.Function == "" {
		return l.Stream
	}
	return l.Function + " " + l.Stream
}

// timestamp formats a time with six digits of a second, or none for a whole
// second, as the reference does.
func timestamp(t time.Time) string {
	if t.Nanosecond() == 0 {
		return t.UTC().Format(time.DateTime)
	}
	return t.UTC().Format(time.DateTime + ".000000")
}
