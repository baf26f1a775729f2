package policy

import (
	"cmp"
	"slices"
)

// MergeWarnings sorts warnings by place. What is said of several functions is
// one warning.
func MergeWarnings(all []Warning) []Warning {
	compare := func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Message, b.Message))
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, compare)
	var merged []Warning
	for _, w := range all {
		n := len(merged)
		if n == 0 || compare(merged[n-1], w) != 0 {
			merged = append(merged, w)
			continue
		}
		last := &merged[n-1]
		if len(last.Functions) == 0 || len(w.Functions) == 0 {
			last.Functions = nil
			continue
		}
		last.Functions = slices.Compact(slices.Sorted(slices.Values(slices.Concat(last.Functions, w.Functions))))
	}
	return merged
}
