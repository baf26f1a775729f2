package schema

import (
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// matches reports whether a part of a text matches.
func (a *automaton) matches(s string) bool {
	if !a.words {
		if matched, known := a.dfa.run(a, s); known {
			return matched
		}
	}
	return a.simulate(s)
}

// surroundings are what assertions see around a position in a text.
type surroundings struct{ begin, end, word bool }

func (p surroundings) holds(op operation) bool {
	switch op {
	case opBegin:
		return p.begin
	case opEnd:
		return p.end
	case opWord:
		return p.word
	}
	return !p.word
}

// stepSet is a set of steps, in the order in which they were added.
type stepSet struct {
	sparse []int // of each step, where in list it is if it is there
	list   []int
	stack  []int
}

func (t *stepSet) has(i int) bool {
	at := t.sparse[i]
	return at < len(t.list) && t.list[at] == i
}

func (t *stepSet) add(i int) bool {
	if t.has(i) {
		return false
	}
	t.sparse[i] = len(t.list)
	t.list = append(t.list, i)
	return true
}

// spread adds a step, and those that it leads to without a character.
func (a *automaton) spread(t *stepSet, from int, at surroundings) {
	t.stack = append(t.stack[:0], from)
	for len(t.stack) > 0 {
		i := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		if !t.add(i) {
			continue
		}
		switch s := &a.steps[i]; s.op {
		case opMatch, opClass:
		case opSplit:
			t.stack = append(t.stack, s.other, s.next)
		default:
			if at.holds(s.op) {
				t.stack = append(t.stack, s.next)
			}
		}
	}
}

// stepSets are used again.
var stepSets = sync.Pool{New: func() any { return new([2]stepSet) }}

// simulate goes through a text with all steps that the automaton can be at.
func (a *automaton) simulate(s string) bool {
	sets := stepSets.Get().(*[2]stepSet)
	defer stepSets.Put(sets)
	for i := range sets {
		if len(sets[i].sparse) < len(a.steps) {
			sets[i].sparse = make([]int, len(a.steps))
		}
		sets[i].list = sets[i].list[:0]
	}
	before, now := &sets[0], &sets[1]
	last, pos := rune(-1), 0
	for {
		r, size := rune(-1), 0
		if pos < len(s) {
			r, size = utf8.DecodeRuneInString(s[pos:])
		}
		at := surroundings{begin: pos == 0, end: size == 0, word: isWord(last) != isWord(r)}
		now.list = now.list[:0]
		for _, i := range before.list {
			a.spread(now, i, at)
		}
		a.spread(now, a.start, at)
		before.list = before.list[:0]
		for _, i := range now.list {
			switch step := &a.steps[i]; {
			case step.op == opMatch:
				return true
			case step.op == opClass && size > 0 && step.class.has(r):
				before.add(step.next)
			}
		}
		if size == 0 {
			return false
		}
		last, pos = r, pos+size
	}
}

func isWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
}

// dfa is an automaton's deterministic one for texts of ASCII, of which there is as much as
// texts have needed.
type dfa struct {
	once   sync.Once
	mu     sync.Mutex
	first  *dfaState
	states map[string]*dfaState
}

// dfaState is a set of steps that an automaton can be at.
type dfaState struct {
	steps                 []int
	matched, matchedAtEnd bool
	next                  [utf8.RuneSelf]atomic.Pointer[dfaState] // after each character; nil: not known yet
}

// maxStates limits the memory of a dfa, to about 256 KB.
const maxStates = 200

// run is matches for texts of ASCII. It reports false for others, and for patterns that
// would need too many states.
func (d *dfa) run(a *automaton, s string) (matched, known bool) {
	d.once.Do(func() {
		d.states = map[string]*dfaState{}
		d.first = d.state(a, []int{a.start}, surroundings{begin: true})
	})
	at := d.first
	for i := range len(s) {
		if at.matched {
			return true, true
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			return false, false
		}
		next := at.next[c].Load()
		if next == nil {
			if next = d.after(a, at, rune(c)); next == nil {
				return false, false
			}
			at.next[c].Store(next)
		}
		at = next
	}
	return at.matched || at.matchedAtEnd, true
}

// after returns the state after a character, nil if there are too many.
func (d *dfa) after(a *automaton, at *dfaState, r rune) *dfaState {
	d.mu.Lock()
	defer d.mu.Unlock()
	var from []int
	for _, i := range at.steps {
		if s := &a.steps[i]; s.op == opClass && s.class.has(r) {
			from = append(from, s.next)
		}
	}
	slices.Sort(from)
	return d.state(a, append(slices.Compact(from), a.start), surroundings{})
}

// state returns the state in which the automaton is at some steps.
func (d *dfa) state(a *automaton, from []int, at surroundings) *dfaState {
	key := make([]byte, 0, 4*len(from))
	for _, i := range from {
		key = append(key, byte(i), byte(i>>8), byte(i>>16))
	}
	if at.begin {
		key = append(key, 1)
	}
	if s := d.states[string(key)]; s != nil {
		return s
	}
	if len(d.states) >= maxStates {
		return nil
	}
	s := &dfaState{steps: a.all(from, at)}
	at.end = true
	s.matched, s.matchedAtEnd = a.matchIn(s.steps), a.matchIn(a.all(from, at))
	d.states[string(key)] = s
	return s
}

// all returns the steps that some steps lead to without a character.
func (a *automaton) all(from []int, at surroundings) []int {
	t := stepSet{sparse: make([]int, len(a.steps))}
	for _, i := range from {
		a.spread(&t, i, at)
	}
	return t.list
}

func (a *automaton) matchIn(steps []int) bool {
	return slices.ContainsFunc(steps, func(i int) bool { return a.steps[i].op == opMatch })
}
