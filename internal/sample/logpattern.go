package sample

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/internal/logpattern"
)

// messageFor returns a message that a filter pattern lets through, if one of a few tries
// does, or else the example: some patterns ask for more than equality.
func messageFor(pattern, example string) string {
	matcher, err := logpattern.Compile(pattern)
	if err != nil {
		return example
	}
	for _, try := range []func(string) string{
		func(string) string { return example }, termsOf, membersOf, wordsOf,
	} {
		if message := try(pattern); matcher.Match(message) {
			return message
		}
	}
	return example
}

// term is a term of a pattern: in quotes or not, with a ? or a - before it.
var term = regexp.MustCompile(`([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))`)

// termsOf has all terms of a pattern but those that exclude messages.
func termsOf(pattern string) string {
	var all []string
	for _, m := range term.FindAllStringSubmatch(pattern, -1) {
		if m[1] != "-" {
			all = append(all, m[2]+m[3])
		}
	}
	return strings.Join(all, " ")
}

// equality is a condition on a member of a message that is JSON.
var equality = regexp.MustCompile(`\$\.([A-Za-z0-9_.-]+)\s*(=|>=|<=|IS|EXISTS)\s*("(?:[^"\\]|\\.)*"|[^\s)&|}]*)`)

// membersOf is JSON with the members that a pattern compares.
func membersOf(pattern string) string {
	message := dict{}
	for _, m := range equality.FindAllStringSubmatch(pattern, -1) {
		value := json.RawMessage(strings.ToLower(m[3])) // TRUE, NULL
		if !json.Valid(value) || strings.HasPrefix(m[3], `"`) {
			value, _ = json.Marshal(strings.ReplaceAll(strings.Trim(m[3], `"`), "*", "")) // a text can always be encoded
		}
		to := message
		path := strings.Split(m[1], ".")
		for _, name := range path[:len(path)-1] {
			inner, ok := to[name].(dict)
			if !ok {
				inner = dict{}
			}
			to[name], to = inner, inner
		}
		to[path[len(path)-1]] = value
	}
	text, err := json.Marshal(message)
	if err != nil {
		return ""
	}
	return string(text)
}

// wordsOf has a word for each that a pattern in brackets names: the one that it has to be,
// or any.
func wordsOf(pattern string) string {
	var all []string
	for name := range strings.SplitSeq(strings.Trim(pattern, "[] "), ",") {
		_, value, _ := strings.Cut(name, "=")
		value = strings.Trim(value, `=" `)
		if value = strings.ReplaceAll(value, "*", ""); value == "" {
			value = "1"
		}
		all = append(all, value)
	}
	return strings.Join(all, " ")
}
