package terminal

import (
	"cmp"
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
	failure    string // why it failed by itself, also when it has been taken back since
	cancelled  bool   // it failed because another one did
	old        bool   // what has been replaced
	root       bool   // its time is that of everything
	children   []*node
	byID       map[string]*node
}

func newTree(stack string) *tree {
	return &tree{root: &node{name: termtext.CleanLine(stack), kind: stackType, root: true}}
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
	n := parent
	if !e.ofStack() {
		n = parent.resource(e)
	}
	n.apply(e, rollsBack(t.root.status) || rollsBack(parent.status))
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
		old := n.child(e.LogicalID+"\x00"+e.PhysicalID, e.LogicalID+" (old)")
		old.old = true
		return old
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

// apply takes what an event says of the node; back says that its stack rolls back. A
// nested stack has events of its own and as a resource: the later ones count.
func (n *node) apply(e *Event, back bool) {
	if n.kind == "" {
		n.kind = termtext.CleanLine(e.Type)
	}
	text, p := state(termtext.CleanLine(e.Status))
	if e.Time.Before(n.changed) || back && n.failure != "" && n.kind != stackType && p != failed {
		return // what failed goes on to be shown so, while it is taken back
	}
	if word, ok := takenBack[text]; ok && back {
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

// done reports whether nothing more is expected of a node and what is below it, and
// nothing of it went wrong.
func (n *node) done() bool {
	return n.phase == finished && n.state != "" && n.failure == "" && !slices.ContainsFunc(n.children, func(c *node) bool { return !c.done() })
}

// count returns how many resources there are below a node, and how many of them
// CloudFormation is done with. What has been replaced counts once.
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

// blames reports whether a resource below the node failed and says why.
func (n *node) blames() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.failure != "" || c.blames() })
}
