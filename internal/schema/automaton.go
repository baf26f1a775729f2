package schema

import (
	"errors"
)

// An automaton decides whether a part of a text matches a pattern. Package regexp would do,
// but each program that has typed routes would prepare its tables when it starts, patterns
// or not, and a pattern would take twice as long. There are no captures, and all that is to
// be known is whether there is a match, so it needs little: it is a nondeterministic
// automaton, which takes time in proportion to the text's length, whatever the pattern.
type automaton struct {
	steps []step
	start int
	words bool // it has \b or \B
	dfa   dfa
}

// step is a state of an automaton.
type step struct {
	op          operation
	class       *class // of the characters that opClass takes
	next, other int    // other is opSplit's
}

type operation uint8

const (
	opMatch operation = iota
	opClass
	opSplit
	opBegin   // of the text
	opEnd     // of the text
	opWord    // \b
	opNotWord // \B
)

// maxSteps limits what repetitions within repetitions make of a pattern.
const maxSteps = 20_000

var errTooLarge = errors.New("its repetitions within repetitions make it too large: a maxLength might say it")

// newAutomaton makes the automaton of a pattern that a patternReader has written.
func newAutomaton(goText string) (*automaton, error) {
	p := patternParser{text: goText}
	tree := p.alternatives()
	if p.err != nil {
		return nil, p.err
	}
	a := &automaton{}
	end := a.add(step{op: opMatch})
	start, ok := a.compile(tree, end)
	if !ok {
		return nil, errTooLarge
	}
	a.start = start
	return a, nil
}

func (a *automaton) add(s step) int {
	a.steps = append(a.steps, s)
	return len(a.steps) - 1
}

// compile adds the steps of a part of a pattern, after which comes next. It returns the
// first of them, and false if there are too many.
func (a *automaton) compile(t *patternTree, next int) (start int, ok bool) {
	if len(a.steps) > maxSteps {
		return 0, false
	}
	switch t.kind {
	case classTree:
		return a.add(step{op: opClass, class: t.class, next: next}), true
	case assertionTree:
		a.words = a.words || t.op == opWord || t.op == opNotWord
		return a.add(step{op: t.op, next: next}), true
	case sequenceTree:
		for i := len(t.parts) - 1; i >= 0; i-- {
			if next, ok = a.compile(t.parts[i], next); !ok {
				return 0, false
			}
		}
		return next, true
	case alternativesTree:
		start, ok = a.compile(t.parts[0], next)
		for _, part := range t.parts[1:] {
			other, ok2 := a.compile(part, next)
			if !ok || !ok2 {
				return 0, false
			}
			start = a.add(step{op: opSplit, next: start, other: other})
		}
		return start, ok
	}
	return a.repeat(t, next)
}

// repeat is compile for a repetition.
func (a *automaton) repeat(t *patternTree, next int) (start int, ok bool) {
	part := t.parts[0]
	start, ok = next, true
	if t.most < 0 { // any number of times more
		loop := a.add(step{op: opSplit, other: next})
		if a.steps[loop].next, ok = a.compile(part, loop); !ok {
			return 0, false
		}
		start = loop
	}
	for range t.most - t.least {
		inner, ok := a.compile(part, start)
		if !ok {
			return 0, false
		}
		start = a.add(step{op: opSplit, next: inner, other: next})
	}
	for range t.least {
		if start, ok = a.compile(part, start); !ok {
			return 0, false
		}
	}
	return start, true
}
