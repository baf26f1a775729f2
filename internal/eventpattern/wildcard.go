package eventpattern

import "bytes"

// wildcard accepts texts that consist of some parts, with any text between them. One
// part is the whole text.
type wildcard [][]byte

// parseWildcard takes a text apart at each *. If it can't, it returns the beginning of
// what is wrong with the text.
func parseWildcard(s string) (w wildcard, problem string) {
	part := []byte{}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '*' && i+1 < len(s) && s[i+1] == '*':
			return nil, "can't have two * one after the other, as in "
		case c == '*':
			w, part = append(w, part), []byte{}
		case c != '\\':
			part = append(part, c)
		case i+1 == len(s) || s[i+1] != '*' && s[i+1] != '\\':
			return nil, `has a backslash before something else than * or \ in `
		default:
			i++
			part = append(part, s[i])
		}
	}
	return append(w, part), ""
}

// newWildcard makes the test of a text that has been checked.
func newWildcard(s string) test {
	w, _ := parseWildcard(s)
	return w
}

// accepts looks for each part where it comes first: whatever the next ones are, they
// have the most room then. So no byte is looked at for a part twice.
func (w wildcard) accepts(v *scalar) bool {
	if !v.isText {
		return false
	}
	first, last := w[0], w[len(w)-1]
	if len(w) == 1 {
		return bytes.Equal(v.text, first)
	}
	rest, ok := bytes.CutPrefix(v.text, first)
	if !ok {
		return false
	}
	if rest, ok = bytes.CutSuffix(rest, last); !ok {
		return false
	}
	for _, part := range w[1 : len(w)-1] {
		i := bytes.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return true
}

// tooComplex is the complexity that EventBridge refuses. It documents no number: this is
// that of its example of what is too complex, "*:*:*:*:*:event-bus/*". A path with
// five equal folders after a *, which it takes, has 7.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
const tooComplex = 11

// complexity returns how many beginnings of the text can match the same value, where
// one of them has a * at least. It is what EventBridge's rules calculate, up to
// tooComplex.
func (w wildcard) complexity() int {
	if len(w) == 1 {
		return 1
	}
	// The text as the positions of an automaton: a byte, or any number of them.
	var positions []int // -1: *
	for i, part := range w {
		if i > 0 {
			positions = append(positions, -1)
		}
		for _, b := range part {
			positions = append(positions, int(b))
		}
	}
	return (&automaton{positions: positions, seen: map[string]bool{}}).widest()
}

// automaton is a nondeterministic one; its sets of states are those of the subset
// construction.
type automaton struct {
	positions []int
	seen      map[string]bool
}

// mostSets is after how many sets of states the search for a wider one is given up.
const mostSets = 2000

// widest returns how many states the largest set has, without the first state.
func (a *automaton) widest() int {
	start := make([]bool, len(a.positions)+1)
	start[0] = true
	widest := 0
	for queue := [][]bool{a.closed(start)}; len(queue) > 0 && widest < tooComplex && len(a.seen) < mostSets; queue = queue[1:] {
		set := queue[0]
		widest = max(widest, count(set[1:]))
		for _, b := range a.bytes(set) {
			if next := a.closed(a.step(set, b)); a.isNew(next) {
				queue = append(queue, next)
			}
		}
	}
	return widest
}

func count(set []bool) (n int) {
	for _, in := range set {
		if in {
			n++
		}
	}
	return n
}

// closed adds the states behind each *, as it can be empty.
func (a *automaton) closed(set []bool) []bool {
	for i, in := range set[:len(a.positions)] {
		if in && a.positions[i] < 0 {
			set[i+1] = true
		}
	}
	return set
}

// bytes are those with which a set can be left, apart from through a *.
func (a *automaton) bytes(set []bool) (found []int) {
	for i, in := range set[:len(a.positions)] {
		if in && a.positions[i] >= 0 {
			found = append(found, a.positions[i])
		}
	}
	return found
}

// step returns the states that a byte leads to. Behind a * any byte leads back.
func (a *automaton) step(set []bool, b int) []bool {
	next := make([]bool, len(set))
	for i, in := range set {
		if in && i > 0 && a.positions[i-1] < 0 {
			next[i] = true
		}
		if in && i < len(a.positions) && a.positions[i] == b {
			next[i+1] = true
		}
	}
	return next
}

func (a *automaton) isNew(set []bool) bool {
	key := make([]byte, len(set))
	for i, in := range set {
		if in {
			key[i] = 1
		}
	}
	if a.seen[string(key)] {
		return false
	}
	a.seen[string(key)] = true
	return true
}
