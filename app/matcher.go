package app

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Matcher finds the route that a URL's path belongs to, as API Gateway does.
// Make one with [NewMatcher]. A Matcher never changes, so several goroutines
// can use it.
//
// Literal parts win over parameters, and parameters over a last part such as
// {rest+}. Among parameters the one whose name comes first as text wins.
// Captured values stay percent-encoded, and one slash at the end of the path is
// ignored.
type Matcher struct {
	paths routePaths
	once  sync.Once // makes root, which most apps never need
	root  matchNode
}

// routePaths are the paths of all routes, by themselves. The map has a type of its own so that
// no map of a program's can be one, as far as the analysis of policies sees.
type routePaths map[string]string

// matchNode is a part of one or more routes' paths, and the parts that can
// follow it.
type matchNode struct {
	path     string // of the route that ends here
	ends     bool
	literals map[string]*matchNode
	params   []*paramNode // by name
	greedy   []*paramNode // by name
}

type paramNode struct {
	name string
	matchNode
}

// NewMatcher makes a matcher of the paths of routes.
func NewMatcher(paths []string) *Matcher {
	m := &Matcher{paths: routePaths{}}
	for _, path := range paths {
		m.paths[path] = path
	}
	return m
}

// tree returns the node of the path /.
func (m *Matcher) tree() *matchNode {
	m.once.Do(func() {
		for _, path := range slices.Sorted(maps.Keys(m.paths)) {
			m.root.add(path)
		}
	})
	return &m.root
}

// add adds the nodes of a path.
func (n *matchNode) add(path string) {
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		n = n.child(part)
	}
	n.path, n.ends = path, true
}

// child returns the node of a further part, and adds it if it isn't there.
func (n *matchNode) child(part string) *matchNode {
	name, ok := strings.CutSuffix(strings.TrimPrefix(part, "{"), "}")
	if !ok || part[0] != '{' {
		if n.literals == nil {
			n.literals = map[string]*matchNode{}
		}
		if n.literals[part] == nil {
			n.literals[part] = &matchNode{}
		}
		return n.literals[part]
	}
	nodes := &n.params
	if plain, greedy := strings.CutSuffix(name, "+"); greedy {
		nodes, name = &n.greedy, plain
	}
	at, found := slices.BinarySearchFunc(*nodes, name, func(p *paramNode, name string) int {
		return strings.Compare(p.name+"}", name+"}") // as in the whole path's text
	})
	if !found {
		*nodes = slices.Insert(*nodes, at, &paramNode{name: name})
	}
	return &(*nodes)[at].matchNode
}

// Has reports whether a path is one of the routes', as it was declared.
func (m *Matcher) Has(path string) bool {
	_, ok := m.paths[path]
	return ok
}

// Match returns the path of the matching route and the values of its parameters,
// nil if it has none.
func (m *Matcher) Match(path string) (route string, params map[string]string, ok bool) {
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return "", nil, false
	}
	var captured []HeaderField
	node := m.tree().match(rest, false, &captured)
	if node == nil {
		return "", nil, false
	}
	if len(captured) > 0 {
		params = make(map[string]string, len(captured))
		for _, c := range captured {
			params[c.Name] = c.Value
		}
	}
	return node.path, params, true
}

// match returns the node where a path ends, nil if there is none. done says
// that the path has no further parts, which isn't the same as a further part
// that is empty.
func (n *matchNode) match(rest string, done bool, captured *[]HeaderField) *matchNode {
	if done {
		if n.ends {
			return n
		}
		return nil
	}
	part, after, more := strings.Cut(rest, "/")
	literal := n.literals[part]
	// Texts are compared byte by byte, so letters come before an opening brace.
	if literal != nil && part < "{" {
		if end := literal.match(after, !more, captured); end != nil {
			return end
		}
		literal = nil
	}
	mark := len(*captured)
	for _, p := range n.params {
		*captured = append((*captured)[:mark], HeaderField{p.name, part})
		if end := p.match(after, !more, captured); end != nil {
			return end
		}
	}
	*captured = (*captured)[:mark]
	if literal != nil {
		if end := literal.match(after, !more, captured); end != nil {
			return end
		}
	}
	for _, p := range n.greedy {
		if rest != "" && p.ends {
			*captured = append(*captured, HeaderField{p.name, rest})
			return &p.matchNode
		}
	}
	return nil
}
