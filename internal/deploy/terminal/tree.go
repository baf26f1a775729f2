package terminal

import (
	"cmp"
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/termtext"
)

// tree has the state of a stack's resources while CloudFormation works on them.
type tree struct {
	root *node
	// skew is the largest possible lead of our clock over CloudFormation's: an
	// event is never seen before it happens.
	skew    time.Duration
	skewSet bool
}

// node is a resource, or a nested stack with its resources.
type node struct {
	name, kind string
	physical   string
	status     string
	state      string
	phase      phase
	began      time.Time // by CloudFormation's clock, as all times of a tree
	changed    time.Time
	failure    string // why it failed independently, also if it was taken back later
	cancelled  bool   // it failed because another resource did
	old        bool   // the old resource of a replacement
	root       bool   // its time is that of the whole operation
	children   []*node
	byID       map[string]*node
}

func newTree(stack string) *tree {
	return &tree{root: &node{name: termtext.CleanLine(stack), kind: stackType, root: true}}
}

// add adds an event. Events of nested stacks can come before that of their
// stack.
func (t *tree) add(e *Event, at time.Time) {
	if skew := at.Sub(e.Time); !t.skewSet || skew < t.skew {
		t.skew, t.skewSet = skew, true
	}
	parent := t.root
	for _, id := range e.Path {
		parent = parent.child(id, id)
		parent.kind = stackType
	}
	n := parent
	if !e.ofStack() {
		n = parent.resource(e)
	}
	n.apply(e, rollsBack(t.root.status) || rollsBack(parent.status))
}

// at returns the time on CloudFormation's clock for one on ours.
func (t *tree) at(ours time.Time) time.Time { return ours.Add(-t.skew) }

// resource returns the node that an event is about. After a replacement the
// deletion of the old resource has the same name.
func (n *node) resource(e *Event) *node {
	child := n.child(e.LogicalID, e.LogicalID)
	_, p := state(e.Status)
	deletes := len(e.Status) > 6 && e.Status[:6] == "DELETE"
	if deletes && child.physical != "" && e.PhysicalID != "" && child.physical != e.PhysicalID {
		old := n.child(e.LogicalID+"\x00"+e.PhysicalID, e.LogicalID+" (old)")
		old.old = true
		return old
	}
	if e.PhysicalID != "" && (p != failed || child.physical == "") {
		child.physical = e.PhysicalID
	}
	return child
}

// child returns a node below this one, and adds it if it isn't there.
func (n *node) child(id, name string) *node {
	if c, ok := n.byID[id]; ok {
		return c
	}
	c := &node{name: termtext.CleanLine(name)}
	if n.byID == nil {
		n.byID = map[string]*node{}
	}
	n.byID[id] = c
	n.children = append(n.children, c)
	return c
}

// apply applies an event to the node; back says that its stack is rolled back.
// A nested stack has events of its own and events as a resource: the latest one
// counts.
func (n *node) apply(e *Event, back bool) {
	if n.kind == "" {
		n.kind = termtext.CleanLine(e.Type)
	}
	text, p := state(termtext.CleanLine(e.Status))
	if e.Time.Before(n.changed) || back && n.failure != "" && n.kind != stackType && p != failed {
		return // a failed resource is still shown as failed while it is taken back
	}
	if word, ok := takenBack[text]; ok && back {
		text = word
	} else if word, ok := wordsOf[n.kind][text]; ok {
		text = word
	}
	if n.state == "" || p == working && n.phase != working && !n.root {
		n.began = e.Time
	}
	n.status, n.state, n.phase, n.changed, n.cancelled = e.Status, text, p, e.Time, false
	if p != failed {
		return
	}
	if n.cancelled = aftermath(e.Reason); n.cancelled {
		n.state = "cancelled"
		return
	}
	n.failure = cmp.Or(termtext.CleanLine(e.Reason), text)
}

// done reports whether a node and all below it are finished, and nothing has
// failed.
func (n *node) done() bool {
	return n.phase == finished && n.state != "" && n.failure == "" && !slices.ContainsFunc(n.children, func(c *node) bool { return !c.done() })
}

// count returns the number of resources below a node, and how many of them are
// finished. A replaced resource counts once.
func (n *node) count() (all, done int) {
	for _, c := range n.children {
		if c.old {
			continue
		}
		below, belowDone := c.count()
		all, done = all+below+1, done+belowDone
		if c.phase != working {
			done++
		}
	}
	return all, done
}

// blames reports whether a resource below the node failed and has a reason.
func (n *node) blames() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.failure != "" || c.blames() })
}
