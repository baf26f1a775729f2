package app

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

// result is one type of what a handler returns.
type result struct {
	*schema.Response
	plain bool // see [schema.Response.Plain]
	// body is the type of what is sent as JSON if that isn't the struct itself: its members
	// without what else an answer has. nil: it is.
	body reflect.Type
}

// resultsOf reads the types that a handler returns. A *Response has none.
func (h *typedHandler) resultsOf() (results []*result) {
	for _, t := range h.outTypes() {
		if t.Kind() == reflect.Pointer && t != reflect.TypeFor[*Response]() {
			results = append(results, newResult(t.Elem(), h.app.closed))
		}
	}
	return results
}

// outTypes are the types that a handler returns.
func (h *typedHandler) outTypes() []reflect.Type {
	if h.out.Kind() != reflect.Interface {
		return []reflect.Type{h.out}
	}
	var types []reflect.Type
	for _, v := range h.options.results.value {
		if v != nil {
			types = append(types, reflect.TypeOf(v))
		}
	}
	return types
}

func newResult(t reflect.Type, closed bool) *result {
	if running() && schema.IsPlain(t) { // whose JSON is nobody's concern but encoding/json's
		return &result{Response: &schema.Response{Go: t}, plain: true}
	}
	r := &result{Response: schema.ResponseOf(t, closed)}
	r.plain = r.Plain()
	if r.Body != nil && r.BodyIndex == nil && !r.plain && (running() || len(r.Problems()) == 0) {
		r.body = membersType(r.Body)
	}
	return r
}

// membersType is a struct of the members of another one, that encoding/json writes as it
// would write the other one's. What is reached through an embedded pointer is a pointer.
func membersType(t *schema.Type) reflect.Type {
	var fields []reflect.StructField
	for i, m := range t.Members {
		field, behind := fieldByIndex(t.Go, m.Index)
		_, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		typ := field.Type
		if behind {
			typ, options = reflect.PointerTo(typ), options+",omitempty"
		}
		tag := strconv.Quote(m.Name + "," + strings.TrimPrefix(options, ","))
		fields = append(fields, reflect.StructField{Name: "F" + strconv.Itoa(i), Type: typ, Tag: reflect.StructTag("json:" + tag)})
	}
	return reflect.StructOf(fields)
}

// fieldByIndex returns a field, and whether it is behind an embedded pointer.
func fieldByIndex(t reflect.Type, index []int) (f reflect.StructField, behind bool) {
	for _, i := range index {
		if t.Kind() == reflect.Pointer {
			t, behind = t.Elem(), true
		}
		f = t.Field(i)
		t = f.Type
	}
	return f, behind
}

// membersOf returns the members of a struct as a value of their own type.
func (r *result) membersOf(v reflect.Value) any {
	into := reflect.New(r.body)
	for i, m := range r.Body.Members {
		from, ok := find(v, m.Index)
		switch to := into.Elem().Field(i); {
		case !ok:
		case to.Type() == from.Type():
			to.Set(from)
		case !leftOut(r.Go, m.Index, from):
			to.Set(from.Addr())
		}
	}
	return into.Interface()
}

// find returns a field, unless it is behind a nil pointer.
func find(v reflect.Value, index []int) (reflect.Value, bool) {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// leftOut reports whether encoding/json leaves out a value by the options of its field.
func leftOut(t reflect.Type, index []int, v reflect.Value) bool {
	f, _ := fieldByIndex(t, index)
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	for option := range strings.SplitSeq(options, ",") {
		if option == "omitzero" && isZero(v) || option == "omitempty" && isEmpty(v) {
			return true
		}
	}
	return false
}

// isZero reports whether a value is what omitzero leaves out.
func isZero(v reflect.Value) bool {
	if v.CanInterface() {
		if own, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			return own.IsZero()
		}
		if v.CanAddr() {
			if own, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
				return own.IsZero()
			}
		}
	}
	return v.IsZero()
}

// isEmpty reports whether a value is what omitempty leaves out.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// answer makes the answer of what a handler returned.
func (h *typedHandler) answer(out any) (any, error) {
	v := reflect.ValueOf(out)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		if len(h.results) != 1 || h.results[0].plain || h.results[0].Response.Body != nil {
			return nil, errNoResult
		}
		v = reflect.New(h.results[0].Go) // an answer without a body needs no value
	}
	if response, ok := out.(*Response); ok {
		return response, nil
	}
	for _, r := range h.results {
		if v.Kind() != reflect.Pointer || v.Type().Elem() != r.Go {
			continue
		}
		if r.plain {
			return out, nil
		}
		return r.response(v.Elem())
	}
	return nil, fmt.Errorf("the handler returned a %T, which isn't one of its Results", out)
}

// response makes an answer of a struct that isn't JSON alone.
func (r *result) response(v reflect.Value) (*Response, error) {
	answer := &Response{StatusCode: r.Statuses[0], Headers: map[string]string{}}
	if r.Status != nil {
		if field, ok := find(v, r.Status); ok && field.Int() != 0 {
			answer.StatusCode = int(field.Int())
		}
		if !slices.Contains(r.Statuses, answer.StatusCode) {
			return nil, fmt.Errorf("the handler set the status %d, which isn't in the tag status of %s", answer.StatusCode, r.Go)
		}
	}
	if err := r.headers(answer, v); err != nil {
		return nil, err
	}
	r.setBody(answer, v)
	return answer, nil
}

// setBody sets the body of an answer.
func (r *result) setBody(answer *Response, v reflect.Value) {
	switch {
	case r.Response.Body == nil:
		answer.Body = ""
		return
	case r.body != nil:
		answer.Body = r.membersOf(v)
		return
	case r.BodyIndex == nil:
		answer.Body = v.Addr().Interface()
		return
	}
	field, ok := find(v, r.BodyIndex)
	switch {
	case !ok:
		answer.Body = nil
	case !r.Raw:
		answer.Body = asJSON(field)
	case field.Kind() == reflect.String:
		answer.Body = field.String()
		setType(answer, "text/plain; charset=utf-8")
	default:
		answer.Body = field.Bytes()
		setType(answer, "application/octet-stream")
	}
}

// JSON of texts and bytes: a body of the type string or []byte would be sent as it is.
type (
	jsonText  string
	jsonBytes []byte
)

// asJSON returns a value that is sent as JSON.
func asJSON(v reflect.Value) any {
	switch body := v.Interface().(type) {
	case string:
		return jsonText(body)
	case []byte:
		return jsonBytes(body)
	}
	if v.CanAddr() && v.Kind() == reflect.Struct {
		return v.Addr().Interface() // for methods of the pointer
	}
	return v.Interface()
}
