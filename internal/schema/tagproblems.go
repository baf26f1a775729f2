package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func isRuleWord(key string) bool {
	return slices.ContainsFunc(ruleWords[:], func(w ruleWord) bool { return w.name == key })
}

// valueProblems says why the value of a tag can't be one of the field.
func valueProblems(key string, tags tags, t *Type, rules *Rules) (all []string) {
	text, ok := tags.lookup(key)
	if !ok {
		return nil
	}
	raw := valueOf(text, t)
	for _, problem := range conform(raw, t, rules) {
		all = append(all, key+": "+strconv.Quote(text)+" "+problem)
	}
	if all == nil && !t.Quoted && t.Kind != String {
		if err := json.Unmarshal([]byte(raw), reflect.New(t.Go).Interface()); err != nil {
			return []string{key + ": " + strconv.Quote(text) + " isn't a value of " + t.Go.String()}
		}
	}
	return all
}

// otherWords are words of JSON Schema that aren't tags, and what to write instead.
var otherWords = [...]struct{ word, instead string }{
	{"const", `enum with one value says it`},
	{"required", `a field is required unless it is a pointer, has omitzero or a default`},
	{"nullable", `pointers, slices and maps are`},
	{"description", `doc says it`},
	{"contains", ""}, {"minContains", ""}, {"maxContains", ""}, {"propertyNames", ""}, {"patternProperties", ""},
	{"dependentRequired", "a method Validate can check it"},
}

// knownWords are the keys of tags that say something of values.
func knownWords() []string {
	words := []string{"default", "doc", "example", "additionalProperties"}
	for _, w := range ruleWords {
		words = append(words, w.name)
	}
	return words
}

// nearProblems are misspelt keys of a tag.
func nearProblems(tags tags) (all []string) {
	words := knownWords()
	for _, key := range tags.keys {
		switch bare, near := strings.TrimLeft(key, ",;"), nearest(key, words); {
		case slices.Contains(words, key):
		case slices.Contains(words, bare):
			all = append(all, apart(bare))
		case near != "":
			all = append(all, key+" isn't a tag that is known; did you mean "+near+"?")
		}
	}
	return all
}

// wordProblems are keys of a tag that are likely to mean something that they don't.
func wordProblems(tags tags) (all []string) {
	words := knownWords()
	all = nearProblems(tags)
	for i, key := range tags.keys {
		if slices.Contains(words, key) && slices.Index(tags.keys, key) < i {
			all = append(all, key+" is there twice")
		}
		for _, other := range otherWords {
			if other.word == key {
				all = append(all, strings.TrimSuffix(key+" isn't a tag that is known: "+other.instead, ": "))
			}
		}
	}
	return append(all, tags.cutProblems(append(words, jsonTag))...)
}

// cutProblems says where a tag isn't written as it should be, if a key that means something
// is there or behind.
func (t tags) cutProblems(words []string) []string {
	if t.rest == "" {
		return nil
	}
	key, value, _ := strings.Cut(t.rest, ":")
	if slices.Contains(words, key) && strings.HasPrefix(value, `"`) {
		return []string{key + ` has a \ or a " that a tag can't have: write \\ for \, and \" for ", as in ` + key + `:"\\d+"`}
	}
	for _, w := range words {
		if key == w || strings.HasPrefix(key, w+"=") || strings.Contains(t.rest, " "+w+":") {
			return []string{apart(w)}
		}
	}
	return nil
}

func apart(key string) string {
	return key + ` has to be written as ` + key + `:"value", after a space`
}

// jsonTagProblems are what encoding/json doesn't take of its tag.
func jsonTagProblems(tag string) (all []string) {
	name, options, _ := strings.Cut(tag, ",")
	if name != "" && !isName(name) {
		all = append(all, "encoding/json takes no member with the name "+strconv.Quote(name))
	}
	known := []string{"omitempty", "omitzero", "string"}
	for option := range strings.SplitSeq(options, ",") {
		if near := nearest(option, known); near != "" && !slices.Contains(known, option) {
			all = append(all, strconv.Quote(option)+" isn't an option of encoding/json; did you mean "+near+"?")
		}
	}
	return all
}
