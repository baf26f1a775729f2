package synth

import (
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/internal/ordered"
)

// condition is the condition of a statement: it has the form of JSON, and in it a text
// for each value that formats spell in their own ways.
type condition struct{ operators *ordered.Object }

// conditionOf reads a condition as a [Statement] has it; nil: there is none.
func conditionOf(operators map[string]any) (*condition, error) {
	if len(operators) == 0 {
		return nil, nil
	}
	o := &ordered.Object{}
	for _, operator := range sortedKeys(operators) {
		keys, ok := operators[operator].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the condition of a statement: %s has %T in place of keys with values", operator, operators[operator])
		}
		read := &ordered.Object{}
		for _, key := range sortedKeys(keys) {
			value, err := conditionValue(keys[key])
			if err != nil {
				return nil, fmt.Errorf("the condition of a statement: %s: %w", key, err)
			}
			read.Add(key, value)
		}
		o.Add(operator, read)
	}
	return &condition{o}, nil
}

// conditionValue reads the value of a key, or a list of them.
func conditionValue(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = conditionValue(v[i]); err != nil {
				return nil, err
			}
		}
		return list, nil
	case Joined, map[string]any:
		return textOf(v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	o := &ordered.Object{} // which decodes as templates have it
	if err := o.UnmarshalJSON([]byte(`{"value":` + string(data) + `}`)); err != nil {
		return nil, err
	}
	value, _ := o.Get("value")
	return value, nil
}

// object returns the condition as policies have it; write spells the texts.
func (c *condition) object(write func(text) (any, error)) (*ordered.Object, error) {
	v, err := writtenValue(c.operators, write)
	if err != nil {
		return nil, err
	}
	return v.(*ordered.Object), nil
}

func writtenValue(v any, write func(text) (any, error)) (any, error) {
	switch v := v.(type) {
	case text:
		return write(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = writtenValue(v[i], write); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *ordered.Object:
		o := &ordered.Object{}
		for _, m := range v.Members {
			written, err := writtenValue(m.Value, write)
			if err != nil {
				return nil, err
			}
			o.Add(m.Key, written)
		}
		return o, nil
	}
	return v, nil
}

// key tells conditions apart; "" if there is none.
func (c *condition) key() string {
	if c == nil {
		return ""
	}
	o, _ := c.object(func(t text) (any, error) { return t.key(), nil }) // which doesn't fail
	return ordered.CompactJSON(o)
}

// condition returns a condition in which intrinsic functions are parts of their own.
func (s standIns) condition(c *condition) *condition {
	if c == nil || len(s) == 0 {
		return c
	}
	o, _ := c.object(func(t text) (any, error) { return s.resources([]text{t})[0], nil }) // which doesn't fail
	return &condition{o}
}
