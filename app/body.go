package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Body returns the request's body, decoded if it came as base64; it is empty if
// there is none. All calls return the same bytes: change them only in
// middleware that wants the handler to see the change.
func (r *Request) Body() ([]byte, error) {
	if b := r.decodedBody.Load(); b != nil {
		return b.data, b.err
	}
	b := &body{}
	b.data, b.err = r.decodeBody()
	if !r.decodedBody.CompareAndSwap(nil, b) {
		b = r.decodedBody.Load()
	}
	return b.data, b.err
}

// body is what a request's body decodes to.
type body struct {
	data []byte
	err  error
}

func (r *Request) decodeBody() ([]byte, error) {
	raw := r.part(r.body)
	switch {
	case isNull(raw):
		return []byte{}, nil
	case !isText(raw):
		return nil, errors.New("the event's body is not a string")
	case r.base64:
		return decodeBase64(sharedText(raw))
	}
	inner := raw[1 : len(raw)-1]
	return appendText(make([]byte, 0, len(inner)+8), inner), nil
}

// JSON decodes the body as [json.Unmarshal] does, whatever its content type,
// which the route has checked. The error is a [BadRequest], which says which
// member is of the wrong type. See also [As].
func (r *Request) JSON(v any) error {
	return r.withBody(func(data []byte) error { return parseJSON(data, v) })
}

// withBody hands the body to a function that doesn't keep it.
func (r *Request) withBody(decode func(data []byte) error) error {
	if raw := r.part(r.body); r.decodedBody.Load() == nil && !r.base64 && isText(raw) {
		return withText(raw, decode)
	}
	data, err := r.Body()
	if err != nil {
		return err
	}
	return decode(data)
}

// withText hands what a JSON string says to a function that doesn't keep it. For
// any other value that is nothing.
func withText(raw string, decode func(data []byte) error) error {
	if !isText(raw) {
		return decode(nil)
	}
	buffer := buffers.Get().(*[]byte)
	*buffer = appendText((*buffer)[:0], raw[1:len(raw)-1])
	err := decode(*buffer)
	if cap(*buffer) <= maxPooled {
		buffers.Put(buffer)
	}
	return err
}

// buffers hold JSON while it is decoded. They are used again, since encoding/json
// keeps none of the JSON, and a type's own UnmarshalJSON may not keep it either.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxPooled is the size in bytes of the largest buffer that is used again.
const maxPooled = 64 << 10

// As decodes a request's JSON body into a type:
//
//	order, err := app.As[Order](r)
//
// The error is a [BadRequest].
func As[T any](r *Request) (T, error) {
	var v T
	err := r.JSON(&v)
	return v, err
}

// JSONBody decodes the body of a request, numbers as [json.Number], if its
// Content-Type header says that it is JSON: application/json, or a type that
// ends in +json, such as application/problem+json, in any case and with any
// parameters. Without such a header it returns nil. The error is a
// [BadRequest].
func (r *Request) JSONBody() (any, error) {
	if !isJSON(r.Header("Content-Type")) {
		return nil, nil
	}
	var v any
	err := r.withBody(func(data []byte) (err error) {
		v, err = parseAny(data)
		return err
	})
	return v, err
}

// isJSON reports whether a Content-Type header names a type of JSON.
// https://www.rfc-editor.org/rfc/rfc6839#section-3.1
func isJSON(contentType string) bool {
	const suffix = "+json"
	t := mediaType(contentType)
	return strings.EqualFold(t, "application/json") ||
		len(t) > len(suffix) && strings.EqualFold(t[len(t)-len(suffix):], suffix)
}

// byteOrderMark is what some UTF-8 texts start with.
const byteOrderMark = "\xef\xbb\xbf"

func parseJSON(data []byte, v any) error {
	if err := unmarshal(bytes.TrimPrefix(data, []byte(byteOrderMark)), v); err != nil {
		return badJSON(err)
	}
	return nil
}

func parseAny(data []byte) (any, error) {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	v, ok := decodeAny(view(data))
	if ok {
		return v, nil
	}
	d := json.NewDecoder(bytes.NewReader(data)) // which says what is wrong
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, badJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, badJSON(errors.New("there is something behind the JSON value"))
	}
	return v, nil
}

// badJSON is the error of JSON that can't be decoded. It says which value is of
// the wrong type, but not what it is.
func badJSON(cause error) *Error {
	e := BadRequest("Error Parsing JSON")
	e.Cause = cause
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](cause); ok {
		e.Message += ": " + wrongType(wrong)
		if cause == error(wrong) {
			masked := *wrong
			masked.Value, _, _ = strings.Cut(wrong.Value, " ")
			e.Cause = &masked
		}
	}
	return e
}

// wrongType returns a text that says which member of a JSON value has to be of
// another type.
func wrongType(e *json.UnmarshalTypeError) string {
	what := "the JSON value"
	if e.Field != "" {
		what = "the member " + strconv.Quote(e.Field)
	}
	got, number, _ := strings.Cut(e.Value, " ") // as in "number 1.5"
	if e.Type == nil || number != "" {
		return what + " is a number that is out of range or not whole"
	}
	return what + " has to be " + jsonKind(e.Type.Kind()) + ", not " + article(got)
}

// jsonKind returns JSON's word for the values of a kind of Go type.
func jsonKind(k reflect.Kind) string {
	switch {
	case k == reflect.String:
		return "a string"
	case k == reflect.Bool:
		return "true or false"
	case reflect.Int <= k && k <= reflect.Uintptr:
		return "a whole number"
	case k == reflect.Float32, k == reflect.Float64:
		return "a number"
	case k == reflect.Slice, k == reflect.Array:
		return "an array"
	case k == reflect.Struct, k == reflect.Map:
		return "an object"
	}
	return "of another type"
}

// article returns encoding/json's word for a value with its article.
func article(value string) string {
	switch value {
	case "bool":
		return "a boolean"
	case "array", "object":
		return "an " + value
	}
	return "a " + value
}

// decodeBase64 decodes the standard alphabet and skips what is not part of it,
// such as line breaks. The padding has to be there, and ends the data.
func decodeBase64(s string) ([]byte, error) {
	if data, err := base64.StdEncoding.DecodeString(s); err == nil {
		return data, nil
	}
	clean := make([]byte, 0, len(s))
	padding := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80:
			return nil, errors.New("decode base64: the text has characters outside ASCII")
		case c == '=':
			if n := len(clean) % 4; n >= 2 {
				padding++
				if n+padding == 4 {
					return decodeUnpadded(clean)
				}
			}
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 != 0 {
		return nil, errors.New("decode base64: the padding is missing")
	}
	return decodeUnpadded(clean)
}

func decodeUnpadded(s []byte) ([]byte, error) {
	n, err := base64.RawStdEncoding.Decode(s, s)
	return s[:n], err
}
