// Package shellenv says what of the developer's environment a program of theirs sees
// when a command runs it here.
//
// A program that sees all of it works where it was written and nowhere else, and gets
// credentials that nobody meant it to have. So it sees what [Basic] returns, and what
// the developer names; see [Named].
package shellenv

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/nearest"
)

// basic are the variables that say what a machine is like, and those of Go itself.
var basic = []string{"PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_*", "USER", "GO*", "XDG_*", "SSL_*"}

// basicOnWindows are those that say it there, where case doesn't matter: without them a
// program finds neither the user's folders nor a place for temporary files, and Go no
// cache.
var basicOnWindows = []string{
	"PATH", "PATHEXT", "COMSPEC", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "TZ", "LANG", "HOME", "HOMEDRIVE", "HOMEPATH",
	"USERPROFILE", "USERNAME", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES*", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
	"GO*", "XDG_*", "SSL_*",
}

// notBasic are variables of others whose names begin as one of basic.
const notBasic = "GOOGLE*"

// Basic returns what every program sees, as KEY=value: PATH, HOME, TMPDIR, TZ, LANG,
// LC_*, USER, GO* but GOOGLE*, XDG_* and SSL_*, as far as they are set. On Windows they
// are others of the same meaning.
func Basic() []string {
	return matching(func(name string) bool { return isBasic(runtime.GOOS, name) })
}

func isBasic(system, name string) bool {
	patterns := basic
	if system == "windows" {
		patterns, name = basicOnWindows, strings.ToUpper(name)
	}
	return !matches(notBasic, name) && slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, name) })
}

// Named returns the variables of these names, as KEY=value. A name can end in *, which
// stands for all that begin as it does, but for those of Lambda itself. Every name
// has to stand for something; what is wrong with them is told at once, by flag, the
// name of whatever gave them.
func Named(flag string, names []string) ([]string, error) {
	var all []string
	var problems []error
	for _, name := range names {
		found := matching(func(n string) bool { return stands(runtime.GOOS, name, n) })
		if problem := problemWith(name, found); problem != "" {
			name, _, _ = strings.Cut(name, "=") // a value may be a secret
			problems = append(problems, fmt.Errorf("%s %s %s", flag, cmp.Or(name, `""`), problem))
		}
		all = append(all, found...)
	}
	return all, errors.Join(problems...)
}

// stands reports whether a name that was given stands for a variable. Windows knows
// variables by their names in any case.
func stands(system, given, name string) bool {
	if system == "windows" {
		given, name = strings.ToUpper(given), strings.ToUpper(name)
	}
	return matches(given, name) && (name == given || !OfLambda(name))
}

// problemWith returns why a name can't be passed on, as the end of a sentence; "" if it
// can.
func problemWith(name string, found []string) string {
	switch name, _, hasValue := strings.Cut(name, "="); {
	case hasValue:
		return "has a value, but it takes the name of a variable that is set already: set it before the command"
	case OfLambda(name):
		return "is a variable that Lambda sets itself"
	case len(found) == 0 && strings.HasSuffix(name, "*"):
		return "stands for no variable that is set"
	case len(found) == 0:
		return "is no variable that is set" + nearest.Question(name, names())
	}
	return ""
}

// OfLambda reports whether a variable is one of those that Lambda sets itself, so that
// no value of ours may reach a program. Region and credentials aren't among them: here
// they come from the developer.
func OfLambda(name string) bool {
	return name == "_HANDLER" || strings.HasPrefix(name, "AWS_LAMBDA_") || strings.HasPrefix(name, "LAMBDA_")
}

// matching returns the variables whose names are wanted.
func matching(want func(name string) bool) []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return !want(name)
	})
}

// names returns the names of all variables.
func names() []string {
	all := os.Environ()
	for i, variable := range all {
		all[i], _, _ = strings.Cut(variable, "=")
	}
	return all
}

func matches(pattern, name string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	return name == pattern || open && strings.HasPrefix(name, prefix)
}
