package packager

import (
	"fmt"
	"slices"
	"strings"
)

// goFlags are the flags that the environment gives to every run of the go command:
// the variable GOFLAGS, or what go env -w keeps of it.
// https://pkg.go.dev/cmd/go#hdr-Environment_variables
type goFlags struct {
	tags []string
	// linker are values of -ldflags, each for the packages of its pattern.
	linker []patterned
	// rest is GOFLAGS for a build of ours.
	rest string
	// leftOut are the words that a build of ours is without.
	leftOut []string
}

// patterned is a value for the packages that a pattern matches; of several, the last
// counts. The pattern, with the = after it, is empty for the packages of the command line.
type patterned struct{ pattern, value string }

// leftOut are the flags of GOFLAGS that change how the same source is compiled, mostly
// for tests and debuggers, with the value that makes no difference. What else is there
// stays: it says which source and which tools count, such as -mod, -overlay, -pgo and
// -toolexec.
var leftOut = map[string]string{
	"asan": "false", "asmflags": "", "buildmode": "exe", "buildvcs": "false", "compiler": "gc", "cover": "false",
	"covermode": "", "coverpkg": "", "gccgoflags": "", "gcflags": "", "installsuffix": "", "linkshared": "false",
	"msan": "false", "pkgdir": "", "race": "false", "trimpath": "true",
}

// onlyPrint are the flags by which go build and go list print something else than we
// read.
var onlyPrint = []string{"compiled", "deps", "e", "export", "f", "find", "json", "m", "n", "test", "u", "v", "versions", "work", "x"}

// readGoFlags takes GOFLAGS apart as the go command does. Of several -tags the last counts.
func readGoFlags(text string) (goFlags, error) {
	var flags goFlags
	words, err := splitQuoted(text)
	if err != nil {
		return flags, fmt.Errorf("GOFLAGS (see go env GOFLAGS): %w", err)
	}
	var kept []string
	for _, word := range words {
		name, value, hasValue := cutFlag(word)
		if !hasValue {
			value = "true"
		}
		without, changes := leftOut[name]
		switch {
		case word[0] != '-' || name == "":
			return flags, fmt.Errorf("GOFLAGS (see go env GOFLAGS) has %q, which is no flag: a flag and its value are one word, such as -tags=prod", word)
		case (name == "tags" || name == "ldflags") && !hasValue:
			return flags, fmt.Errorf("GOFLAGS (see go env GOFLAGS) has -%s without a value: write it in one word, -%s=VALUE", name, name)
		case name == "tags":
			flags.tags = splitTags(value)
		case name == "ldflags":
			flags.linker = append(flags.linker, cutPattern(value))
		case changes:
			if value != without {
				flags.leftOut = append(flags.leftOut, word)
			}
		case !slices.Contains(onlyPrint, name):
			kept = append(kept, quoted(word))
		}
	}
	flags.rest = strings.Join(kept, " ")
	return flags, nil
}

// cutFlag takes a flag apart, which can begin with one - or two.
func cutFlag(word string) (name, value string, hasValue bool) {
	return strings.Cut(strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-"), "=")
}

// splitTags returns the tags of a value of -tags.
func splitTags(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", \t\n'\"", r) })
}

// cutPattern takes a value of -ldflags apart.
func cutPattern(value string) patterned {
	value = strings.TrimSpace(value)
	if pattern, flags, ok := strings.Cut(value, "="); ok && value[0] != '-' {
		return patterned{pattern + "=", flags}
	}
	return patterned{"", value}
}

// splitQuoted returns the words of a text, as the go command finds them in GOFLAGS and in
// values of -ldflags: a word that begins with a quote ends with the next one, and nothing
// is an escape.
func splitQuoted(text string) ([]string, error) {
	var words []string
	for {
		text = strings.TrimLeft(text, " \t\n\r")
		if text == "" {
			return words, nil
		}
		end, after := strings.IndexAny(text, " \t\n\r"), 0
		if quote := text[0]; quote == '"' || quote == '\'' {
			text = text[1:]
			if end, after = strings.IndexByte(text, quote), 1; end < 0 {
				return nil, fmt.Errorf("a quote (%c) is without its other one", quote)
			}
		}
		if end < 0 {
			end = len(text)
		}
		if word := text[:end]; word != "" {
			words = append(words, word)
		}
		text = text[end+after:]
	}
}

// quoted returns a word as GOFLAGS can have it. It came from there, so that it hasn't
// both kinds of quotes and a space.
func quoted(word string) string {
	switch {
	case !strings.ContainsAny(word, " \t\n\r") && !strings.ContainsAny(word[:1], `'"`):
		return word
	case strings.Contains(word, "'"):
		return `"` + word + `"`
	}
	return "'" + word + "'"
}
