package ordered

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// yamlWriter writes a value as YAML in block style, keys in their order and
// intrinsic functions in their long form, without anchors.
//
// The YAML library reads templates for us, but writing one with it takes ten
// times as long as this, and most of the time of the whole command. A test
// reads back with the library what this writes.
type yamlWriter struct {
	buf []byte
}

// YAML returns a document as YAML.
func YAML(o *Object) []byte {
	var w yamlWriter
	if o.Len() == 0 {
		return []byte("{}\n")
	}
	w.object(o, 0, false)
	return w.buf
}

// below writes what follows a key: on its line, or indented on lines below.
func (w *yamlWriter) below(v any, indent int) {
	if isBlock(v) {
		w.buf = append(w.buf, '\n')
		w.block(v, indent, false)
		return
	}
	w.buf = append(w.buf, ' ')
	if s, ok := v.(string); ok && isLines(s) {
		w.lines(s, indent)
		return
	}
	w.scalar(v)
	w.buf = append(w.buf, '\n')
}

// lines writes a text of several lines as it is, below what it belongs to.
func (w *yamlWriter) lines(s string, indent int) {
	w.buf = append(w.buf, "|\n"...)
	for line := range strings.Lines(s) {
		if line != "\n" {
			w.indent(indent)
		}
		w.buf = append(w.buf, line...)
	}
}

// isLines reports whether a text is of several lines that every reader gives back
// as they were: each ends in one line break, none in a space, and the first,
// whose indentation counts for all, doesn't start with one.
func isLines(s string) bool {
	if strings.Count(s, "\n") < 2 || !strings.HasSuffix(s, "\n") || strings.HasSuffix(s, "\n\n") || s[0] == ' ' || s[0] == '\n' {
		return false
	}
	for line := range strings.Lines(s) {
		line = line[:len(line)-1]
		if strings.HasSuffix(line, " ") || !isASCII(line) {
			return false
		}
	}
	return true
}

// isASCII reports whether s has only printable characters of ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isBlock tells what takes lines of its own.
func isBlock(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) > 0
	case *Object:
		return v.Len() > 0
	}
	return false
}

// block writes an object or a list. Its first line is indented already if it
// goes on the line of a dash.
func (w *yamlWriter) block(v any, indent int, onDash bool) {
	if list, ok := v.([]any); ok {
		w.list(list, indent, onDash)
		return
	}
	w.object(v.(*Object), indent, onDash)
}

func (w *yamlWriter) object(o *Object, indent int, onDash bool) {
	for i, m := range o.Members {
		if i > 0 || !onDash {
			w.indent(indent)
		}
		if len(m.Key) > maxSimpleKey {
			w.buf = append(w.buf, "? "...)
			w.text(m.Key)
			w.buf = append(w.buf, '\n')
			w.indent(indent)
		} else {
			w.text(m.Key)
		}
		w.buf = append(w.buf, ':')
		w.below(m.Value, indent+2)
	}
}

// maxSimpleKey is from what length on, in bytes, a key is announced by a
// question mark; readers look for the colon within 1024 characters only.
const maxSimpleKey = 160

func (w *yamlWriter) list(list []any, indent int, onDash bool) {
	for i, v := range list {
		if i > 0 || !onDash {
			w.indent(indent)
		}
		w.buf = append(w.buf, '-')
		if isBlock(v) {
			w.buf = append(w.buf, ' ')
			w.block(v, indent+2, true)
			continue
		}
		w.below(v, indent+2)
	}
}

func (w *yamlWriter) indent(n int) {
	for range n {
		w.buf = append(w.buf, ' ')
	}
}

func (w *yamlWriter) scalar(v any) {
	switch v := v.(type) {
	case string:
		w.text(v)
	case json.Number:
		w.number(v.String())
	default: // YAML spells these as JSON does
		w.buf = AppendCompactJSON(w.buf, v)
	}
}

// number writes a number; YAML 1.1 takes 1e3, without a point, for text.
func (w *yamlWriter) number(s string) {
	if i := strings.IndexAny(s, "eE"); i >= 0 && !strings.Contains(s, ".") {
		s = s[:i] + ".0" + s[i:]
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && s[i+1] != '-' && s[i+1] != '+' {
		s = s[:i+1] + "+" + s[i+1:]
	}
	w.buf = append(w.buf, s...)
}

func (w *yamlWriter) text(s string) {
	if isPlainYAML(s) {
		w.buf = append(w.buf, s...)
		return
	}
	start := len(w.buf)
	w.buf = AppendString(w.buf, s)
	if !isPlainASCII(s) {
		w.buf = append(w.buf[:start], escapeUnprintable(w.buf[start:])...)
	}
}

// escapeUnprintable escapes the characters that JSON allows in a string and
// YAML doesn't; in quotes, YAML knows all of JSON's escapes.
func escapeUnprintable(quoted []byte) []byte {
	var escaped []byte
	for i := 0; i < len(quoted); {
		r, size := utf8.DecodeRune(quoted[i:])
		if r == 0x7f || 0x80 <= r && r < 0xa0 || r == 0xfeff || r == 0xfffe || r == 0xffff {
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		} else {
			escaped = append(escaped, quoted[i:i+size]...)
		}
		i += size
	}
	return escaped
}

// isPlainYAML reports whether YAML 1.1 and 1.2 both read s as that text without
// quotes. It errs towards quotes: the readers of our templates (CloudFormation,
// the SAM CLI) are of version 1.1, where also "on" and "1:30" are not text.
func isPlainYAML(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c == ':' && i+1 < len(s) || isLetter(c) || '0' <= c && c <= '9' {
			continue
		}
		if strings.IndexByte("_./${}()*?+=@,-", c) < 0 {
			return false
		}
	}
	return !isYAMLWord(s)
}

// isYAMLWord tells what YAML takes for a boolean or null.
func isYAMLWord(s string) bool {
	if len(s) > len("false") {
		return false
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
