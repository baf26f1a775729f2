package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/internal/termtext"
)

// quietFor is how long a log may be silent while CloudFormation works: some CI
// services end what says nothing.
const quietFor = time.Minute

// Work is what CloudFormation is going to do.
type Work struct {
	Stack string // its name
	Total int    // how many resources are going to change; 0: unknown
}

// Progress shows CloudFormation at work: a tree of resources in a terminal, lines
// otherwise.
type Progress struct {
	screen *Screen
	total  int
	began  time.Time

	mu     sync.Mutex // in place, the screen's lock is held before it
	tree   *tree
	quiet  *time.Timer // nil where nothing is silent
	closed bool
}

// Follow begins to show CloudFormation at work. It lasts until [Progress.Close].
func (s *Screen) Follow(w Work) *Progress {
	p := &Progress{screen: s, total: w.Total, began: time.Now(), tree: newTree(w.Stack)}
	switch {
	case s.json:
	case s.err.inPlace:
		s.attach(p)
	default:
		p.mu.Lock()
		p.quiet = time.AfterFunc(quietFor, p.still)
		p.mu.Unlock()
	}
	return p
}

// Event takes what happened. The events of a stack come in their order.
func (p *Progress) Event(e Event) {
	p.mu.Lock()
	p.tree.add(&e, time.Now())
	p.wait()
	p.mu.Unlock()
	switch s := p.screen; {
	case s.json:
		s.object(eventObject(&e))
	case !s.err.inPlace:
		s.print(&s.err, eventLine(&e))
	}
}

// wait waits anew until a log has been silent for too long. It needs the lock.
func (p *Progress) wait() {
	if p.quiet != nil && !p.closed {
		p.quiet.Reset(quietFor)
	}
}

// Close leaves what is shown where it is. It can be called more than once.
func (p *Progress) Close() {
	p.mu.Lock()
	first := !p.closed
	p.closed = true
	if p.quiet != nil {
		p.quiet.Stop()
	}
	p.mu.Unlock()
	if s := p.screen; first && !s.json && s.err.inPlace {
		s.detach(p, p.last())
	}
}

// last is what stays on the screen. Whoever ends the command tells the reasons in full.
func (p *Progress) last() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	width, height := p.screen.err.size()
	view := p.view(time.Now(), width-1)
	view.final, view.reason = true, 1
	return view.lines(height - 1)
}

// lines implements [widget].
func (p *Progress) lines(at time.Time, width, height int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if height < 1 {
		return nil
	}
	view := p.view(at, width)
	return view.lines(height)
}

func (p *Progress) view(at time.Time, width int) treeView {
	return treeView{Painter: p.screen.err.Painter, tree: p.tree, at: p.tree.at(at), clock: at, width: width, reason: 3, total: p.total}
}

// still says in a log that there is work going on, and on what.
func (p *Progress) still() {
	p.mu.Lock()
	var names []string
	p.tree.root.eachWorking("", func(name string) { names = append(names, name) })
	closed := p.closed
	p.wait()
	p.mu.Unlock()
	if closed {
		return
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	text := "still working"
	if len(names) > 0 {
		text += " on " + strings.Join(names, ", ")
	}
	p.screen.print(&p.screen.err, fmt.Sprintf("%s %s, %s so far", hour(time.Now()), text, lasted(time.Since(p.began))))
}

// eachWorking tells the resources below a node that are being worked on.
func (n *node) eachWorking(prefix string, tell func(string)) {
	for _, c := range n.children {
		if len(c.children) == 0 && c.phase == working {
			tell(prefix + c.name)
		}
		c.eachWorking(prefix+c.name+"/", tell)
	}
}

// eventLine is an event in a log: CloudFormation's own words, and nothing cut.
func eventLine(e *Event) string {
	name := key(e.Path, e.LogicalID)
	if e.ofStack() {
		name = e.StackName // a nested stack is a resource too, with events of its own
	}
	line := fmt.Sprintf("%s %-18s  %s (%s)", hour(e.Time), termtext.CleanLine(e.Status), termtext.CleanLine(name), termtext.CleanLine(e.Type))
	if reason := termtext.CleanLine(e.Reason); reason != "" {
		line += ": " + reason
	}
	return line
}

func hour(at time.Time) string { return at.Local().Format("15:04:05") }
