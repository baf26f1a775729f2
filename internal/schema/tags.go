package schema

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tags are the pairs of key and value in the tag of a field, in their order.
type tags struct {
	keys, values []string
	rest         string // what isn't written as it should be; empty: nothing
}

// readTags reads a tag as [reflect.StructTag] does, all of it at once. It ends where the
// tag isn't written as it should be.
func readTags(tag reflect.StructTag) (all tags) {
	rest := strings.TrimLeft(string(tag), " ")
	if rest == "" {
		return all
	}
	n := strings.Count(rest, `:"`)
	both := make([]string, 2*n)
	all.keys, all.values = both[:0:n], both[n:n:2*n]
	for rest != "" {
		key, after, _ := strings.Cut(rest, ":")
		value, end := quotedText(after)
		if end == 0 {
			all.rest = rest
			break
		}
		all.keys, all.values = append(all.keys, key), append(all.values, value)
		rest = strings.TrimLeft(after[end:], " ")
	}
	return all
}

// quotedText reads the string of Go's that a text begins with, and returns the position
// behind it, 0 if there is none.
func quotedText(s string) (value string, end int) {
	if s == "" || s[0] != '"' {
		return "", 0
	}
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	if i >= len(s) {
		return "", 0
	}
	if value = s[1:i]; strings.IndexByte(value, '\\') < 0 && utf8.ValidString(value) {
		return value, i + 1
	}
	value, err := strconv.Unquote(s[:i+1])
	if err != nil {
		return "", 0
	}
	return value, i + 1
}

// lookup returns the first value of a key.
func (t tags) lookup(key string) (string, bool) {
	for i, k := range t.keys {
		if k == key {
			return t.values[i], true
		}
	}
	return "", false
}

func (t tags) get(key string) string {
	value, _ := t.lookup(key)
	return value
}

// all steps through the pairs.
func (t tags) all(yield func(key, value string) bool) {
	for i, key := range t.keys {
		if !yield(key, t.values[i]) {
			return
		}
	}
}
