package synth

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// jsonWriter writes a value as JSON, indented by two spaces unless compact,
// without HTML escapes.
type jsonWriter struct {
	buf     []byte
	depth   int
	compact bool
	text    func(buf []byte, s string) []byte // appends a text in quotes; nil: as JSON has it
}

func (w *jsonWriter) value(v any) {
	switch v := v.(type) {
	case nil:
		w.buf = append(w.buf, "null"...)
	case bool:
		w.buf = strconv.AppendBool(w.buf, v)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(v), 10)
	case json.Number:
		w.buf = append(w.buf, v...)
	case string:
		w.string(v)
	case []any:
		w.list(v)
	case *Object:
		w.object(v)
	case tfExpression:
		w.buf = append(w.buf, v...)
	default:
		panic("synth: a template holds a value of a type that JSON has not")
	}
}

func (w *jsonWriter) list(list []any) {
	if len(list) == 0 {
		w.buf = append(w.buf, "[]"...)
		return
	}
	w.buf = append(w.buf, '[')
	w.depth++
	for i, v := range list {
		w.separate(i)
		w.value(v)
	}
	w.depth--
	w.newline()
	w.buf = append(w.buf, ']')
}

func (w *jsonWriter) object(o *Object) {
	if o.Len() == 0 {
		w.buf = append(w.buf, "{}"...)
		return
	}
	w.buf = append(w.buf, '{')
	w.depth++
	for i, m := range o.members {
		w.separate(i)
		w.string(m.key)
		w.buf = append(w.buf, ':')
		if !w.compact {
			w.buf = append(w.buf, ' ')
		}
		w.value(m.value)
	}
	w.depth--
	w.newline()
	w.buf = append(w.buf, '}')
}

func (w *jsonWriter) string(s string) {
	if w.text == nil {
		w.buf = appendJSONString(w.buf, s)
		return
	}
	w.buf = w.text(w.buf, s)
}

func (w *jsonWriter) separate(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
	w.newline()
}

func (w *jsonWriter) newline() {
	if w.compact {
		return
	}
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, "  "...)
	}
}

func appendJSONString(buf []byte, s string) []byte {
	if isPlainASCII(s) {
		buf = append(buf, '"')
		buf = append(buf, s...)
		return append(buf, '"')
	}
	var quoted bytes.Buffer
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string in memory cannot fail
	return append(buf, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}

// isPlainASCII tells whether JSON writes s as it is.
func isPlainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
