package app

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// maxViolations is how many violations are listed of a value: so that the answer to a bad
// request isn't larger than the request.
const maxViolations = 100

// explainer walks over JSON by its type, whose syntax was checked before. It fills a value,
// and lists all that is wrong.
type explainer struct {
	data  string
	limit int // how deep the JSON may nest, for a problem's text
	at    jsonPointer
	found Violations
}

// violates notes that the value at hand violates something.
func (x *explainer) violates(problem string) {
	if problem != "" && len(x.found) < maxViolations {
		x.found = append(x.found, Violation{In: "body", Name: x.at.String(), Problem: problem})
	}
}

// unreadable notes that the value at hand can't be read.
func (x *explainer) unreadable(problem string) {
	if len(x.found) < maxViolations {
		x.found = append(x.found, Violation{In: "body", Name: x.at.String(), Problem: problem, unreadable: true})
	}
}

// syntaxProblem says what is wrong with the syntax of JSON, "" if nothing is.
func syntaxProblem(data string) string {
	switch _, pos := token(data, 0); {
	case valid(data):
		return ""
	case pos == len(data):
		return "is empty: it has to be JSON"
	}
	wrong, ok := errors.AsType[*json.SyntaxError](json.Unmarshal([]byte(data), new(json.RawMessage)))
	switch {
	case !ok:
		return "isn't JSON"
	case strings.Contains(wrong.Error(), "depth"):
		return tooDeep(maxDepth)
	case wrong.Offset == int64(len(data)) && strings.Contains(wrong.Error(), "unexpected end"):
		return "isn't JSON: it ends too early"
	}
	return "isn't JSON: the syntax is wrong at byte " + strconv.FormatInt(wrong.Offset, 10)
}

func tooDeep(limit int) string {
	return "nests deeper than " + strconv.Itoa(limit) + " levels"
}

// value fills v, of a type, with the JSON at pos.
func (x *explainer) value(v reflect.Value, t *schema.Type, r *schema.Rules, pos, depth int) {
	c := x.data[pos]
	if len(x.found) >= maxViolations || !x.readable(t, pos, depth) {
		return
	}
	if c == 'n' && !(t.Kind == schema.Any && v.Kind() != reflect.Pointer) {
		x.null(t, r)
		return
	}
	for v.Kind() == reflect.Pointer && v.Type() != t.Go {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if t.Quoted {
		x.quoted(v, t, r, pos)
		return
	}
	switch {
	case t.Kind == schema.Any:
		x.any(v, t, pos, depth)
	case !begins(t.Kind, c):
		x.unreadable("has to be " + kindWord(t.Kind) + ", not " + jsonWord(c))
	case t.Kind == schema.Object:
		x.object(v, t, pos, depth)
	case t.Kind == schema.Map:
		x.mapping(v, t, r, pos, depth)
	case t.Kind == schema.Array:
		x.array(v, t, r, pos, depth)
	case t.Kind == schema.String:
		x.text(v, t, r, pos)
	case t.Kind == schema.Boolean:
		v.SetBool(c == 't')
	default:
		x.number(v, t, r, x.data[pos:skipNumber(x.data, pos)])
	}
}

// readable reports whether the value at hand nests no deeper than it may. Where it is a
// scalar, or nobody looks into it, it also has to be UTF-8.
func (x *explainer) readable(t *schema.Type, pos, depth int) bool {
	c := x.data[pos]
	opaque := t == nil || t.Kind == schema.Any
	switch {
	case depth >= maxDepth && (c == '{' || c == '['), opaque && skipValue(x.data, pos, depth) < 0:
		x.unreadable(tooDeep(x.limit))
	case (opaque || c == '"') && !utf8.ValidString(x.data[pos:skipValue(x.data, pos, depth)]):
		x.unreadable("isn't text in UTF-8")
	default:
		return true
	}
	return false
}

// null is for null. It leaves the zero value.
func (x *explainer) null(t *schema.Type, r *schema.Rules) {
	if !t.Nullable {
		x.unreadable("has to be " + kindWord(t.Kind) + ", not null")
		return
	}
	here, _ := r.Split(t)
	x.violates(nullProblem(t, here))
}

// nullProblem says what is wrong with null for a type whose values can be nil: a list or a
// map can have to have elements.
func nullProblem(t *schema.Type, here *schema.Rules) string {
	if t.Kind == schema.Array || t.Kind == schema.Map {
		return here.Count(0)
	}
	return ""
}

// any fills an interface, or lets a type decode itself.
func (x *explainer) any(v reflect.Value, t *schema.Type, pos, depth int) {
	if t.Own {
		if err := decodeOwn(v, x.data[pos:skipValue(x.data, pos, depth)]); err != nil {
			x.refused(err)
		}
		return
	}
	value, end := decoder{data: x.data}.any(pos, depth)
	switch {
	case end < 0: // the syntax is right
		x.unreadable("has a number that is out of range")
	case value != nil:
		v.Set(reflect.ValueOf(value))
	}
}

// decodeOwn lets a type with methods for JSON decode itself.
func decodeOwn(v reflect.Value, part string) error {
	if own, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		return own.UnmarshalJSON([]byte(part))
	}
	return json.Unmarshal([]byte(part), v.Addr().Interface()) // it has only MarshalJSON
}

// refused notes the error of a type that decodes itself, whose text can be anything, such
// as the value.
func (x *explainer) refused(err error) {
	of, ok := errors.AsType[Violations](err)
	if !ok || len(of) == 0 {
		x.unreadable("doesn't have the form that it has to have")
		return
	}
	for _, found := range of {
		found.In, found.Name = "body", x.at.String()+found.Name
		if len(x.found) < maxViolations {
			x.found = append(x.found, found)
		}
	}
}

// quoted fills a value that is JSON within a string.
func (x *explainer) quoted(v reflect.Value, t *schema.Type, r *schema.Rules, pos int) {
	plain := *t
	plain.Quoted, plain.Nullable = false, false
	inner := ""
	if x.data[pos] == '"' {
		end, _ := skipString(x.data, pos)
		inner = plainText(x.data[pos:end])
	}
	if inner == "" || !begins(t.Kind, inner[0]) || skipValue(inner, 0, 0) != len(inner) {
		x.unreadable("has to be " + kindWord(t.Kind) + " in quotes")
		return
	}
	outer := x.data
	x.data = inner
	x.value(v, &plain, r, 0, 0)
	x.data = outer
}

// kindWord is a kind of values as a problem's text says it.
func kindWord(k schema.Kind) string {
	return [...]string{
		schema.Any: "JSON", schema.Boolean: "true or false", schema.Integer: "a whole number", schema.Number: "a number",
		schema.String: "a string", schema.Array: "an array", schema.Object: "an object", schema.Map: "an object",
	}[k]
}

// jsonWord says what a value is that begins with c.
func jsonWord(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// begins reports whether a value of a kind begins with c.
func begins(k schema.Kind, c byte) bool {
	switch k {
	case schema.Any:
		return true
	case schema.Boolean:
		return c == 't' || c == 'f'
	case schema.String:
		return c == '"'
	case schema.Array:
		return c == '['
	case schema.Object, schema.Map:
		return c == '{'
	}
	return c == '-' || '0' <= c && c <= '9'
}
