package config

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Setting is a value that is in force in a stage, and where it comes from.
type Setting struct {
	// Function is the Lambda function that the value is for; empty: the app, and
	// every function that has no value of its own.
	Function string
	// Key is the key's name. A variable's or a tag's follows after a dot, as in
	// environment_variables.TABLE.
	Key string
	// Value is as encoding/json decodes it, numbers as json.Number.
	Value any
	// Line is that in [File]; 0: the value is no file's.
	Line int
	// From is where the value stands: FromFile, FromOverrides or FromDefault.
	From Origin
}

// Origin is what gave a value.
type Origin string

// What gives values.
const (
	FromFile      Origin = "file"
	FromOverrides Origin = "overrides" // of [Options]
	FromDefault   Origin = "default"
)

// Settings returns what is in force, in the order of the table of keys: first
// for the app as a whole, defaults included, then for each function whose own
// values the configuration has. Keys that hold nothing are left out.
func (s *Stage) Settings() []Setting {
	src := s.source
	if src == nil {
		src = &source{}
	}
	all := src.settings("")
	for _, name := range src.functionNames() {
		all = append(all, src.settings(name)...)
	}
	return all
}

// settings returns those of a function, or with no name those of the app.
func (s *source) settings(function string) []Setting {
	var all []Setting
	for _, k := range keys {
		switch {
		case k.Kind == Version || k.Kind == Stages || k.Kind == Functions || k.Kind == Refused:
		case function != "" && k.Scope&FunctionScope == 0:
		case k.Kind == Variables || k.Kind == TextMap:
			all = append(all, s.merged(function, k)...)
		default:
			if setting, ok := s.setting(function, k); ok {
				all = append(all, setting)
			}
		}
	}
	return all
}

// setting returns the value of a key that is taken as a whole. A function has
// those only that are its own.
func (s *source) setting(function string, k Key) (Setting, bool) {
	m := s.lookup(function, k.Name)
	switch {
	case m == nil && (k.Default == "" || function != ""):
		return Setting{}, false
	case m == nil:
		return Setting{Key: k.Name, Value: k.defaultValue(), From: FromDefault}, true
	case function != "" && m == s.lookup("", k.Name):
		return Setting{}, false
	}
	return Setting{function, k.Name, m.value.plain(), m.line, origin(m)}, true
}

// merged returns the members of an object that is merged of several blocks. A
// function has those only that differ from the app's.
func (s *source) merged(function string, k Key) []Setting {
	app := s.winners("", k.Name)
	var all []Setting
	for _, m := range s.winners(function, k.Name) {
		if function != "" && slices.Contains(app, m) {
			continue
		}
		all = append(all, Setting{function, k.Name + "." + m.key, m.value.plain(), m.line, origin(m)})
	}
	return all
}

// winners returns the members that are in force, in the order of their first
// appearance.
func (s *source) winners(function, key string) []*member {
	var all []*member
	index := map[string]int{}
	for _, block := range s.mapOrder(function) {
		o := block.object(key)
		if o == nil {
			continue
		}
		for _, m := range o.members {
			if at, again := index[m.key]; again {
				all[at] = m
				continue
			}
			index[m.key] = len(all)
			all = append(all, m)
		}
	}
	return all
}

// defaultValue decodes the key's default.
func (k Key) defaultValue() any {
	var value any
	d := json.NewDecoder(bytes.NewReader([]byte(k.Default)))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		panic("config: the default of " + k.Name + " is no JSON: " + err.Error())
	}
	return value
}

// origin tells the values of a file from those of flags, which have no lines.
func origin(m *member) Origin {
	if m.line == 0 {
		return FromOverrides
	}
	return FromFile
}
