package synth

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// tree turns goformation's resources into Objects. It is our one adapter to
// that library, for marshalling with the library itself
//
//   - evaluates raw intrinsic functions ({"Ref": "AWS::Region"} becomes
//     "us-east-1"), and replaces strings that happen to be the base64 of one;
//   - writes of a union's members whichever has the longest JSON;
//   - sends integers through float64.
//
// So the struct's fields are read directly. An intrinsic function in a field
// of type string is represented by a placeholder that no text of the user's
// can be, since Build refuses the character it starts with.
type tree struct {
	standsFor []any // what placeholders stand for
	fields    map[reflect.Type][]field
}

const (
	// placeholderMark starts a placeholder. CloudFormation accepts it nowhere.
	placeholderMark = "\x00"
	// listMark starts one that stands for the list whose only element it is.
	listMark = placeholderMark + "["
)

type field struct {
	index     int
	name      string
	omitEmpty bool
}

func newTree() *tree { return &tree{fields: map[reflect.Type][]field{}} }

// text returns a string to put into a goformation field in place of fn.
func (t *tree) text(fn *ordered.Object) string {
	return placeholderMark + t.placeholder(fn)
}

// textList returns a list to put into a goformation field in place of what is one
// in the end.
func (t *tree) textList(v any) []string { return []string{listMark + t.placeholder(v)} }

func (t *tree) placeholder(v any) string {
	t.standsFor = append(t.standsFor, v)
	return strconv.Itoa(len(t.standsFor) - 1)
}

// of turns a value of goformation's into one of ours.
func (t *tree) of(v any) (any, error) { return t.value(reflect.ValueOf(v)) }

func (t *tree) value(v reflect.Value) (any, error) {
	if v.IsValid() && v.CanInterface() {
		if o, ok := v.Interface().(*ordered.Object); ok {
			return o, nil
		}
	}
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Pointer, reflect.Interface:
		return t.value(v.Elem())
	case reflect.String:
		return t.resolve(v), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int64, reflect.Int32:
		return int(v.Int()), nil
	case reflect.Float64:
		return json.Number(strconv.FormatFloat(v.Float(), 'f', -1, 64)), nil
	case reflect.Slice:
		return t.list(v)
	case reflect.Map:
		return t.mapping(v)
	case reflect.Struct:
		return t.structure(v)
	}
	return nil, fmt.Errorf("no JSON for a %s", v.Type())
}

// resolve returns what a placeholder stands for, or the text itself.
func (t *tree) resolve(v reflect.Value) any {
	if n, ok := v.Interface().(json.Number); ok {
		return n
	}
	s := v.String()
	if number, ok := strings.CutPrefix(s, placeholderMark); ok {
		i, _ := strconv.Atoi(number)
		return t.standsFor[i]
	}
	return s
}

func (t *tree) list(v reflect.Value) (any, error) {
	if whole, ok := t.resolveList(v); ok {
		return whole, nil
	}
	list := make([]any, v.Len())
	for i := range list {
		element, err := t.value(v.Index(i))
		if err != nil {
			return nil, err
		}
		list[i] = element
	}
	return list, nil
}

// resolveList returns what a list's only element stands for, if that is the list.
func (t *tree) resolveList(v reflect.Value) (any, bool) {
	if v.Len() != 1 || v.Index(0).Kind() != reflect.String {
		return nil, false
	}
	number, ok := strings.CutPrefix(v.Index(0).String(), listMark)
	if !ok {
		return nil, false
	}
	i, _ := strconv.Atoi(number)
	return t.standsFor[i], true
}

func (t *tree) mapping(v reflect.Value) (any, error) {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	o := &ordered.Object{Members: make([]ordered.Member, 0, len(keys))}
	for _, k := range keys {
		value, err := t.value(v.MapIndex(reflect.ValueOf(k)))
		if err != nil {
			return nil, err
		}
		o.Add(k, value)
	}
	return o, nil
}

func (t *tree) structure(v reflect.Value) (any, error) {
	if isUnion(v.Type()) {
		return t.union(v)
	}
	o := &ordered.Object{}
	for _, f := range t.fieldsOf(v.Type()) {
		member := v.Field(f.index)
		if f.omitEmpty && isEmpty(member) {
			continue
		}
		value, err := t.value(member)
		if err != nil {
			return nil, err
		}
		o.Add(f.name, value)
	}
	return o, nil
}

// isUnion tells goformation's helper types for values of several types:
// structs of pointers none of which has a JSON name.
func isUnion(typ reflect.Type) bool {
	for i := range typ.NumField() {
		f := typ.Field(i)
		if _, named := f.Tag.Lookup("json"); named {
			return false
		}
		if kind := f.Type.Kind(); kind != reflect.Pointer && kind != reflect.Slice && kind != reflect.Map {
			return false
		}
	}
	return typ.NumField() > 0
}

func (t *tree) union(v reflect.Value) (any, error) {
	var set []reflect.Value
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			set = append(set, v.Field(i))
		}
	}
	if len(set) != 1 {
		return nil, fmt.Errorf("a %s holds %d values, want one", v.Type(), len(set))
	}
	return t.value(set[0])
}

func (t *tree) fieldsOf(typ reflect.Type) []field {
	if fields, ok := t.fields[typ]; ok {
		return fields
	}
	var fields []field
	for i := range typ.NumField() {
		name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		fields = append(fields, field{i, name, options == "omitempty"})
	}
	t.fields[typ] = fields
	return fields
}

// isEmpty is encoding/json's rule for omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}
