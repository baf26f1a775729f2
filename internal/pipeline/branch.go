package pipeline

import (
	"strings"
	"unicode"
)

// IsBranch reports whether git takes a name for one of a branch. The full name of a
// reference is none.
// https://git-scm.com/docs/git-check-ref-format
func IsBranch(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	for _, text := range []string{"..", "@{"} {
		if strings.Contains(name, text) {
			return false
		}
	}
	forbidden := func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(` ~^:?*[\`, r) }
	return name[0] != '-' && !strings.HasSuffix(name, ".") &&
		!strings.HasPrefix(name, "refs/heads/") && !strings.ContainsFunc(name, forbidden)
}
