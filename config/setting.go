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
	var all []Setting
	for _, f := range s.inForce() {
		all = append(all, f.setting())
	}
	return all
}

// inForce is what is in force: a value of the file, or of flags, or a default.
type inForce struct {
	function string // empty: the app
	key      Key
	name     string  // in an object that is merged of several blocks, of the member
	member   *member // nil: the default of the key
}

func (s *Stage) inForce() []inForce {
	src := s.source
	if src == nil {
		src = &source{}
	}
	all := src.inForce("")
	for _, name := range src.functionNames() {
		all = append(all, src.inForce(name)...)
	}
	return all
}

// inForce returns what is in force for a function, or with no name for the app.
func (s *source) inForce(function string) []inForce {
	var all []inForce
	for _, k := range keys {
		switch {
		case k.Kind == Version || k.Kind == Stages || k.Kind == Functions || k.Kind == Refused:
		case function != "" && k.Scope&FunctionScope == 0:
		case k.Kind == Variables || k.Kind == TextMap || k.merged:
			all = append(all, s.merged(function, k)...)
		default:
			if f, ok := s.whole(function, k); ok {
				all = append(all, f)
			}
		}
	}
	return all
}

// whole returns the value of a key that is taken as a whole. A function has
// those only that are its own.
func (s *source) whole(function string, k Key) (inForce, bool) {
	m := s.lookup(function, k.Name)
	switch {
	case m == nil && (k.Default == "" || function != ""):
		return inForce{}, false
	case m != nil && function != "" && m == s.lookup("", k.Name):
		return inForce{}, false
	}
	return inForce{function: function, key: k, member: m}, true
}

// merged returns the members of an object that is merged of several blocks. A
// function has those only that differ from the app's.
func (s *source) merged(function string, k Key) []inForce {
	app := s.winners("", k.Name)
	var all []inForce
	for _, m := range s.winners(function, k.Name) {
		if function != "" && slices.Contains(app, m) {
			continue
		}
		all = append(all, inForce{function, k, m.key, m})
	}
	return all
}

func (f inForce) setting() Setting {
	if f.member == nil {
		return Setting{Key: f.key.Name, Value: f.key.defaultValue(), From: FromDefault}
	}
	name := f.key.Name
	if f.name != "" {
		name += "." + f.name
	}
	return Setting{f.function, name, f.member.value.plain(), f.member.line, origin(f.member)}
}

// leaf is a value that isn't taken apart any more, with its place.
type leaf struct {
	key   Key
	at    keyPath
	line  int
	value any
}

// leaves returns the values within what is in force, or what it is itself. A default
// has none.
func (f inForce) leaves() []leaf {
	at := pathOf(f.function, f.key.Name)
	switch {
	case f.member == nil:
		return nil
	case f.key.merged:
		if sub := find(f.key.Keys, f.name); sub != nil {
			return leavesOf(*sub, at.to(f.name), f.member)
		}
		return nil
	case f.name != "":
		return []leaf{{f.key, at.to(f.name), f.member.line, f.member.value.plain()}}
	}
	return leavesOf(f.key, at, f.member)
}

func leavesOf(k Key, at keyPath, m *member) []leaf {
	o, ok := m.value.value.(*object)
	if !ok || k.Kind != Object && k.Kind != Switch && k.Kind != TextMap {
		return []leaf{{k, at, m.line, m.value.plain()}}
	}
	var all []leaf
	for _, m := range o.members {
		switch sub := find(k.Keys, m.key); {
		case k.Kind == TextMap:
			all = append(all, leaf{k, at.to(m.key), m.line, m.value.plain()})
		case sub != nil:
			all = append(all, leavesOf(*sub, at.to(m.key), m)...)
		}
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
			if m.value.value == nil {
				continue
			}
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
