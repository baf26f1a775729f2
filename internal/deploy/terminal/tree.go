package terminal

import (
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/termtext"
)

// tree is what is known of a stack's resources while CloudFormation works on them.
type tree struct {
	root *node
	// skew is how far our clock is ahead of CloudFormation's, at most: an event is
	// never seen before it happens.
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
	failure    string // why it failed, also when it has been rolled back since
	hasFailed  bool
	cancelled  bool // it failed because another one did
	children   []*node
	byID       map[string]*node
}

func newTree(stack string) *tree {
	return &tree{root: &node{name: termtext.CleanLine(stack), kind: stackType}}
}

// add takes an event. Those of nested stacks can come before the event of their stack.
func (t *tree) add(e *Event, at time.Time) {
	if skew := at.Sub(e.Time); !t.skewSet || skew < t.skew {
		t.skew, t.skewSet = skew, true
	}
	parent := t.root
	for _, id := range e.Path {
		parent = parent.child(id, id)
		parent.kind = stackType
	}
	if e.ofStack() {
		parent.apply(e)
		return
	}
	parent.resource(e).apply(e)
}

// at returns what CloudFormation's clock says when ours says so.
func (t *tree) at(ours time.Time) time.Time { return ours.Add(-t.skew) }

// resource returns the node that an event is about. When a resource has been replaced,
// the deletion of the old one comes under the same name.
func (n *node) resource(e *Event) *node {
	child := n.child(e.LogicalID, e.LogicalID)
	_, p := state(e.Status)
	deletes := len(e.Status) > 6 && e.Status[:6] == "DELETE"
	if deletes && child.physical != "" && e.PhysicalID != "" && child.physical != e.PhysicalID {
		return n.child(e.LogicalID+"\x00"+e.PhysicalID, e.LogicalID+" (old)")
	}
	if e.PhysicalID != "" && (p != failed || child.physical == "") {
		child.physical = e.PhysicalID
	}
	return child
}

// child returns a node below this one, which is made if it isn't there.
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

// apply takes what an event says of the node. A nested stack has events of its own and
// as a resource: the later ones count.
func (n *node) apply(e *Event) {
	if e.Time.Before(n.changed) {
		return
	}
	if n.kind == "" {
		n.kind = termtext.CleanLine(e.Type)
	}
	text, p := state(e.Status)
	if n.state == "" || p == working && n.phase != working || rollsBack(e.Status) && !rollsBack(n.status) {
		n.began = e.Time
	}
	n.status, n.state, n.phase, n.changed = e.Status, text, p, e.Time
	if p == failed {
		n.hasFailed = true
		n.cancelled = aftermath(e.Reason)
		if n.cancelled {
			n.state = "cancelled"
		} else {
			n.failure = termtext.CleanLine(e.Reason)
		}
	}
}

// done reports whether nothing more is expected of a node and what is below it, and
// nothing of it went wrong.
func (n *node) done() bool {
	return n.phase == finished && n.state != "" && !n.hasFailed && !slices.ContainsFunc(n.children, func(c *node) bool { return !c.done() })
}

// count returns how many resources there are below a node, not counting nested stacks,
// and how many of them are finished.
func (n *node) count() (all, done int) {
	for _, c := range n.children {
		if len(c.children) > 0 {
			below, belowDone := c.count()
			all, done = all+below, done+belowDone
			continue
		}
		all++
		if c.phase != working {
			done++
		}
	}
	return all, done
}

// brokenBelow reports whether a resource below the node failed and says why.
func (n *node) brokenBelow() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.failure != "" || c.brokenBelow() })
}
