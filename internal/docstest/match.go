package docstest

import "strings"

// gap stands for any number of lines.
const gap = "..."

func isGap(line string) bool { return strings.TrimSpace(line) == gap }

// matches reports whether an output is what a page shows.
func matches(shown, got []string) bool {
	if len(shown) == 0 {
		return len(got) == 0
	}
	if isGap(shown[0]) {
		for i := range len(got) + 1 {
			if matches(shown[1:], got[i:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && normal(shown[0]) == normal(got[0]) && matches(shown[1:], got[1:])
}

// after returns how many lines of an output there are up to the last of some that it has in
// their order, and whether it has them.
func after(shown, got []string) (end int, ok bool) {
	for _, line := range shown {
		if isGap(line) {
			continue
		}
		for end < len(got) && normal(got[end]) != normal(line) {
			end++
		}
		if end == len(got) {
			return 0, false
		}
		end++
	}
	return end, true
}

// mended returns what a page should show: the output, with lines as the page has them where
// these are equal but for what differs from run to run, and with one gap where the page has any.
func mended(shown, got []string) []string {
	before, behind := len(shown), 0
	for i, line := range shown {
		if isGap(line) {
			before, behind = min(before, i), len(shown)-1-i
		}
	}
	spelling := map[string]string{}
	for _, line := range shown {
		spelling[normal(line)] = line
	}
	var all []string
	for i, line := range got {
		if before < len(shown) && i == before && len(got)-i > behind {
			all = append(all, gap)
		}
		if before < len(shown) && i >= before && i < len(got)-behind {
			continue
		}
		if old, ok := spelling[normal(line)]; ok {
			line = old
		}
		all = append(all, line)
	}
	return all
}

// hasExcerpt reports whether lines stand in a text, indentation and blank lines aside. Lines
// like "// ..." leave something out.
func hasExcerpt(excerpt, text []string) bool {
	rest := dense(text)
	for _, part := range parts(excerpt) {
		i := index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return true
}

// parts divides an excerpt where something is left out.
func parts(excerpt []string) (all [][]string) {
	var part []string
	for _, line := range append(dense(excerpt), gap) {
		if strings.TrimLeft(line, "/# ") != gap {
			part = append(part, line)
		} else if len(part) > 0 {
			all, part = append(all, part), nil
		}
	}
	return all
}

// dense returns lines without indentation, and none that are blank.
func dense(text []string) (all []string) {
	for _, line := range text {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func index(text, part []string) int {
	for i := range len(text) - len(part) + 1 {
		if matches(part, text[i:i+len(part)]) {
			return i
		}
	}
	return -1
}
