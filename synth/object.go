package synth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/chalice-go/chalice/internal/jsontext"
)

// Object is a JSON object that keeps its members in the order in which they
// were set. A value is nil, a bool, a string, an int, a json.Number, an
// *Object, or a []any of such values.
type Object struct {
	members []member
}

type member struct {
	key   string
	value any
}

// object makes an Object of keys and values in turn.
func object(keysAndValues ...any) *Object {
	o := &Object{members: make([]member, 0, len(keysAndValues)/2)}
	for i := 0; i < len(keysAndValues); i += 2 {
		o.members = append(o.members, member{keysAndValues[i].(string), keysAndValues[i+1]})
	}
	return o
}

// Len is the number of members.
func (o *Object) Len() int { return len(o.members) }

// Keys lists the names of the members in order.
func (o *Object) Keys() []string {
	keys := make([]string, len(o.members))
	for i, m := range o.members {
		keys[i] = m.key
	}
	return keys
}

// Get gives the member's value, and whether there is such a member.
func (o *Object) Get(key string) (any, bool) {
	if i := o.index(key); i >= 0 {
		return o.members[i].value, true
	}
	return nil, false
}

// Set replaces the member's value, or adds the member at the end.
func (o *Object) Set(key string, value any) {
	if i := o.index(key); i >= 0 {
		o.members[i].value = value
		return
	}
	o.add(key, value)
}

// add is Set for a key that is known to be new.
func (o *Object) add(key string, value any) {
	o.members = append(o.members, member{key, value})
}

func (o *Object) index(key string) int {
	return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
}

// child gives the object under key, made if there is none.
func (o *Object) child(key string) *Object {
	if v, _ := o.Get(key); v != nil {
		if c, ok := v.(*Object); ok {
			return c
		}
	}
	c := &Object{}
	o.Set(key, c)
	return c
}

// MarshalJSON writes the object on one line, its members in order.
func (o *Object) MarshalJSON() ([]byte, error) {
	w := jsonWriter{compact: true}
	w.value(o)
	return w.buf, nil
}

// UnmarshalJSON reads an object. Numbers keep their spelling.
func (o *Object) UnmarshalJSON(data []byte) error {
	v, err := parseJSON(data)
	if err != nil {
		return err
	}
	parsed, ok := v.(*Object)
	if !ok {
		return fmt.Errorf("want a JSON object, got %s", kindName(v))
	}
	*o = *parsed
	return nil
}

// parseJSON reads one JSON value, its objects in their own order and numbers
// as they are spelt. A repeated key is an error, since whichever was meant
// would be lost.
func parseJSON(data []byte) (any, error) {
	if flaw := jsontext.Check(data); flaw != nil {
		return nil, flaw
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	p := parser{Decoder: d}
	v, err := p.value()
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = errors.New("unexpected text after the JSON value")
		}
	}
	if err != nil {
		line := 1 + bytes.Count(data[:d.InputOffset()], []byte("\n"))
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return v, nil
}

// maxDepth is how deep a document may be nested. The deepest that AWS takes
// are a small part of it.
const maxDepth = 200

// parser reads the tokens of a document.
type parser struct {
	*json.Decoder
	depth int
}

func (p *parser) value() (any, error) {
	t, err := p.Token()
	if err != nil {
		return nil, unexpectedEnd(err)
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	if delim == '{' {
		return p.object()
	}
	return p.list()
}

func (p *parser) object() (any, error) {
	o := &Object{}
	seen := map[string]bool{}
	for p.More() {
		t, err := p.Token()
		if err != nil {
			return nil, unexpectedEnd(err)
		}
		key := t.(string) // the decoder accepts nothing else as a key
		if seen[key] {
			return nil, fmt.Errorf("key %q occurs twice in one object", key)
		}
		seen[key] = true
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		o.add(key, v)
	}
	_, err := p.Token()
	return o, unexpectedEnd(err)
}

func (p *parser) list() (any, error) {
	list := []any{}
	for p.More() {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := p.Token()
	return list, unexpectedEnd(err)
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// kindName names the kind of a JSON value for messages.
func kindName(v any) string {
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
