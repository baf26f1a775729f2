package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// treeView formats a tree as lines.
type treeView struct {
	termtext.Painter
	*tree
	at     time.Time // by CloudFormation's clock
	clock  time.Time // our clock, for the spinner
	width  int
	reason int  // largest number of lines of a reason; 0: no limit
	final  bool // the work has ended
	total  int  // how many resources are expected; 0: not known

	nameWidth, kindWidth, stateWidth int
}

// treeLine is a line whose columns aren't aligned yet.
type treeLine struct {
	prefix string // the branches
	node   *node  // nil: the line is only text
	name   string
	text   string
	reason bool // the text is the reason for which the node above failed
	rank   int  // lines with the lowest rank stay if there isn't room for all
}

const (
	timeColumns = 7  // of the time that a resource took
	narrow      = 60 // a narrower terminal has no column for types
)

// lines returns at most height lines; 0 is no limit. If there are more,
// finished resources become a count, and then lines of failed and working
// resources stay.
func (v treeView) lines(height int) []string {
	limit := height
	if limit <= 0 {
		limit = 1 << 30
	}
	all := v.branch(v.root, "", false)
	if 1+len(all) > limit {
		all = v.branch(v.root, "", true)
	}
	v.measure(all)
	lines := v.render(all)
	if 1+len(lines) > limit {
		v.reason = 1
		lines = v.render(all)
	}
	if 1+len(lines) > limit {
		lines = v.pressed(all, max(0, limit-1))
	}
	return append([]string{v.header()}, lines...)
}

// header returns the line of the stack itself.
func (v *treeView) header() string {
	root := v.root
	progress := v.progress()
	state := root.state
	if state == "" {
		state = "waiting"
	}
	tail := "  " + v.paintState(root, state) + v.Paint(progress+"  "+v.elapsed(root), color.Faint)
	return fit(v.mark(root)+" "+v.Paint(fitMiddle(root.name, max(8, v.width-2-columns(tail))), color.Bold)+tail, v.width)
}

// progress returns how many resources are finished. During a rollback it is
// empty, since nothing tells.
func (v *treeView) progress() string {
	all, done := v.root.count()
	switch {
	case rollsBack(v.root.status):
		return ""
	case v.total == 0 || v.root.phase != working:
		return fmt.Sprintf("  %d done", done)
	}
	return fmt.Sprintf("  %d of %d", done, max(all, v.total))
}

// branch returns the lines below a node.
func (v *treeView) branch(n *node, prefix string, collapse bool) []treeLine {
	children := n.children
	count := 0
	if collapse {
		children = slices.DeleteFunc(slices.Clone(children), (*node).done)
		count = len(n.children) - len(children)
	}
	var lines []treeLine
	if count > 0 {
		lines = append(lines, treeLine{prefix: prefix + joint(len(children) == 0), text: v.Paint("✓", color.FgGreen) + v.Paint(fmt.Sprintf(" %d done", count), color.Faint), rank: 1})
	}
	for i, c := range children {
		last := i == len(children)-1
		lines = append(lines, treeLine{prefix: prefix + joint(last), node: c, name: c.name, rank: rank(c)})
		below := prefix + "│ "
		if last {
			below = prefix + "  "
		}
		if c.failure != "" && !c.blames() {
			lines = append(lines, treeLine{prefix: below + "  ", text: c.failure, reason: true})
		}
		lines = append(lines, v.branch(c, below, collapse)...)
	}
	return lines
}

func joint(last bool) string {
	if last {
		return "└ "
	}
	return "├ "
}

// rank returns the rank of a node's line, see treeLine.
func rank(n *node) int {
	switch {
	case n.failure != "":
		return 0
	case n.phase == working:
		return 2
	}
	return 3
}

// measure computes the widths of the columns.
func (v *treeView) measure(lines []treeLine) {
	v.nameWidth, v.kindWidth, v.stateWidth = 4, 0, len("creating")
	for _, l := range lines {
		if l.node != nil {
			v.nameWidth = max(v.nameWidth, columns(l.prefix)+columns(l.name))
			v.kindWidth = max(v.kindWidth, columns(kindOf(l.node)))
			v.stateWidth = max(v.stateWidth, columns(l.node.state))
		}
	}
	room := max(8, v.width-len("✓ ")-gap-v.stateWidth-1-timeColumns)
	if v.width < narrow {
		v.kindWidth, v.nameWidth = 0, min(v.nameWidth, room)
		return
	}
	if v.nameWidth+gap+v.kindWidth > room {
		v.nameWidth = min(v.nameWidth, max(room-gap-v.kindWidth, room*3/5))
		v.kindWidth = max(0, room-gap-v.nameWidth)
	}
}

