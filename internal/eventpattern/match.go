package eventpattern

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
)

// Matcher decides which events a pattern matches. It can be used by several goroutines
// at the same time.
type Matcher struct {
	root   *object
	leaves int
}

// Compile makes a matcher of a pattern. It is an error if [Check] finds a problem.
func Compile(l *Language, pattern map[string]any) (*Matcher, error) {
	root, problems := compile(l, pattern)
	if err := errorOf(problems); err != nil {
		return nil, err
	}
	return &Matcher{root, root.high}, nil
}

// Match reports whether the pattern matches an event. What isn't a JSON object is none.
func (m *Matcher) Match(event []byte) bool {
	start, ok := objectIn(event)
	if !ok {
		return false
	}
	w := walks.Get().(*walk)
	defer walks.Put(w)
	w.begin(m.leaves)
	_, found := w.object(m.root, event, start)
	return found != no
}

// objectIn returns where the object begins that a text consists of.
func objectIn(text []byte) (start int, ok bool) {
	start = space(text, 0)
	return start, start < len(text) && text[start] == '{' && json.Valid(text)
}

// walk is one walk through an event, from one object to the next in it.
//
// Where an event has a list of objects, one of them has to meet all that is required of
// it. This is why a value's nodes and leaves belong to the object that is walked
// through: what another element had is put aside and comes back afterwards.
type walk struct {
	// states are those of the nodes of all objects that are being walked through.
	states []state
	// present says of each leaf in an optional object whether an event has a value there.
	present []bool
	aside   []bool
	value   scalar
}

var walks = sync.Pool{New: func() any { return &walk{} }}

// state is what is known of a node.
type state uint8

const (
	unseen    state = iota // there is no value
	unmet                  // none of the values that there are meets it
	met                    // one of them does
	unfitting              // there is data of another format than the node is for
)

// verdict says whether what is required of an object is met: not, only since nothing is
// where nothing has to be, or by a value at least. The difference matters in lists: a
// value says which element is meant; if none does, nothing has to be in any of them.
type verdict uint8

const (
	no verdict = iota
	byAbsence
	byValue
)

func (w *walk) begin(leaves int) {
	w.states, w.aside = w.states[:0], w.aside[:0]
	w.present = slices.Grow(w.present[:0], leaves)[:leaves]
	clear(w.present)
}

// object walks through an object, which begins at i, and returns where it ends and
// whether it meets what is required.
func (w *walk) object(o *object, b []byte, i int) (end int, found verdict) {
	base := w.open(o)
	for i = space(b, i+1); b[i] != '}'; i = comma(b, i) {
		name, value := key(b, i)
		i = w.member(o, base, name, b, value)
	}
	return i + 1, w.close(o, base)
}

// open begins with an object, and returns where the states of its nodes are.
func (w *walk) open(o *object) (base int) {
	base = len(w.states)
	for range o.nodes {
		w.states = append(w.states, unseen)
	}
	if o.optional {
		w.aside = append(w.aside, w.present[o.low:o.high]...)
		clear(w.present[o.low:o.high])
	}
	return base
}

// close ends an object.
func (w *walk) close(o *object, base int) (found verdict) {
	states := w.states[base:]
	if o.optional {
		for i, n := range o.nodes {
			if n.leaf != nil && states[i] != unseen {
				w.present[n.id] = true
			}
		}
	}
	found = w.decide(&o.formula, o, states)
	w.states = w.states[:base]
	if o.optional {
		before := len(w.aside) - (o.high - o.low)
		for i, was := range w.aside[before:] {
			w.present[o.low+i] = w.present[o.low+i] || was
		}
		w.aside = w.aside[:before]
	}
	return found
}

// decide evaluates a formula.
func (w *walk) decide(f *formula, o *object, states []state) verdict {
	found := byAbsence
	for _, i := range f.all {
		switch v := w.node(&o.nodes[i], states[i]); v {
		case no:
			return no
		case byValue:
			found = byValue
		}
	}
	for _, group := range f.groups {
		best := no
		for i := range group {
			best = max(best, w.decide(&group[i], o, states))
		}
		if best == no {
			return no
		}
		found = max(found, best)
	}
	return found
}

func (w *walk) node(n *node, s state) verdict {
	switch {
	case s == met:
		return byValue
	case s == unfitting:
		return no
	case n.leaf != nil && n.absent && s == unseen, n.inner != nil && w.missing(n.inner, &n.inner.formula):
		return byAbsence
	}
	return no
}

// missing reports whether a formula is met by what an event doesn't have.
func (w *walk) missing(o *object, f *formula) bool {
	if !o.optional {
		return false
	}
	for _, i := range f.all {
		n := &o.nodes[i]
		if n.leaf != nil && (!n.absent || w.present[n.id]) || n.inner != nil && !w.missing(n.inner, &n.inner.formula) {
			return false
		}
	}
	for _, group := range f.groups {
		if !slices.ContainsFunc(group, func(alternative formula) bool { return w.missing(o, &alternative) }) {
			return false
		}
	}
	return true
}

// member looks at a member's value, which begins at i, and returns where it ends.
func (w *walk) member(o *object, base int, key, b []byte, i int) (end int) {
	for _, n := range o.byName[string(key)] {
		end = w.look(&o.nodes[n], base+n, b, i)
	}
	if dot := bytes.IndexByte(key, '.'); dot >= 0 {
		for _, n := range o.byName[string(key[:dot])] {
			if inner := o.nodes[n].inner; inner != nil {
				w.dotted(inner, base+n, key[dot+1:], b, i)
			}
		}
	}
	if end == 0 {
		end = skip(b, i)
	}
	return end
}

// dotted looks at a value whose name has a dot as if it were in an object of its own.
func (w *walk) dotted(inner *object, at int, key, b []byte, i int) {
	base := w.open(inner)
	w.member(inner, base, key, b, i)
	w.meet(at, w.close(inner, base) == byValue)
}

// meet notes that there is a value for a node, and whether the node is met by it.
func (w *walk) meet(at int, ok bool) {
	switch {
	case ok:
		w.states[at] = met
	case w.states[at] == unseen:
		w.states[at] = unmet
	}
}

// look looks at a value for a node, and returns where it ends. Lists, and lists in
// them, are as if each element were the value.
func (w *walk) look(n *node, at int, b []byte, i int) (end int) {
	for depth := 0; ; {
		switch b[i] {
		case '[':
			if i = space(b, i+1); b[i] != ']' {
				depth++
				continue
			}
			i++
		case '{':
			i = w.inner(n, at, b, i)
		default:
			i = w.scalar(n, at, b, i)
		}
		for depth > 0 {
			if i = space(b, i); b[i] == ',' {
				i = space(b, i+1)
				break
			}
			i++ // ]
			depth--
		}
		if depth == 0 {
			return i
		}
	}
}

func (w *walk) inner(n *node, at int, b []byte, i int) (end int) {
	if n.inner == nil {
		return skip(b, i)
	}
	end, found := w.object(n.inner, b, i)
	w.meet(at, found == byValue)
	return end
}

func (w *walk) scalar(n *node, at int, b []byte, i int) (end int) {
	if end = skip(b, i); n.leaf == nil || w.states[at] == met {
		return end
	}
	w.value = scalar{b[i] == '"', b[i:end]}
	if w.value.isText {
		w.value.text = unquoted(b[i+1 : end-1])
	}
	w.meet(at, n.accepts(&w.value))
	return end
}

func (l *leaf) accepts(v *scalar) bool {
	return slices.ContainsFunc(l.tests, func(t test) bool { return t.accepts(v) })
}
