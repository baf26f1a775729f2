package app

import "strings"

// star is the label of a pattern that stands for one or more labels.
const star = "*"

// isPattern reports whether an allowed origin stands for several.
func isPattern(allowed string) bool { return allowed != everyOrigin && strings.Contains(allowed, star) }

// matchesOrigin reports whether a request's origin is one that is allowed by
// name, by a pattern, or as one of all. What isn't an origin matches nothing.
func matchesOrigin(allowed, origin string) bool {
	if !isPattern(allowed) {
		return origin != "" && (allowed == origin || allowed == everyOrigin)
	}
	before, after, _ := strings.Cut(allowed, star) // https:// and .example.com:8443
	labels, ok := strings.CutPrefix(origin, before)
	if !ok || !strings.HasSuffix(before, "://") || !strings.HasPrefix(after, ".") {
		return false
	}
	labels, ok = strings.CutSuffix(labels, after)
	return ok && areLabels(labels)
}

// areLabels reports whether a text is one label of a host's name, or several
// with dots between them. All that could make it another part of a URL, such as
// a slash, a colon or an @, is none of a label.
func areLabels(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return !isLabelRune(r) }) {
			return false
		}
	}
	return true
}

func isLabelRune(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}
