package timing

import (
	"slices"
	"time"
)

// Span is a step, and when it was.
type Span struct {
	Name  string
	Began time.Duration // after the recording began
	Took  time.Duration
	Depth int // how many steps it is a part of
	// Lane is a row of a drawing, from 1 on. Of two spans in a row, one is a part of the
	// other, or it begins when the other has ended.
	Lane int
}

// Spans are the steps of a recording, which is the first. Each is followed by its parts,
// in the order in which these began.
type Spans []Span

// none is the parent of the first step, and the lane of one that has none yet.
const none = -1

// spans returns the steps, those that go on as if they ended now.
func (r *recorder) spans() Spans {
	r.mu.Lock()
	defer r.mu.Unlock()
	steps := slices.Clone(r.steps)
	now := r.now()
	parts := make([][]int, len(steps))
	for i := range steps {
		if !steps[i].ended {
			steps[i].end = now
		}
		if i > 0 {
			parts[steps[i].parent] = append(parts[steps[i].parent], i)
		}
	}
	lanes := lanesOf(steps)
	var all Spans
	var add func(i, depth int)
	add = func(i, depth int) {
		s := steps[i]
		all = append(all, Span{Name: s.name, Began: s.began, Took: s.end - s.began, Depth: depth, Lane: lanes[i] + 1})
		for _, part := range parts[i] {
			add(part, depth+1)
		}
	}
	add(0, 0)
	return all
}

// lanesOf gives each step a lane, from 0 on: that of the step that it is a part of, unless
// something else goes on there, or it ends later; or else the first that is free.
func lanesOf(steps []step) []int {
	lanes := make([]int, len(steps))
	var goingOn [][]int // in each lane, each a part of the one before it
	for i, s := range steps {
		lane, free := none, none
		for n, open := range goingOn {
			for len(open) > 0 && steps[open[len(open)-1]].end <= s.began {
				open = open[:len(open)-1]
			}
			goingOn[n] = open
			switch {
			case len(open) == 0 && free == none:
				free = n
			case len(open) > 0 && open[len(open)-1] == s.parent && s.end <= steps[s.parent].end:
				lane = n
			}
		}
		if lane == none {
			lane = free
		}
		if lane == none {
			lane = len(goingOn)
			goingOn = append(goingOn, nil)
		}
		lanes[i], goingOn[lane] = lane, append(goingOn[lane], i)
	}
	return lanes
}
