// Package nearest guesses what a misspelt name was meant to be, for the "did
// you mean" of messages.
package nearest

import "strings"

// Of returns the name that is nearest to a word, in spelling or as a longer
// name that contains it, or "" if none is near. Case doesn't matter. Of names
// that are equally near it is the first.
func Of(word string, names []string) string {
	if len(word) > maxWord {
		return ""
	}
	word = strings.ToLower(word)
	best, bestDistance := "", len(word)/2+1
	for _, name := range names {
		if len(name) > 2*maxWord {
			continue
		}
		lower := strings.ToLower(name)
		d := distance(word, lower)
		// "timeout" for lambda_timeout differs in many letters, but is likely to mean
		// it.
		if len(word) > 3 && strings.Contains(lower, word) {
			d = min(d, 2)
		}
		if d < bestDistance {
			best, bestDistance = name, d
		}
	}
	return best
}

// maxWord is the length in bytes from which on nobody misspells a word. Comparing two
// names takes as long as their lengths' product.
const maxWord = 128

// Question returns the end of a message: a semicolon and the question whether
// the nearest name was meant, or "" if no name is near.
func Question(word string, names []string) string {
	if name := Of(word, names); name != "" {
		return "; did you mean " + name + "?"
	}
	return ""
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
