package migrate

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// namer gives out names of the Go package, each once.
type namer struct{ taken map[string]bool }

// ours are the names that the files of a project have for themselves: functions and
// variables of the template, and the packages that the files import or that handlers are
// likely to.
var ours = strings.Fields(`
	a init main newApp notWritten
	app apptest context dispatch json slices strings testing time
	aws bytes errors fmt http io log maps math os slog sort strconv sync url websocket`)

func newNamer() *namer {
	n := &namer{map[string]bool{}}
	for _, name := range append(types.Universe.Names(), ours...) {
		n.taken[name] = true
	}
	return n
}

// name makes a Go name of a Python one, or takes the next that is free: get_user
// becomes getUser, and getUser2 if there is one already.
func (n *namer) name(python, otherwise string) string {
	base := goName(python)
	if base == "" {
		base = otherwise
	}
	name := base
	for i := 2; n.taken[name] || token.IsKeyword(name); i++ {
		name = base + strconv.Itoa(i)
	}
	n.taken[name] = true
	return name
}

// goName spells a Python name as Go does that of what a package keeps to itself. It is
// empty if nothing of the name can be part of one.
func goName(python string) string {
	words := strings.FieldsFunc(python, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for i, word := range words {
		if i > 0 {
			first, size := utf8.DecodeRuneInString(word)
			words[i] = string(unicode.ToUpper(first)) + word[size:]
		}
	}
	name := strings.TrimLeftFunc(strings.Join(words, ""), func(c rune) bool { return !unicode.IsLetter(c) })
	return lowerStart(name)
}

// lowerStart makes the first word of a name lower-case: userPool of UserPool,
// httpHandler of HTTPHandler.
func lowerStart(name string) string {
	runes := []rune(name)
	for i, c := range runes {
		if !unicode.IsUpper(c) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(c)
	}
	return string(runes)
}

// moduleName makes the name of a Go module of the app's: letters, digits, - and _, the
// first of them a letter.
func moduleName(appName string) string {
	name := strings.Map(func(c rune) rune {
		if c < utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '-' || c == '_') {
			return c
		}
		return '-'
	}, appName)
	return strings.TrimLeftFunc(strings.TrimRight(name, "-"), func(c rune) bool { return !unicode.IsLetter(c) })
}
