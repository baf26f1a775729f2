package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/internal/termtext"
)

// quietFor is how long a log may have no new line while CloudFormation works:
// some CI services end a job that prints nothing.
const quietFor = time.Minute

// Work describes what CloudFormation is going to do.
type Work struct {
	Stack string // its name
	Total int    // how many resources are going to change; 0: not known
}

// Progress shows CloudFormation's work: as a tree of resources in a terminal,
// and as lines elsewhere.
type Progress struct {
	screen *Screen
	total  int
	began  time.Time

	mu     sync.Mutex // the screen's lock has to be taken before it
	tree   *tree
	quiet  *time.Timer // nil: no timer is needed
	closed bool
}

// Follow begins to show CloudFormation's work. [Progress.Close] ends that.
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

// Event shows an event. The events of a stack have to come in their order.
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

// wait restarts the timer. The caller holds the lock.
func (p *Progress) wait() {
	if p.quiet != nil && !p.closed {
		p.quiet.Reset(quietFor)
	}
}

// Close ends the redrawing, and leaves what is shown. It can be called more
// than once.
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

// last returns the lines that stay on the screen. They don't have reasons,
// which the command shows in full.
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

// still logs that CloudFormation is working, and on what.
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

// eachWorking calls tell with the resources below a node that CloudFormation is
// working on.
func (n *node) eachWorking(prefix string, tell func(string)) {
	for _, c := range n.children {
		if len(c.children) == 0 && c.phase == working {
			tell(prefix + c.name)
		}
		c.eachWorking(prefix+c.name+"/", tell)
	}
}

// eventLine returns an event as a line of a log: in CloudFormation's words, and
// not shortened.
func eventLine(e *Event) string {
	name := key(e.Path, e.LogicalID)
	if e.ofStack() {
		name = e.StackName // a nested stack is also a resource with events of its own
	}
	line := fmt.Sprintf("%s %-18s  %s (%s)", hour(e.Time), termtext.CleanLine(e.Status), termtext.CleanLine(name), termtext.CleanLine(e.Type))
	if reason := termtext.CleanLine(e.Reason); reason != "" {
		line += ": " + reason
	}
	return line
}

func hour(at time.Time) string { return at.Local().Format("15:04:05") }
