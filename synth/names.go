package synth

import (
	"fmt"
	"strings"
)

// LogicalID returns the logical id that CloudFormation knows a resource by: the
// name's parts between dashes and underscores, each with a capital first
// letter, without any character but ASCII letters and digits. It is an error
// if nothing is left, as CloudFormation accepts no empty id.
func LogicalID(name string) (string, error) {
	id := capitalized(capitalized(name, "-"), "_")
	id = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, id)
	if id == "" {
		return "", fmt.Errorf("name %q gives an empty logical id: it needs an ASCII letter or a digit", name)
	}
	return id, nil
}

func capitalized(s, separator string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, separator) {
		for i, r := range part {
			if i == 0 {
				b.WriteString(strings.ToUpper(string(r)))
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}
