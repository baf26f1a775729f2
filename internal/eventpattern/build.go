package eventpattern

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// required is what a pattern requires of an object: something of some members, and one
// of each group of alternatives.
type required struct {
	members map[string]*member
	groups  [][]*required
}

// member is what is required of a member: one of some values, or, if it is an object,
// something of that. It can be both, as names with dots in them show: a and a.b.
type member struct {
	path   string
	values []any // nil: none
	inner  *required
}

// reader reads a checked pattern.
type reader struct{ *checker }

// read returns what an object of a pattern requires. EventBridge joins names with dots,
// and knows no difference between a.b and an a with a member b, neither in a pattern
// nor in an event.
// https://github.com/aws/event-ruler/blob/main/README.md
func (r *reader) read(path string, o map[string]any) *required {
	q := &required{members: map[string]*member{}}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		at := join(path, name)
		list, isList := o[name].([]any)
		if name == alternatives && areAlternatives(o[name]) {
			var group []*required
			for i, element := range list {
				group = append(group, r.read(index(at, i), element.(map[string]any)))
			}
			q.groups = append(q.groups, group)
			continue
		}
		m := &member{path: at, values: list}
		if !isList {
			m.inner = r.read(at, o[name].(map[string]any))
		}
		steps := strings.Split(name, ".")
		for _, step := range slices.Backward(steps[1:]) {
			m = &member{path: at, inner: &required{members: map[string]*member{step: m}}}
		}
		r.add(q, steps[0], m)
	}
	return q
}

// add requires something more of a member. Values that are required twice are a
// mistake: EventBridge's rules can either refuse them or use those that come last.
func (r *reader) add(q *required, name string, m *member) {
	have, ok := q.members[name]
	if !ok {
		q.members[name] = m
		return
	}
	both := &member{path: have.path, values: have.values, inner: have.inner}
	switch {
	case m.values == nil:
	case have.values == nil:
		both.path, both.values = m.path, m.values
	default:
		r.twice(m.path, have.path)
	}
	switch {
	case m.inner == nil:
	case have.inner == nil:
		both.inner = m.inner
	default:
		both.inner = r.merge(have.inner, m.inner)
	}
	q.members[name] = both
}

