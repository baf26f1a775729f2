package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// equal reports whether two canonical values are the same.
func equal(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for key, value := range a {
			other, ok := b[key]
			if !ok || !equal(value, other) {
				return false
			}
		}
		return true
	case nil:
		return b == nil
	}
	s, ok := b.(string)
	return ok && s == scalar(a)
}

// valueText returns a canonical value in one line: a text as it is, a reference
// in the form of Fn::Sub, anything else as JSON.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any:
		if s, ok := referenceText(v); ok {
			return s
		}
	case []any:
	default:
		return oneLine(scalar(v))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(readable(v)) != nil {
		return "(too deep to be shown)"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// readable replaces intrinsic functions by texts, if they can be read as such.
func readable(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			all[i] = readable(element)
		}
		return all
	case map[string]any:
		if s, ok := referenceText(v); ok {
			return s
		}
		all := make(map[string]any, len(v))
		for key, value := range v {
			all[key] = readable(value)
		}
		return all
	}
	return v
}

// referenceText returns a reference, or a text with references in it.
func referenceText(o map[string]any) (string, bool) {
	name, argument, ok := intrinsic(o)
	if !ok {
		return "", false
	}
	switch name {
	case "Ref":
		return "${" + scalar(argument) + "}", true
	case "Fn::GetAtt":
		id, attribute, ok := getAtt(argument)
		return "${" + id + "." + attribute + "}", ok
	case "Fn::Join":
		parts := concatenated(o)
		if len(parts) == 1 {
			return "", false // it has a separator
		}
		var b strings.Builder
		for _, part := range parts {
			b.WriteString(valueText(part))
		}
		return b.String(), true
	}
	return "", false
}

// oneLine makes a text fit for a line of a terminal: it escapes what would move
// the cursor, or change the direction of the text.
func oneLine(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unprintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// The largest number of characters of a value in a table, and of an object or
// list.
const (
	maxValue    = 160
	maxCompound = 100
)

// shortText returns a value for a table. Long values are shortened: an object
// to the names of its members, or their number, and a list to its length.
func shortText(v any) string {
	s := digests().ReplaceAllString(valueText(v), "$1…")
	switch compound := v.(type) {
	case map[string]any:
		if len([]rune(s)) > maxCompound && !isIntrinsic(compound) {
			names := oneLine(strings.Join(sortedKeys(compound), ", "))
			if len([]rune(names)) > maxCompound {
				names = count(len(compound), "member")
			}
			return "{" + names + "}"
		}
	case []any:
		if len([]rune(s)) > maxCompound {
			return fmt.Sprintf("[%s]", count(len(compound), "element"))
		}
	}
	if r := []rune(s); len(r) > maxValue {
		s = string(r[:maxValue-1]) + "…"
	}
	return s
}

// digests matches digests, which are shown without their ends.
var digests = lazyregexp.New(`\b([0-9a-f]{12})[0-9a-f]{28,}\b`)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
