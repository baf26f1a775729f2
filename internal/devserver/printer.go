package devserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// Printer prints what happens, for people or for programs.
type Printer struct {
	Out    io.Writer // requests and what the program prints
	Status io.Writer // builds, and where the server listens
	Color  bool
	// JSON prints each event as an object in a line, all of them to Out.
	JSON bool
}

// Serve runs a server as [Run] does, and prints what happens.
func Serve(ctx context.Context, o Options, p Printer) error {
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	var printing sync.WaitGroup
	o.Listening = func(s *Server) {
		events := s.Journal().Subscribe(following)
		if p.JSON {
			p.object("listening", map[string]string{"url": s.URL()})
		}
		printing.Go(func() { p.follow(s, events) })
	}
	err := Run(ctx, o)
	stop()
	printing.Wait()
	return err
}

// follow prints events until the channel is closed.
func (p Printer) follow(s *Server, events <-chan Event) {
	for e := range events {
		if p.JSON {
			p.json(e)
		} else {
			p.text(s, e)
		}
	}
}

// json prints an event as an object with one key, the kind of the event.
func (p Printer) json(e Event) {
	switch {
	case e.Ended != nil:
		entry := *e.Ended
		for i := range entry.Invocations { // they were printed as lines
			entry.Invocations[i].Log = nil
		}
		p.object(string(entry.Kind), entry)
	case e.Line != nil:
		p.object("log", e.Line)
	case e.Build != nil:
		p.object("build", e.Build)
	case e.Lost > 0:
		p.object("lost", e.Lost)
	}
}

func (p Printer) object(key string, value any) {
	if line, err := json.Marshal(map[string]any{key: value}); err == nil {
		p.Out.Write(append(line, '\n'))
	}
}

func (p Printer) text(s *Server, e Event) {
	switch {
	case e.Ended != nil:
		p.entry(e.Ended)
	case e.Line != nil:
		p.line(e.Line)
	case e.Build != nil:
		p.build(s, e.Build)
	case e.Lost > 0:
		fmt.Fprintf(p.Status, "(%d lines are left out: this terminal is too slow for them)\n", e.Lost)
	}
}

// entry prints a request in a line: method, path, status, time.
func (p Printer) entry(e *Entry) {
	what, result := e.Method, ""
	if e.Kind != HTTP {
		what = string(e.Kind)
	}
	switch {
	case e.Status > 0:
		result = p.paint(statusColor(e.Status), fmt.Sprint(e.Status))
	case e.Error != "":
		result = p.paint(color.FgRed, "failed")
	default:
		result = p.paint(color.FgGreen, "ok")
	}
	line := fmt.Sprintf("%-6s %s %s %s", what, termtext.Clean(e.Path), result, rounded(e.Duration))
	for _, i := range e.Invocations {
		if i.Cold {
			line += p.paint(color.Faint, " cold")
			break
		}
	}
	if e.Kind != HTTP && e.Error != "" {
		line += "\n\t" + strings.ReplaceAll(termtext.Clean(e.Error), "\n", "\n\t")
	}
	if e.Next != "" {
		line += "\n\t" + termtext.Clean(e.Next)
	}
	fmt.Fprintln(p.Out, line)
}

func statusColor(status int) color.Attribute {
	switch {
	case status >= 500:
		return color.FgRed
	case status >= 400:
		return color.FgYellow
	case status >= 300:
		return color.FgCyan
	}
	return color.FgGreen
}

// build prints the state of a build.
func (p Printer) build(s *Server, b *Build) {
	switch b.State {
	case Building:
		if b.Reason == "" {
			fmt.Fprintln(p.Status, "building the app")
		} else {
			fmt.Fprintf(p.Status, "building: %s changed\n", b.Reason)
		}
	case Failed:
		if b.Fatal {
			return // the command prints the error
		}
		fmt.Fprintln(p.Status, p.paint(color.FgRed, termtext.Clean(b.Error)))
		fmt.Fprintln(p.Status, "requests are answered with this until it is mended")
	case Ready:
		fmt.Fprintf(p.Status, "%s in %s\n", p.paint(color.FgGreen, "ready"), rounded(b.Duration))
		fmt.Fprint(p.Status, s.places())
	case Answered:
		if b.Generation > 1 {
			fmt.Fprintf(p.Status, "the first new answer came %s after the change\n", rounded(b.Duration))
		}
	}
}

// rounded returns a duration with as many digits as are meaningful.
func rounded(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}

// line prints a line of the log.
func (p Printer) line(l *Line) {
	ink := termtext.Painter{Color: p.Color}
	text, ok := ink.Log(l.Text)
	if !ok && l.Level != "" {
		text = ink.Level(l.Level) + " " + text
	}
	fmt.Fprintln(p.Out, text)
}

func (p Printer) paint(attribute color.Attribute, text string) string {
	return termtext.Painter{Color: p.Color}.Paint(text, attribute)
}
