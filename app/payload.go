package app

import (
	"reflect"
	"slices"
	"sync"

	"github.com/chalice-go/chalice/internal/schema"
)

// payload decodes the JSON that a handler gets into a T. Types in which no tag asks for
// anything, such as those of other packages, are decoded as [json.Unmarshal] does; any other
// as a typed route's body is.
type payload[T any] struct {
	made  sync.Once
	typed *typedJSON // nil: nothing is asked
}

// schema is the type, if it is one with tags, and otherwise nil.
func (p *payload[T]) schema() *schema.Type {
	if t := schema.Of(reflect.TypeFor[T]()); t.Tagged {
		return t
	}
	return nil
}

// isTyped reports whether the type has tags. It looks at the type when it is first asked.
func (p *payload[T]) isTyped() bool {
	p.made.Do(func() {
		if t := p.schema(); t != nil {
			p.typed = newTypedJSON(t, nil, typedLimits{})
		}
	})
	return p.typed != nil
}

// decodeEvent decodes the JSON of an event.
func (p *payload[T]) decodeEvent(data string, v *T) error {
	if !p.isTyped() {
		return unmarshalText(data, v)
	}
	return p.decode(data, v)
}

// decode decodes JSON by the tags of a type that has some. The error has [Violations], but
// for an error with a status of its own that Validate returned.
func (p *payload[T]) decode(data string, v *T) error {
	if found := p.typed.decode(data, reflect.ValueOf(v).Elem()); len(found) > 0 {
		return found
	}
	return validate(reflect.ValueOf(v))
}

// validate asks the method Validate of the value that v points to, if it has one.
func validate(v reflect.Value) error {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		if own, ok := v.Interface().(interface{ Validate() error }); ok {
			found, other := violationsOf(own.Validate())
			switch {
			case other != nil:
				return other
			case len(found) > 0:
				return found
			}
			return nil
		}
		v = v.Elem()
	}
	return nil
}

// check reports the mistakes in the tags, where the app is described.
func (p *payload[T]) check(r reporter) {
	if running() {
		return
	}
	t := schema.Of(reflect.TypeFor[T]())
	problems := t.Suspicious()
	if t.Tagged {
		problems = slices.Concat(t.Problems(), t.Undecodable(), t.Misplaced())
	}
	for _, problem := range problems {
		r.report("%s", problem)
	}
}