func (r *reader) twice(path, other string) {
	p := Problem{path, fmt.Sprintf("names what %s names already, and both would have to match: write the values into one list", other)}
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

// merge returns what is required by several at the same time.
func (r *reader) merge(all ...*required) *required {
	q := &required{members: map[string]*member{}}
	for _, one := range all {
		for _, name := range slices.Sorted(maps.Keys(one.members)) {
			r.add(q, name, one.members[name])
		}
		q.groups = append(q.groups, one.groups...)
	}
	return q
}

// names are the members of which something is required, with those in alternatives.
func (q *required) names() map[string]bool {
	found := map[string]bool{}
	for name := range q.members {
		found[name] = true
	}
	for _, group := range q.groups {
		maps.Copy(found, namesOf(group))
	}
	return found
}

func namesOf(group []*required) map[string]bool {
	found := map[string]bool{}
	for _, q := range group {
		maps.Copy(found, q.names())
	}
	return found
}

// combinations returns in how many ways an object can match, as SNS counts: each value
// as often as its member is deep.
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
func (q *required) combinations(depth float64) float64 {
	n := 1.0
	for _, m := range q.members {
		if m.values != nil {
			n *= float64(len(m.values)) * depth
		}
		if m.inner != nil {
			n *= m.inner.combinations(depth + 1)
		}
	}
	for _, group := range q.groups {
		sum := 0.0
		for _, alternative := range group {
			sum += alternative.combinations(depth)
		}
		n *= sum
	}
	return n
}

// object is what is required of an object, ready to be matched.
type object struct {
	nodes   []node           // what is required of members, by itself or as an alternative
	byName  map[string][]int // nodes by their member's name
	formula formula          // which of the nodes have to match
	// The leaves in the object, in all depths, are those from low to below high.
	low, high int
	// optional says that some of them can match by not being there.
	optional bool
}

// node is what is required of one member: either a leaf or an object.
type node struct {
	*leaf
	inner *object
}

// leaf is what is required of a value: one of the tests, or that it isn't there.
type leaf struct {
	id     int
	tests  []test
	absent bool
}

// formula says which nodes have to match: all of some, and of each group one
// alternative at least.
type formula struct {
	all    []int
	groups [][]formula
}

// builder makes objects of what is required.
type builder struct {
	reader
	leaves int
	// spent counts formulas, and alternatives that are multiplied out, up to mostFormulas.
	spent int
}

// mostFormulas is more than a pattern of 4,096 characters has room for without
// alternatives that are multiplied out.
const mostFormulas = 5000

func build(l *Language, plain map[string]any) (*object, []Problem) {
	b := &builder{reader: reader{&checker{language: l}}}
	q := b.read("", plain)
	if n := q.combinations(1); l.combinations > 0 && n > float64(l.combinations) {
		b.fail("", "has %.0f combinations, the product of how many values each member has and how deep it is, where %s takes %d", n, l.name, l.combinations)
	}
	o := b.object(q)
	if b.spent > mostFormulas {
		b.fail("", "is too complex: it has too many alternatives that are about the same members")
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	return o, nil
}

func (b *builder) object(q *required) *object {
	o := &object{byName: map[string][]int{}, low: b.leaves}
	o.formula = b.formula(o, q)
	o.high = b.leaves
	return o
}

// formula adds nodes to an object, and returns which of them have to match.
//
// Usually the alternatives of a group are about other members than all else, and can be
// decided by themselves. If they aren't, each is merged with what else is about these
// members: if an event has a list of objects, all that is required has to be met by one
// of the objects.
func (b *builder) formula(o *object, q *required) (f formula) {
	if b.spent++; b.spent > mostFormulas {
		return formula{}
	}
	tangled := q.tangled()
	for _, name := range slices.Sorted(maps.Keys(q.members)) {
		if !slices.ContainsFunc(tangled, func(t tangle) bool { return t.names[name] }) {
			b.member(o, &f, name, q.members[name])
		}
	}
	for _, group := range q.groups {
		if !slices.ContainsFunc(tangled, func(t tangle) bool { return t.has(group) }) {
			f.groups = append(f.groups, b.alternatives(o, group))
		}
	}
	for _, t := range tangled {
		f.groups = append(f.groups, b.alternatives(o, b.multiplied(t)))
	}
	return f
}

func (b *builder) alternatives(o *object, group []*required) (found []formula) {
	for _, q := range group {
		found = append(found, b.formula(o, q))
	}
	return found
}

// tangle is a set of groups that are about the same members, or about some that are
// required anyway.
type tangle struct {
	names  map[string]bool
	base   *required // what is required of these members anyway
	groups [][]*required
}

func (t tangle) has(group []*required) bool {
	return slices.ContainsFunc(t.groups, func(g []*required) bool { return &g[0] == &group[0] })
}

// tangled returns the sets of groups which have to be merged.
func (q *required) tangled() (found []tangle) {
	for _, group := range q.groups {
		t := tangle{namesOf(group), nil, [][]*required{group}}
		var apart []tangle
		for _, other := range found {
			if overlap(t.names, other.names) {
				maps.Copy(t.names, other.names)
				t.groups = append(other.groups, t.groups...)
			} else {
				apart = append(apart, other)
			}
		}
		found = append(apart, t)
	}
	for i := range found {
		found[i].base = q.only(found[i].names)
	}
	return slices.DeleteFunc(found, func(t tangle) bool { return len(t.groups) == 1 && len(t.base.members) == 0 })
}

// only returns what is required of some members.
func (q *required) only(names map[string]bool) *required {
	part := &required{members: map[string]*member{}}
	for name, m := range q.members {
		if names[name] {
			part.members[name] = m
		}
	}
	return part
}

func overlap(a, b map[string]bool) bool {
	for name := range a {
		if b[name] {
			return true
		}
	}
	return false
}

// multiplied returns all ways to choose one alternative of each group, merged with what
// is required anyway.
func (b *builder) multiplied(t tangle) []*required {
	ways := []*required{t.base}
	for _, group := range t.groups {
		if b.spent += len(ways) * len(group); b.spent > mostFormulas {
			return nil
		}
		var next []*required
		for _, way := range ways {
			for _, alternative := range group {
				next = append(next, b.merge(way, alternative))
			}
		}
		ways = next
	}
	return ways
}

// member adds the nodes of a member that has to match.
func (b *builder) member(o *object, f *formula, name string, m *member) {
	if m.values != nil {
		leaf := b.leaf(m.values)
		o.optional = o.optional || leaf.absent
		o.add(f, name, node{leaf: leaf})
	}
	if m.inner != nil {
		inner := b.object(m.inner)
		o.optional = o.optional || inner.optional
		o.add(f, name, node{inner: inner})
	}
}

func (o *object) add(f *formula, name string, n node) {
	f.all = append(f.all, len(o.nodes))
	o.byName[name] = append(o.byName[name], len(o.nodes))
	o.nodes = append(o.nodes, n)
}

// leaf makes the tests of a list of values.
func (b *builder) leaf(values []any) *leaf {
	l := &leaf{id: b.leaves}
	b.leaves++
	var plain []any
	for _, v := range values {
		o, ok := v.(map[string]any)
		if !ok {
			plain = append(plain, v)
			continue
		}
		for name, operand := range o { // there is exactly one
			switch {
			case operand == false && name == "exists":
				l.absent = true
			case name == "exists":
				l.tests = append(l.tests, anything{})
			case !hasStandIn(operand):
				l.tests = append(l.tests, operators[name].test(b.language, operand))
			default: // what is filled in is unknown here, and equals nothing
				l.tests = append(l.tests, b.language.equal(nil))
			}
		}
	}
	if len(plain) > 0 {
		l.tests = append(l.tests, b.language.equal(plain))
	}
	return l
}
