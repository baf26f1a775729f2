package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Input is the subject of a review.
type Input struct {
	// Changes are the changes of a change set, or those of [Compare].
	Changes []Change
	// Before and After are the stack's templates. Before is nil if there is no
	// stack yet.
	Before, After *Stack
	Origins       Origins
}

// Review is the meaning of a change.
type Review struct {
	// First means that there is no stack yet, so that everything is added.
	First bool  `json:"first,omitempty"`
	Rows  []Row `json:"rows"`
	// Outputs are the stack's outputs that change.
	Outputs []Property `json:"outputs,omitempty"`
	Widened []Grant    `json:"widened,omitempty"`
	Exposed []Exposure `json:"exposed,omitempty"`
}

// Of reviews a change.
func Of(in Input) *Review {
	before, after := newWorld(in.Before), newWorld(in.After)
	c := compare(before, after)
	r := &Review{First: in.Before == nil, Rows: []Row{}}
	r.Rows = append(r.Rows, c.published(moved(c.rows(in.Changes, nil, in.Origins)))...)
	slices.SortStableFunc(r.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(order[a.Action], order[b.Action]), slices.Compare(a.Stack, b.Stack), strings.Compare(a.LogicalID, b.LogicalID))
	})
	if !r.First {
		r.Outputs = outputs(c)
	}
	s := newSymbols()
	had, has := newRights(before.unaliased(), s), newRights(after.unaliased(), s)
	r.Widened = widened(had, has, in.Origins)
	if r.First {
		r.Widened = together(r.Widened)
	}
	r.Exposed = exposed(had, has, in.Origins)
	if r.First {
		for i := range r.Exposed {
			r.Exposed[i].Details = some(r.Exposed[i].Details, maxDetails)
		}
	}
	return r
}

// Largest numbers: of a permission's reasons, and of public parts in a stack
// that is all new.
const (
	maxWhy     = 8
	maxDetails = 12
)

// some returns the first texts, and how many more there are.
func some(texts []string, most int) []string {
	if more := len(texts) - most; more > 1 {
		return append(texts[:most:most], fmt.Sprintf("and %d more", more))
	}
	return texts
}

var order = map[Action]int{Added: 0, Changed: 1, Replaced: 2, Removed: 3}

// Empty reports whether nothing changes.
func (r *Review) Empty() bool { return len(r.Rows) == 0 && len(r.Outputs) == 0 }

// moved makes one row of the two of a resource that moves to another stack,
// where it is made again.
func moved(rows []Row) []Row {
	type resource struct{ id, kind string }
	gone := map[resource]int{}
	for i, row := range rows {
		if row.Action == Removed {
			gone[resource{row.LogicalID, row.Type}] = i
		}
	}
	drop := map[int]bool{}
	for i := range rows {
		row := &rows[i]
		from, ok := gone[resource{row.LogicalID, row.Type}]
		if row.Action != Added || !ok || drop[from] {
			continue
		}
		row.Action, row.Moved, row.MovedFrom = Replaced, true, rows[from].Stack
		row.PhysicalID, row.Kept, row.Superseded = rows[from].PhysicalID, rows[from].Kept, rows[from].Superseded
		drop[from] = true
	}
	var left []Row
	for i, row := range rows {
		if !drop[i] {
			left = append(left, row)
		}
	}
	return left
}

// outputs returns the outputs of the root stack that change.
func outputs(c *comparison) []Property {
	var all []Property
	for _, d := range memberDifferences(nil, c.before.outputs(), c.after.outputs()) {
		all = append(all, c.property(d, Change{}))
	}
	return all
}
