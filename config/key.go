package config

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Key describes one key of the configuration: where it can stand, what it
// holds, and what it means. The table that [Keys] returns is what the file is
// checked against, and what documentation is made of.
type Key struct {
	Name    string
	Scope   Scope
	Kind    Kind
	Default string // as JSON; empty: absent means something of its own
	Doc     string // one line

	// Values and Numbers are the only ones allowed, where there are some.
	Values  []string
	Numbers []int
	// Min and Max bound an Int that has no Numbers.
	Min, Max int
	// Required keys can't be left out of their object.
	Required bool
	// Keys are those of an Object, or of a Switch.
	Keys []Key

	// intrinsic: the value, or each of its items or members, can be an intrinsic
	// function of CloudFormation's. One can also stand for a list as a whole, and
	// so can an expression of Terraform's.
	intrinsic bool
	// merged: the members of an Object of several scopes are merged, as those of maps are.
	merged bool
	// plain values are read by packaging itself, so that nothing can fill in
	// what they hold later.
	plain bool
	// entry checks a member of a TextMap: its name, and its value, which is empty for
	// an intrinsic function.
	entry func(c *checker, k *Key, line int, at keyPath, name, value string)
	// shared is what the schema calls an Object that several keys have.
	shared string
	// form says in words which texts pattern allows.
	form    string
	pattern lazyregexp.Regexp
}

// Scope is a set of places where a key can stand.
type Scope uint8

// The places: the file's top level, the block of a stage, and the block of a
// function, which both of these can have.
const (
	AppScope Scope = 1 << iota
	StageScope
	FunctionScope

	stageScopes = AppScope | StageScope
	allScopes   = AppScope | StageScope | FunctionScope
)

// String names the places.
func (s Scope) String() string {
	var names []string
	for i, name := range []string{"the top level", "a stage", "a function"} {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// Kind is the type of a key's value.
type Kind int

// The kinds of values.
const (
	Text       Kind = iota
	Bool            // true or false
	Int             // a whole number
	TextList        // a list of strings
	TextOrList      // a string, or a list of them
	TextMap         // an object of strings
	Variables       // an object of strings and CloudFormation intrinsics
	Object          // an object with keys of its own: Key.Keys
	Switch          // true, false, or an object with such keys, which is true
	Number          // a number that isn't negative
	Version         // the file's version, a string or a number
	Stages          // an object of stages' blocks, by name
	Functions       // an object of functions' blocks, by name
	Refused         // a key, of Chalice for Python or of SAM, without a meaning in Go
)

var kindNames = [...]string{
	Text:       "a string",
	Bool:       "true or false",
	Int:        "a whole number",
	TextList:   "a list of strings",
	TextOrList: "a string or a list of strings",
	TextMap:    "an object of strings",
	Variables:  "an object of strings",
	Object:     "an object",
	Switch:     "true, false or an object",
	Number:     "a number that isn't negative",
	Version:    "a string or a number",
	Stages:     "an object of stages",
	Functions:  "an object of functions",
	Refused:    "nothing",
}

// String says in words what a value of that kind is.
func (k Kind) String() string { return kindNames[k] }

// want says in words what the key's value has to be.
func (k Key) want() string {
	switch {
	case len(k.Values) > 0:
		return "one of " + strings.Join(k.Values, ", ")
	case len(k.Numbers) > 0:
		return "one of " + strings.Trim(strings.ReplaceAll(fmt.Sprint(k.Numbers), " ", ", "), "[]")
	case k.Kind == Int:
		return fmt.Sprintf("a whole number from %d to %d", k.Min, k.Max)
	case k.Kind == Text && k.form != "":
		return k.form
	}
	return k.Kind.String()
}

// find returns the key of that name, or nil.
func find(keys []Key, name string) *Key {
	for i := range keys {
		if keys[i].Name == name {
			return &keys[i]
		}
	}
	return nil
}

// namesFor lists the keys that can stand in a scope.
func namesFor(keys []Key, in Scope) []string {
	var names []string
	for _, k := range keys {
		if k.Scope&in != 0 && k.Kind != Refused {
			names = append(names, k.Name)
		}
	}
	return names
}
