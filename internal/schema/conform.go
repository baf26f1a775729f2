package schema

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// conform returns why a JSON text is no value of a type with rules: each a line that
// begins with a JSON pointer, unless it is the value itself. Defaults and examples are
// checked so; requests are decoded and checked in one go, elsewhere.
func conform(text string, t *Type, r *Rules) []string {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, io.EOF) {
		return []string{"isn't " + t.written()}
	}
	return conformance{}.value(v, t, r)
}

// written says how values of a type are written in a tag.
func (t *Type) written() string {
	switch {
	case t.isDuration():
		return "a duration, such as 1m30s"
	case t.Kind == Boolean:
		return "true or false"
	case t.Kind == Integer, t.Kind == Number:
		return t.phrase() + " as JSON has them"
	case t.Kind == Array:
		return "a list: write its items between commas, or as JSON"
	case t.Kind == Any:
		return "JSON"
	}
	return t.phrase() + " as JSON"
}

// conformance is where in a JSON text a value is.
type conformance struct{ pointer string }

func (c conformance) in(name string) conformance {
	return conformance{c.pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)}
}

// problem returns a problem with the value, "": none.
func (c conformance) problem(text string) []string {
	if text == "" {
		return nil
	}
	if c.pointer != "" {
		text = c.pointer + " " + text
	}
	return []string{text}
}

func (c conformance) value(v any, t *Type, r *Rules) []string {
	if v == nil {
		if t.Nullable && (r == nil || !r.wantsSome()) {
			return nil
		}
		return c.problem("can't be null")
	}
	if t.Quoted {
		return c.quoted(v, t, r)
	}
	switch v := v.(type) {
	case bool:
		if t.Kind == Boolean {
			return nil
		}
	case json.Number:
		if t.Kind == Integer || t.Kind == Number {
			return c.problem(numberProblem(string(v), t, r))
		}
	case string:
		if t.Kind == String {
			return c.problem(textProblem(v, t, r))
		}
	case []any:
		if t.Kind == Array {
			return c.items(v, t, r)
		}
	case map[string]any:
		switch t.Kind {
		case Map:
			return c.members(v, t, r)
		case Object:
			return c.object(v, t)
		}
	}
	if t.Kind == Any {
		return nil
	}
	return c.problem("isn't " + t.phrase())
}

// quoted checks a value of encoding/json's option string.
func (c conformance) quoted(v any, t *Type, r *Rules) []string {
	inner := *t
	inner.Quoted = false
	inner.Nullable = false
	text, ok := v.(string)
	if !ok {
		return c.problem("has to be in quotes")
	}
	all := conform(text, &inner, r)
	for i := range all {
		all[i] = c.problem(all[i])[0]
	}
	return all
}

func numberProblem(text string, t *Type, r *Rules) string {
	k := t.Go.Kind()
	switch {
	case k == reflect.String:
		return r.Number(text)
	case t.Kind == Number:
		f, err := strconv.ParseFloat(text, t.Go.Bits())
		if err != nil {
			return "is too large for " + t.Go.String()
		}
		return r.Float(f)
	case isSigned(t):
		n, err := strconv.ParseInt(text, 10, t.Go.Bits())
		if err != nil {
			return "isn't an integer of " + t.Go.String()
		}
		return r.Int(n)
	}
	n, err := strconv.ParseUint(text, 10, t.Go.Bits())
	if err != nil {
		return "isn't an integer of " + t.Go.String()
	}
	return r.Uint(n)
}

func textProblem(text string, t *Type, r *Rules) string {
	if t.isDuration() {
		d, err := time.ParseDuration(text)
		if err != nil {
			return "isn't a duration, such as 1m30s"
		}
		return r.Int(int64(d))
	}
	if t.Bytes {
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			return "isn't base64"
		}
	}
	if u, ok := reflect.New(t.Go).Interface().(encoding.TextUnmarshaler); ok && t.Text {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return "isn't a value of " + t.Go.String()
		}
	}
	return r.Text(text)
}

func (c conformance) items(v []any, t *Type, r *Rules) []string {
	here, each := r.Split(t)
	all := c.problem(here.Count(len(v)))
	if t.Go.Kind() == reflect.Array && len(v) != t.Go.Len() {
		all = append(all, c.problem("has to have "+limit(true, span{min: t.Go.Len()}, "item")+", and not more")...)
	}
	for i, item := range v {
		all = append(all, c.in(itoa(i)).value(item, t.Elem, each)...)
	}
	if here.Unique() && len(all) == 0 && c.twice(v, t) {
		all = append(all, c.problem("has an item twice")...)
	}
	return all
}

func (c conformance) twice(v []any, t *Type) bool {
	raw, err := json.Marshal(v)
	list := reflect.New(t.Go)
	if err != nil || json.NewDecoder(bytes.NewReader(raw)).Decode(list.Interface()) != nil {
		return false
	}
	i, _ := Twice(list.Elem())
	return i >= 0
}

func (c conformance) members(v map[string]any, t *Type, r *Rules) []string {
	here, each := r.Split(t)
	all := c.problem(here.Count(len(v)))
	for _, name := range slices.Sorted(maps.Keys(v)) {
		all = append(all, c.in(name).value(v[name], t.Elem, each)...)
	}
	return all
}

func (c conformance) object(v map[string]any, t *Type) (all []string) {
	known := map[string]bool{}
	for _, m := range t.Members {
		known[m.Name] = true
		value, ok := v[m.Name]
		switch {
		case ok:
			all = append(all, c.in(m.Name).value(value, m.Type, m.Rules)...)
		case m.Required:
			all = append(all, c.in(m.Name).problem("is missing")...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if t.Closed && !known[name] {
			all = append(all, c.in(name).problem("isn't a member that is known")...)
		}
	}
	return all
}
