package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/termtext"
)

// Result is the result of a command that succeeded.
type Result struct {
	Stack   string
	Action  string // what was done to the stack: created, updated, deleted, unchanged
	Took    time.Duration
	Outputs []Output
	URLs    []URL
}

// Output is one of a stack's outputs.
type Output struct {
	Key, Value, Description string
}

// URL is the address of one of an app's fronts.
type URL struct {
	Front string // such as "REST API"
	URL   string
}

// Result writes the outputs and URLs of a stack as results, and what was done
// to it as progress.
func (s *Screen) Result(r Result) {
	if s.json {
		s.jsonResult(r)
		return
	}
	s.print(&s.err, s.verdict(&r))
	var lines []string
	if len(r.Outputs) > 0 {
		lines = append(lines, s.out.blank()...)
		lines = append(lines, s.out.Paint("Outputs:", color.Bold))
		lines = append(lines, pairs(&s.out, "  ", outputPairs(r.Outputs))...)
	}
	var urls [][2]string
	for _, u := range r.URLs {
		urls = append(urls, [2]string{u.Front, u.URL})
	}
	if len(urls) > 0 {
		lines = append(lines, s.out.blank()...)
	}
	s.print(&s.out, append(lines, pairs(&s.out, "", urls)...)...)
}

func (s *Screen) verdict(r *Result) string {
	name := termtext.CleanLine(r.Stack)
	if r.Action == "unchanged" {
		return s.err.Paint("✓", color.FgGreen) + " No changes: " + name + " is up to date."
	}
	line := s.err.Paint("✓", color.FgGreen) + " " + s.err.Paint(name, color.Bold) + " is " + r.Action + "."
	if r.Took > 0 {
		line += s.err.Paint("  "+lasted(r.Took), color.Faint)
	}
	return line
}

func outputPairs(outputs []Output) [][2]string {
	var all [][2]string
	for _, o := range outputs {
		all = append(all, [2]string{o.Key, o.Value})
	}
	return all
}

// pairs returns names and values in two columns. Values are never shortened, so
// that they can be copied.
func pairs(to *stream, indent string, all [][2]string) []string {
	widest := 0
	for _, p := range all {
		widest = max(widest, columns(termtext.CleanLine(p[0])))
	}
	width := to.width()
	var lines []string
	for _, p := range all {
		name, value := termtext.CleanLine(p[0]), termtext.CleanLine(p[1])
		line := indent + pad(name, widest) + "  " + value
		if width > 0 && columns(line) > width && widest > 0 {
			lines = append(lines, indent+name, indent+"  "+value)
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// Failure is why a command failed. Only Message is required, since a failure
// needn't be that of a resource.
type Failure struct {
	Message   string // what the command says about the failure
	Stack     string
	Status    string // of the resource, such as CREATE_FAILED
	LogicalID string
	Type      string
	Path      []string
	Reason    string      // in CloudFormation's words
	Source    *app.Source // where the resource is registered; nil: not known
	Advice    string      // what to do; empty: not known
	Others    []string    // other resources that failed independently
}

// Failure writes why a resource failed, in full. It writes the message only for
// programs; for people the command prints it at its end.
func (s *Screen) Failure(f Failure) {
	if s.json {
		s.object(failureObject(&f))
		return
	}
	if f.LogicalID == "" && f.Reason == "" {
		return
	}
	ink, width := s.err, s.err.width()
	name := termtext.CleanLine(strings.Join(append(slices.Clone(f.Path), f.LogicalID), "/"))
	title := fmt.Sprintf("%s (%s): %s", name, termtext.CleanLine(f.Type), termtext.CleanLine(f.Status))
	lines := indented(title, "  ", width)
	lines[0] = ink.Paint("✗", color.FgRed) + lines[0][1:]
	for i, line := range lines {
		lines[i] = ink.Paint(line, color.Bold)
	}
	for _, line := range indented(termtext.CleanLine(f.Reason), "    ", width) {
		lines = append(lines, ink.Paint(line, color.FgRed))
	}
	if f.Source != nil {
		lines = append(lines, indented("registered at "+termtext.CleanLine(place(f.Source)), "    ", width)...)
	}
	if f.Advice != "" {
		lines = append(lines, indented(termtext.CleanLine(f.Advice), "    ", width)...)
	}
	if len(f.Others) > 0 {
		lines = append(lines, indented("also failed: "+termtext.CleanLine(strings.Join(f.Others, ", ")), "    ", width)...)
	}
	s.print(&s.err, append(s.err.blank(), lines...)...)
}
