package schema

import "strings"

// nearest returns the name that a misspelt one is likely to mean, "" if there is none:
// one that differs in case only, or in at most two letters that are missing, too many,
// wrong or swapped. Short names have to be as long or differ in case only.
func nearest(word string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		d := distance(strings.ToLower(word), strings.ToLower(name))
		if d < least && d <= len(name)/4 {
			best, least = name, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that
// turn a into b. From 3 on it is 3.
func distance(a, b string) int {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	return spend(a, b, 3)
}

func spend(a, b string, limit int) int {
	switch {
	case a == b:
		return 0
	case limit == 0:
		return 1
	case a != "" && b != "" && a[0] == b[0]:
		return spend(a[1:], b[1:], limit)
	}
	best := limit
	try := func(a, b string) { best = min(best, 1+spend(a, b, min(best, limit)-1)) }
	if a != "" {
		try(a[1:], b)
	}
	if b != "" {
		try(a, b[1:])
	}
	if a != "" && b != "" {
		try(a[1:], b[1:])
	}
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		try(a[2:], b[2:])
	}
	return best
}
