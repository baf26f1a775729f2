package main

import "slices"

// Paging is the part of a list that a client asks for.
type Paging struct {
	// How many items the answer has at most.
	Limit int `query:"limit" default:"20" minimum:"1" maximum:"100"`
	// The key of the last item that the client has: the next page starts after it.
	After string `query:"after,omitzero" maxLength:"120" example:"mug-blue"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// What to ask for in "after" to get the next page. Not there on the last one.
	Next string `json:"next,omitempty"`
}

// page returns the part of a list that is asked for. A key that the list doesn't have
// starts at the first item.
func page[T any](all []T, p Paging, key func(T) string) Page[T] {
	start := 1 + slices.IndexFunc(all, func(item T) bool { return key(item) == p.After })
	end := min(start+p.Limit, len(all))
	found := Page[T]{Items: all[start:end]}
	if end < len(all) {
		found.Next = key(all[end-1])
	}
	return found
}
