package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// meterEvery is the interval at which a log shows the progress of an upload.
const meterEvery = 10 * time.Second

// Step is something that takes a while, such as packaging or an upload.
type Step struct {
	screen *Screen
	label  string
	began  time.Time

	mu          sync.Mutex
	done, total int64
	told        time.Time
	ended       bool

	// A slow step isn't shown at once.
	showing sync.Mutex // held before mu, and before the screen's lock
	late    *time.Timer
	hidden  bool
}

// What is over sooner isn't worth a sign of life: a terminal would flicker, and a log
// have a line for nothing.
const (
	slowInPlace = time.Second
	slowInLog   = 10 * time.Second
)

// Slow begins a step that may be over at once. It is shown only when it takes a while,
// and never as JSON.
func (s *Screen) Slow(label string) *Step {
	at := time.Now()
	st := &Step{screen: s, label: termtext.CleanLine(label), began: at, told: at, hidden: true}
	patience := s.patience
	if s.err.inPlace {
		patience = slowInPlace
	}
	st.showing.Lock()
	defer st.showing.Unlock()
	if !s.json {
		st.late = time.AfterFunc(patience, st.show)
	}
	return st
}

// show shows a slow step, unless it has ended meanwhile.
func (st *Step) show() {
	st.showing.Lock()
	defer st.showing.Unlock()
	st.mu.Lock()
	ended := st.ended
	st.mu.Unlock()
	if !ended {
		st.hidden = false
		st.begin()
	}
}

// isHidden reports whether a step that has ended was never shown.
func (st *Step) isHidden() bool {
	st.showing.Lock()
	defer st.showing.Unlock()
	if st.late != nil {
		st.late.Stop()
	}
	return st.hidden
}

// Step begins a step. [Step.Done] or [Step.Stop] ends it.
func (s *Screen) Step(label string) *Step {
	at := time.Now()
	st := &Step{screen: s, label: termtext.CleanLine(label), began: at, told: at}
	st.begin()
	return st
}

func (st *Step) begin() {
	switch s := st.screen; {
	case s.json:
	case s.err.inPlace:
		s.attach(st)
	default:
		s.print(&s.err, st.label)
	}
}

// Meter sets how much of a step is done, in bytes. It can be called often, and
// by several goroutines.
func (st *Step) Meter(done, total int64) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.done, st.total = max(done, st.done), total
	if st.screen.json || st.screen.err.inPlace || total <= 0 || st.ended || time.Since(st.told) < meterEvery {
		return
	}
	st.told = time.Now()
	st.screen.print(&st.screen.err, fmt.Sprintf("%s: %d%% after %s", st.label, 100*st.done/total, lasted(time.Since(st.began))))
}

// Done ends a step that succeeded. The note, which can be empty, says with what
// result.
func (st *Step) Done(note string) {
	took, sent, ok := st.end()
	if !ok || st.isHidden() {
		return
	}
	s := st.screen
	if note = termtext.CleanLine(note); note == "" && sent > 0 {
		note = size(sent)
	}
	switch {
	case s.json:
		s.object(jsonStep{jsonHead: now("step"), Label: st.label, Text: note, Seconds: seconds(took)})
	case s.err.inPlace:
		line := s.err.Paint("✓", color.FgGreen) + " " + st.label
		if note != "" {
			line += ": " + note
		}
		s.detach(st, []string{fit(line, s.err.width()-10) + s.err.Paint("  "+lasted(took), color.Faint)})
	case note != "":
		s.print(&s.err, fmt.Sprintf("%s: %s (%s)", st.label, note, lasted(took)))
	case took >= time.Second:
		s.print(&s.err, fmt.Sprintf("%s: done (%s)", st.label, lasted(took)))
	}
}

// Stop ends a step that failed; the command's error says why. After [Step.Done]
// it does nothing, so that it can be deferred.
func (st *Step) Stop() {
	took, _, ok := st.end()
	if !ok || st.isHidden() || st.screen.json || !st.screen.err.inPlace {
		return
	}
	s := st.screen
	s.detach(st, []string{fit(s.err.Paint("✗", color.FgRed)+" "+st.label, s.err.width()-10) + s.err.Paint("  "+lasted(took), color.Faint)})
}

// end returns the duration and the bytes of a step, and reports whether the
// step hadn't ended before.
func (st *Step) end() (took time.Duration, sent int64, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	first := !st.ended
	st.ended = true
	return time.Since(st.began), st.total, first
}

// lines implements [widget].
func (st *Step) lines(at time.Time, width, height int) []string {
	if height < 1 {
		return nil
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	ink := st.screen.err
	tail := "  " + lasted(at.Sub(st.began))
	if st.total > 0 {
		tail = fmt.Sprintf("  %3d%% of %s", 100*st.done/st.total, size(st.total)) + tail
		if room := width - columns(st.label) - columns(tail) - 4; room >= 10 {
			tail = "  " + bar(st.done, st.total, min(room, 30)) + tail
		}
	}
	label := fit(st.label, width-2-columns(tail))
	return []string{fit(ink.Paint(spinner(at), color.FgCyan)+" "+label+ink.Paint(tail, color.Faint), width)}
}

// bar returns a progress bar of a width.
func bar(done, total int64, width int) string {
	full := int(min(done, total) * int64(width) / total)
	return strings.Repeat("━", full) + strings.Repeat("─", width-full)
}

// spinner returns a character that turns with time.
func spinner(at time.Time) string {
	const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
	turn := []rune(frames)
	return string(turn[at.UnixMilli()*framesPerSecond/1000%int64(len(turn))])
}
