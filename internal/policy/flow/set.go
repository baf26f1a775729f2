package flow

import "slices"

// set is a set whose elements stay in the order in which they came. Most are small, and
// searched through.
type set[T comparable] struct {
	list  []T
	index map[T]struct{} // nil while there are few
}

// fewElements is how many elements are faster to look through than to find in a map.
const fewElements = 8

func (s *set[T]) has(v T) bool {
	if s.index == nil {
		return slices.Contains(s.list, v)
	}
	_, ok := s.index[v]
	return ok
}

// add adds an element, and reports whether it is a new one.
func (s *set[T]) add(v T) bool {
	if s.has(v) {
		return false
	}
	s.list = append(s.list, v)
	if s.index == nil && len(s.list) > fewElements {
		s.index = make(map[T]struct{}, 2*len(s.list))
		for _, known := range s.list[:len(s.list)-1] {
			s.index[known] = struct{}{}
		}
	}
	if s.index != nil {
		s.index[v] = struct{}{}
	}
	return true
}
