package app

import (
	"encoding"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// array fills a slice or an array. An array has its exact length.
func (x *explainer) array(v reflect.Value, t *schema.Type, r *schema.Rules, pos, depth int) {
	here, elements := r.Split(t)
	starts := x.elements(pos, here.MaxCount())
	problem := here.Count(len(starts))
	if len(starts) > here.MaxCount() { // nobody looks at more
		x.violates(problem)
		return
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(starts), len(starts)))
	} else if n := v.Len(); n != len(starts) {
		problem = "has to have exactly " + strconv.Itoa(n) + " items"
	}
	x.violates(problem)
	if here.Unique() {
		x.violates(x.repetition(starts))
	}
	for i, start := range starts {
		x.at.enter(strconv.Itoa(i))
		element := reflect.New(v.Type().Elem()).Elem()
		if i < v.Len() {
			element = v.Index(i)
		}
		x.value(element, t.Elem, elements, start, depth+1)
		x.at.leave()
	}
}

// elements returns the positions of an array's elements, of no more than one beyond a limit.
func (x *explainer) elements(pos, limit int) (starts []int) {
	l := list{data: x.data, pos: pos}
	for len(starts) <= limit && l.next() {
		starts = append(starts, l.pos)
		l.value()
	}
	return starts
}

// repetition says which elements are equal, "" if none are.
func (x *explainer) repetition(starts []int) string {
	if len(starts) < 2 {
		return ""
	}
	first := map[string]int{}
	for i, start := range starts {
		key := string(appendCanonical(nil, x.data, start))
		if at, ok := first[key]; ok {
			return "has equal items: " + strconv.Itoa(at) + " and " + strconv.Itoa(i)
		}
		first[key] = i
	}
	return ""
}

// given is a member of an object in JSON.
type given struct {
	name string
	pos  int // of its value
}

// members returns the members of the object at pos; of those with the same name, the last
// one's value. It reports a name that isn't UTF-8, and ends one beyond a limit.
func (x *explainer) members(pos, limit int) (all []given) {
	index := map[string]int{}
	o := object{data: x.data, pos: pos}
	for len(all) <= limit && o.next() {
		if !utf8.ValidString(o.key) {
			x.unreadable("has a member whose name isn't text in UTF-8")
		}
		if i, ok := index[o.key]; ok {
			all[i].pos = o.pos
		} else {
			index[o.key] = len(all)
			all = append(all, given{o.key, o.pos})
		}
		o.value()
	}
	return all
}

// mapping fills a map.
func (x *explainer) mapping(v reflect.Value, t *schema.Type, r *schema.Rules, pos, depth int) {
	here, elements := r.Split(t)
	all := x.members(pos, here.MaxCount())
	x.violates(here.Count(len(all)))
	if len(all) > here.MaxCount() {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(all)))
	for _, m := range all {
		x.at.enter(m.name)
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		x.key(key, m.name)
		x.value(value, t.Elem, elements, m.pos, depth+1)
		v.SetMapIndex(key, value)
		x.at.leave()
	}
}

// key fills the key of a map, as encoding/json reads keys.
func (x *explainer) key(v reflect.Value, name string) {
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := text.UnmarshalText([]byte(name)); err != nil {
			x.unreadable("has a name without the form that it has to have")
		}
		return
	}
	switch n, err := int64(0), error(nil); {
	case v.Kind() == reflect.String:
		v.SetString(strings.Clone(name))
	case v.CanInt():
		if n, err = strconv.ParseInt(name, 10, v.Type().Bits()); err != nil {
			x.unreadable("has a name that isn't a whole number, or is out of range")
			return
		}
		v.SetInt(n)
	case v.CanUint():
		n, err := strconv.ParseUint(name, 10, v.Type().Bits())
		if err != nil {
			x.unreadable("has a name that isn't a whole number, or is out of range")
			return
		}
		v.SetUint(n)
	}
}

// object fills a struct.
func (x *explainer) object(v reflect.Value, t *schema.Type, pos, depth int) {
	starts := make([]int, len(t.Members)) // of the members' values; 0: it isn't there
	names := namesOf(t)
	for _, m := range x.members(pos, math.MaxInt-1) {
		i := names.find(m.name, 0)
		if i >= 0 {
			starts[i] = max(starts[i], m.pos)
			continue
		}
		x.at.enter(m.name)
		if t.Closed {
			x.violates("is unknown: leave it out")
		} else {
			x.readable(nil, m.pos, depth+1)
		}
		x.at.leave()
	}
	for i, m := range t.Members {
		x.at.enter(m.Name)
		switch {
		case starts[i] > 0:
			x.value(schema.FieldByIndex(v, m.Index), m.Type, m.Rules, starts[i], depth+1)
		case m.Default != "":
			fill := &explainer{data: m.Default}
			fill.value(schema.FieldByIndex(v, m.Index), m.Type, nil, 0, 0)
		case m.Required:
			x.violates("is missing")
		}
		x.at.leave()
	}
}
