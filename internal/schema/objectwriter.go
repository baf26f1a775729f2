package schema

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// objectWriter writes a JSON object, with its members in the order in which they come.
type objectWriter struct{ buffer bytes.Buffer }

func (o *objectWriter) raw(name string, value []byte) {
	if o.buffer.Len() > 0 {
		o.buffer.WriteByte(',')
	}
	o.buffer.Write(quote(name))
	o.buffer.WriteByte(':')
	o.buffer.Write(value)
}

func (o *objectWriter) bytes() json.RawMessage { return []byte("{" + o.buffer.String() + "}") }

// text writes a member that is a string, unless it is empty.
func (o *objectWriter) text(name, value string) {
	if value != "" {
		o.raw(name, quote(value))
	}
}

// texts writes a list of strings and, if null can be there instead, null.
func (o *objectWriter) texts(name string, values []string, null bool) {
	var all [][]byte
	for _, v := range values {
		all = append(all, quote(v))
	}
	o.list(name, all, null)
}

func (o *objectWriter) list(name string, values [][]byte, null bool) {
	if null {
		values = append(values, []byte("null"))
	}
	o.raw(name, slices.Concat([]byte("["), bytes.Join(values, []byte(",")), []byte("]")))
}

func (o *objectWriter) int(name string, n int) { o.raw(name, strconv.AppendInt(nil, int64(n), 10)) }

// copyOf writes the members of another object, whose text is one.
func (o *objectWriter) copyOf(text string) {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) == nil && isSchema(text) {
		o.buffer.Write(compact.Bytes()[1 : compact.Len()-1])
	}
}

// quote returns a text as a JSON string.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings can always be written
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (o *objectWriter) typeWord(t *Type, null bool) {
	name := [...]string{"", "boolean", "integer", "number", "string", "array", "object", "object"}[t.Kind]
	if t.Quoted {
		name = "string"
	}
	if null {
		o.texts("type", []string{name, "null"}, false)
		return
	}
	o.text("type", name)
}

func (o *objectWriter) span(least, most string, s span) {
	if s.min > 0 {
		o.int(least, s.min)
	}
	if s.max < math.MaxInt {
		o.int(most, s.max)
	}
}
