package ordered

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Object is a JSON object that keeps its members in the order in which they
// were set. A value is nil, a bool, a string, an int, a json.Number, an
// *Object, or a []any of such values. A nil Object can be read like one without
// members.
type Object struct {
	Members []Member
}

// Member is a member of an object.
type Member struct {
	Key   string
	Value any
}

// New makes an Object of keys and values in turn.
func New(keysAndValues ...any) *Object {
	o := &Object{Members: make([]Member, 0, len(keysAndValues)/2)}
	for i := 0; i < len(keysAndValues); i += 2 {
		o.Members = append(o.Members, Member{keysAndValues[i].(string), keysAndValues[i+1]})
	}
	return o
}

// Len is the number of members.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.Members)
}

// Keys lists the names of the members in order.
func (o *Object) Keys() []string {
	keys := make([]string, o.Len())
	for i := range keys {
		keys[i] = o.Members[i].Key
	}
	return keys
}

// Get returns the member's value, and whether there is such a member.
func (o *Object) Get(key string) (any, bool) {
	if i := o.Index(key); i >= 0 {
		return o.Members[i].Value, true
	}
	return nil, false
}

// Get returns a member of a type, and whether there is one.
func Get[T any](o *Object, key string) (T, bool) {
	v, _ := o.Get(key)
	typed, ok := v.(T)
	return typed, ok
}

// Section returns the object under name, an empty one if there is none.
func (o *Object) Section(name string) *Object {
	if section, ok := Get[*Object](o, name); ok {
		return section
	}
	return &Object{}
}

// Text returns the text under key, "" if there is none.
func (o *Object) Text(key string) string {
	text, _ := Get[string](o, key)
	return text
}

// Set replaces the member's value, or adds the member at the end.
func (o *Object) Set(key string, value any) {
	if i := o.Index(key); i >= 0 {
		o.Members[i].Value = value
		return
	}
	o.Add(key, value)
}

// Add is Set for a key that is known to be new.
func (o *Object) Add(key string, value any) {
	o.Members = append(o.Members, Member{key, value})
}

// Index returns the place of a member, -1 if there is none of that name.
func (o *Object) Index(key string) int {
	if o == nil {
		return -1
	}
	return slices.IndexFunc(o.Members, func(m Member) bool { return m.Key == key })
}

// Places returns the place of each member, for who asks for many: a merge can have
// thousands.
func (o *Object) Places() map[string]int {
	places := make(map[string]int, len(o.Members))
	for i, m := range o.Members {
		places[m.Key] = i
	}
	return places
}

// Child returns the object under key, made if there is none.
func (o *Object) Child(key string) *Object {
	if v, _ := o.Get(key); v != nil {
		if c, ok := v.(*Object); ok {
			return c
		}
	}
	c := &Object{}
	o.Set(key, c)
	return c
}

// Clone returns an object with the same members, whose values the two share.
func (o *Object) Clone() *Object { return &Object{Members: slices.Clone(o.Members)} }

// MarshalJSON writes the object on one line, its members in order.
func (o *Object) MarshalJSON() ([]byte, error) {
	return AppendCompactJSON(nil, o), nil
}

// UnmarshalJSON reads an object. Numbers keep their spelling.
func (o *Object) UnmarshalJSON(data []byte) error {
	v, err := ParseJSON(data)
	if err != nil {
		return err
	}
	parsed, ok := v.(*Object)
	if !ok {
		return fmt.Errorf("want a JSON object, got %s", KindName(v))
	}
	*o = *parsed
	return nil
}

// KindName names the kind of a JSON value for messages.
func KindName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number, int:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}

// Texts makes a list of values of a list of strings.
func Texts(list []string) []any {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return values
}
