package app

import (
	"encoding"
	"reflect"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

// filler decodes the JSON at pos into the zero value v, and holds it to its type and rules.
// It returns the position behind it; one below 0 says that something is odd, or wrong.
type filler func(d decoder, v reflect.Value, pos, depth int) int

// fillers makes the fillers of a type and of those that it consists of, which can be the
// type itself. It is a list of those that consist of others: they are few, and a map would
// be much memory for a first request.
type fillers struct{ made *filled }

// filled is a filler, and what it depends on.
type filled struct {
	into   reflect.Type
	of     *schema.Type
	rules  *schema.Rules
	fill   filler
	before *filled
}

// filler makes a filler for values of a Go type, which is t's own, or a pointer to it.
func (m *fillers) filler(into reflect.Type, t *schema.Type, r *schema.Rules) filler {
	if t.Elem == nil && t.Members == nil {
		return m.make(into, t, r)
	}
	for f := m.made; f != nil; f = f.before {
		if f.into == into && f.of == t && f.rules == r {
			return func(d decoder, v reflect.Value, pos, depth int) int { return f.fill(d, v, pos, depth) }
		}
	}
	f := &filled{into: into, of: t, rules: r, before: m.made}
	m.made = f
	f.fill = m.make(into, t, r)
	return f.fill
}

func (m *fillers) make(into reflect.Type, t *schema.Type, r *schema.Rules) filler {
	here, elements := r.Split(t)
	switch k := t.Go.Kind(); {
	case into != t.Go && into.Kind() == reflect.Pointer:
		return orNull(t, here, fillPointer(into.Elem(), m.filler(into.Elem(), t, r)))
	case t.Quoted || k == reflect.Array || here.Unique():
	case t.Own:
		return fillOwn
	case t.Kind == schema.Any:
		return fillAnything
	case t.Text:
		return fillText(r)
	case t.Kind == schema.Array:
		return orNull(t, here, fillList(here, m.filler(into.Elem(), t.Elem, elements)))
	case t.Kind == schema.Map && t.Go.Key().Kind() == reflect.String && !has[encoding.TextUnmarshaler](t.Go.Key()):
		return orNull(t, here, fillMap(here, m.filler(into.Elem(), t.Elem, elements)))
	case t.Kind == schema.Object && len(t.Members) <= maxFields && !throughPointers(t):
		return m.object(t)
	default:
		if f := scalar(t, r); f != nil {
			return f
		}
	}
	return explained(t, r)
}

// explained makes the filler of what there is no faster way for.
func explained(t *schema.Type, r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, depth int) int {
		end := skipValue(d.data, pos, depth)
		if end < 0 {
			return -1
		}
		x := explainer{data: d.data}
		if x.value(v, t, r, pos, depth); len(x.found) > 0 {
			return -1
		}
		return end
	}
}

// orNull makes a filler also take null, if that is a value of the type.
func orNull(t *schema.Type, here *schema.Rules, fill filler) filler {
	if !t.Nullable || nullProblem(t, here) != "" {
		return fill
	}
	return func(d decoder, v reflect.Value, pos, depth int) int {
		if uint(pos) < uint(len(d.data)) && d.data[pos] == 'n' {
			return skipWord(d.data, pos, "null")
		}
		return fill(d, v, pos, depth)
	}
}

func fillPointer(to reflect.Type, fill filler) filler {
	return func(d decoder, v reflect.Value, pos, depth int) int {
		v.Set(reflect.New(to))
		return fill(d, v.Elem(), pos, depth)
	}
}

// fillOwn lets a type decode itself.
func fillOwn(d decoder, v reflect.Value, pos, depth int) int {
	end := skipValue(d.data, pos, depth)
	if end < 0 || decodeOwn(v, d.data[pos:end]) != nil {
		return -1
	}
	return end
}

// fillAnything fills an interface.
func fillAnything(d decoder, v reflect.Value, pos, depth int) int {
	value, end := d.any(pos, depth)
	if end >= 0 && value != nil {
		v.Set(reflect.ValueOf(value))
	}
	return end
}

// fillText fills a type that is a text in JSON.
func fillText(r *schema.Rules) filler {
	return func(d decoder, v reflect.Value, pos, _ int) int {
		s, end := plainString(d.data, pos)
		if end < 0 || r.Text(s) != "" || !decodeText(v, s) {
			return -1
		}
		return end
	}
}

// plainString returns what the string at pos says, which may share memory with data. That
// is valid UTF-8.
func plainString(data string, pos int) (string, int) {
	end, escaped := skipString(data, pos)
	switch {
	case end < 0:
		return "", -1
	case escaped:
		return plainText(data[pos:end]), end
	}
	return data[pos+1 : end-1], end
}

func fillList(r *schema.Rules, fill filler) filler {
	most := r.MaxCount()
	return func(d decoder, v reflect.Value, pos, depth int) int {
		if depth >= maxDepth {
			return -1
		}
		l := list{data: d.data, pos: pos}
		n := 0
		for ; l.next(); n++ {
			if n == most {
				return -1
			}
			if n == v.Cap() {
				v.Grow(max(1, firstCap-n))
			}
			v.SetLen(n + 1)
			l.pos = fill(d, v.Index(n), l.pos, depth+1)
		}
		switch {
		case l.pos < 0 || r.Count(n) != "":
			return -1
		case n == 0:
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		return l.pos
	}
}

func fillMap(r *schema.Rules, fill filler) filler {
	most := r.MaxCount()
	return func(d decoder, v reflect.Value, pos, depth int) int {
		if depth >= maxDepth {
			return -1
		}
		t := v.Type()
		v.Set(reflect.MakeMap(t))
		o := object{data: d.data, pos: pos}
		for o.next() {
			key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			key.SetString(strings.Clone(o.key))
			if o.pos = fill(d, value, o.pos, depth+1); o.pos >= 0 {
				if v.SetMapIndex(key, value); v.Len() > most {
					return -1
				}
			}
		}
		if o.pos < 0 || r.Count(v.Len()) != "" {
			return -1
		}
		return o.pos
	}
}
