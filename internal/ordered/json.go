package ordered

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Raw is a value that is written as it is: JSON, or what becomes JSON.
type Raw string

// AppendJSON appends a value as JSON, indented by two spaces, without HTML escapes.
func AppendJSON(buf []byte, v any) []byte {
	w := jsonWriter{buf: buf}
	w.value(v)
	return w.buf
}

// AppendCompactJSON appends a value as JSON on one line.
func AppendCompactJSON(buf []byte, v any) []byte {
	w := jsonWriter{buf: buf, compact: true}
	w.value(v)
	return w.buf
}

// CompactJSON returns a document as text on one line.
func CompactJSON(o *Object) string { return string(AppendCompactJSON(nil, o)) }

// CompactJSONWith is CompactJSON with another spelling of texts: text appends one,
// in quotes.
func CompactJSONWith(o *Object, text func(buf []byte, s string) []byte) string {
	w := jsonWriter{compact: true, text: text}
	w.value(o)
	return string(w.buf)
}

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
	case Raw:
		w.buf = append(w.buf, v...)
	default:
		panic("ordered: a value of a type that JSON has not")
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
	for i, m := range o.Members {
		w.separate(i)
		w.string(m.Key)
		w.buf = append(w.buf, ':')
		if !w.compact {
			w.buf = append(w.buf, ' ')
		}
		w.value(m.Value)
	}
	w.depth--
	w.newline()
	w.buf = append(w.buf, '}')
}

func (w *jsonWriter) string(s string) {
	if w.text == nil {
		w.buf = AppendString(w.buf, s)
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

// AppendString appends a text in quotes, without HTML escapes.
func AppendString(buf []byte, s string) []byte {
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

// isPlainASCII reports whether JSON writes s as it is.
func isPlainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