// kindOf returns a type without the prefix that all have.
func kindOf(n *node) string {
	if n.kind == stackType {
		return "nested stack"
	}
	return strings.TrimPrefix(n.kind, "AWS::")
}

// render aligns the columns of lines. A reason becomes as many lines as it
// needs.
func (v *treeView) render(lines []treeLine) []string {
	var out []string
	for _, l := range lines {
		switch {
		case l.node != nil:
			out = append(out, v.nodeLine(l.prefix, l.name, l.node))
		case l.reason:
			out = append(out, v.reasonLines(l)...)
		default:
			out = append(out, fit(v.Paint(l.prefix, color.Faint)+l.text, v.width))
		}
	}
	return out
}

func (v *treeView) reasonLines(l treeLine) []string {
	lines := foldHard(l.text, max(10, v.width-columns(l.prefix)))
	if v.reason > 0 && len(lines) > v.reason {
		rest := strings.Join(lines[v.reason-1:], " ")
		lines = append(lines[:v.reason-1], fit(rest, max(10, v.width-columns(l.prefix))))
	}
	for i, line := range lines {
		lines[i] = v.Paint(l.prefix, color.Faint) + v.Paint(strings.TrimRight(line, " "), color.FgRed)
	}
	return lines
}

func (v *treeView) nodeLine(prefix, name string, n *node) string {
	room := v.nameWidth - columns(prefix)
	line := v.Paint(prefix, color.Faint) + v.mark(n) + " " + pad(fitMiddle(name, max(4, room)), room)
	if v.kindWidth > 0 {
		line += "  " + v.Paint(pad(fitMiddle(kindOf(n), v.kindWidth), v.kindWidth), color.Faint)
	}
	state := pad(n.state, v.stateWidth)
	line += "  " + v.paintState(n, state) + v.Paint(fmt.Sprintf(" %*s", timeColumns, v.elapsed(n)), color.Faint)
	return fit(line, v.width)
}

// pressed chooses the lines to show if there isn't room for all: by rank, in
// their order.
func (v *treeView) pressed(lines []treeLine, height int) []string {
	if height == 0 {
		return nil
	}
	kept := map[int]bool{}
	for rank := range 4 {
		for i := range lines {
			if lines[i].rank == rank && len(kept) < height-1 {
				kept[i] = true
			}
		}
	}
	var out []string
	left := 0
	for i, l := range lines {
		switch {
		case kept[i]:
			out = append(out, v.render([]treeLine{l})...)
		case l.node != nil:
			left++
		}
	}
	return append(out, v.Paint(fmt.Sprintf("… %d more", left), color.Faint))
}

// mark returns the sign in front of a name.
func (v *treeView) mark(n *node) string {
	switch {
	case n.phase == failed && n.cancelled:
		return v.Paint("-", color.FgYellow)
	case n.phase == failed:
		return v.Paint("✗", color.FgRed)
	case n.phase == finished && (rollsBack(n.status) || n.state == "restored"):
		return v.Paint("↺", color.FgYellow)
	case n.phase == finished && n.state != "":
		return v.Paint("✓", color.FgGreen)
	case v.final:
		return v.Paint("?", color.FgYellow)
	}
	return v.Paint(spinner(v.clock), color.FgCyan)
}

func (v *treeView) paintState(n *node, text string) string {
	switch {
	case n.phase == failed && !n.cancelled:
		return v.Paint(text, color.FgRed)
	case n.phase == failed, rollsBack(n.status), n.state == "restored":
		return v.Paint(text, color.FgYellow)
	case n.phase == finished:
		return v.Paint(text, color.FgGreen)
	}
	return v.Paint(text, color.FgCyan)
}

// elapsed returns how long CloudFormation has worked on a resource.
func (v *treeView) elapsed(n *node) string {
	switch {
	case n.began.IsZero():
		return ""
	case n.phase == working:
		return lasted(v.at.Sub(n.began))
	}
	return lasted(n.changed.Sub(n.began))
}
