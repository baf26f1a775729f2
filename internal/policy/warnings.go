package policy

import (
	"cmp"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// MergeWarnings sorts warnings by place. What is said of several functions is
// one warning, and so is a guess about an operation that is called in several places.
func MergeWarnings(all []Warning) []Warning {
	compare := func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Message, b.Message))
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, compare)
	first := map[string]Warning{}
	for i, w := range all {
		if w.Kind != source.WarnService && w.Kind != source.WarnOperation {
			continue
		}
		if _, known := first[w.Message]; !known {
			first[w.Message] = w
		}
		all[i].File, all[i].Line = first[w.Message].File, first[w.Message].Line
	}
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
