package delivery

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// leaf is a member that a pattern names, and what it asks of that.
type leaf struct {
	path []string
	want any
}

// leaves are the members that a pattern names, in order.
func leaves(pattern map[string]any, above []string) []leaf {
	var all []leaf
	for _, name := range slices.Sorted(maps.Keys(pattern)) {
		path := append(slices.Clip(above), name)
		switch want := pattern[name].(type) {
		case map[string]any:
			all = append(all, leaves(want, path)...)
		case app.Pattern:
			all = append(all, leaves(want, path)...)
		default:
			all = append(all, leaf{path, want})
		}
	}
	return all
}

// alone is a pattern that asks for nothing but the leaf.
func (l leaf) alone() map[string]any {
	pattern := map[string]any{l.path[len(l.path)-1]: l.want}
	for _, name := range slices.Backward(l.path[:len(l.path)-1]) {
		pattern = map[string]any{name: pattern}
	}
	return pattern
}

// mismatch says which member of an event a pattern doesn't match, if one does that by
// itself. It asks match whether a pattern matches.
func mismatch(whose string, pattern map[string]any, event []byte, match func(map[string]any) bool) string {
	for _, l := range leaves(pattern, nil) {
		if match(l.alone()) {
			continue
		}
		if l.path[len(l.path)-1] == "$or" {
			return fmt.Sprintf("the event matches none of the alternatives of %s", whose)
		}
		return fmt.Sprintf("%s wants %s to be %s, and %s", whose, strings.Join(l.path, "."), clip(encode(l.want)), found(event, l.path))
	}
	return fmt.Sprintf("the event doesn't match %s", whose)
}

// found says what an event has at a path.
func found(event []byte, path []string) string {
	var v any
	if err := decode(event, &v); err != nil {
		return "the event is no JSON"
	}
	for i, name := range path {
		members, ok := opened(v).(map[string]any)
		if !ok {
			return strings.Join(path[:i], ".") + " is " + clip(encode(v))
		}
		if v, ok = members[name]; !ok {
			return "the event has none"
		}
	}
	return "it is " + clip(encode(v))
}

// opened decodes the JSON in the body of a message, and in the data of a record, which
// is base64.
func opened(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	var inner any
	if decode([]byte(text), &inner) == nil {
		return inner
	}
	if data, err := base64.StdEncoding.DecodeString(text); err == nil && json.Valid(data) {
		_ = decode(data, &inner) // it is valid
		return inner
	}
	return v
}
