package app

import (
	"bytes"
	"strings"
)

// The limits of forms: of what a form of 6 MB could hold, this much is memory, not time.
const (
	maxParts       = 1000     // fields and files of a form
	maxPartHeaders = 10 << 10 // bytes of the headers of one part
)

const tooManyFields = "has more than 1000 fields"

// parseMultipart reads a form of the type multipart/form-data.
// https://www.rfc-editor.org/rfc/rfc7578
// https://www.rfc-editor.org/rfc/rfc2046#section-5.1
func parseMultipart(contentType string, data []byte) (fields []formField, problem string) {
	_, params := headerParams(contentType)
	boundary, ok := params["boundary"]
	if !ok || boundary == "" || len(boundary) > 70 {
		return nil, "has no boundary in its Content-Type, of 1 to 70 characters"
	}
	m := multipartReader{rest: data, dash: []byte("--" + boundary)}
	if !m.begin() {
		return nil, "is no form: the first boundary is missing"
	}
	for !m.done {
		part, ok := m.part()
		if !ok {
			return nil, "is no whole form: the last boundary is missing, or a part has no end of its headers"
		}
		f, problem := part.field()
		if problem != "" {
			return nil, problem
		}
		if fields = append(fields, f); len(fields) > maxParts {
			return nil, tooManyFields
		}
	}
	return fields, ""
}

// multipartReader steps through the parts of a form.
type multipartReader struct {
	rest      []byte // behind the line of the last boundary, or behind a part's headers
	dash      []byte // a boundary without the line break before it
	lineBreak []byte // as the first boundary has it: \r\n, of simple clients \n
	done      bool   // the last boundary was read
}

// formPart is a part of a form: its headers and what it holds.
type formPart struct{ headers, body []byte }

// begin moves behind the first boundary, and reports whether there is one. What is before
// it isn't part of the form.
func (m *multipartReader) begin() bool {
	for len(m.rest) > 0 {
		if bytes.HasPrefix(m.rest, m.dash) {
			m.lineBreak = []byte("\r\n")
			if m.cross(0) {
				return true
			}
			if m.lineBreak = m.lineBreak[1:]; m.cross(0) {
				return true
			}
		}
		end := bytes.IndexByte(m.rest, '\n')
		if end < 0 {
			break
		}
		m.rest = m.rest[end+1:]
	}
	return false
}

// next moves behind the next boundary, and returns what is before it.
func (m *multipartReader) next() (before []byte, ok bool) {
	all := m.rest
	for from := 0; ; {
		i := bytes.Index(all[from:], m.dash)
		if i < 0 {
			return nil, false
		}
		at := from + i
		before := bytes.TrimSuffix(all[:at], m.lineBreak)
		if (at == 0 || len(before) < at) && m.cross(at) {
			return before, true
		}
		from = at + 1
	}
}

// cross moves behind the boundary at a position, and reports whether it is one: whether
// there are only spaces behind it in its line, or -- and spaces.
func (m *multipartReader) cross(at int) bool {
	after := m.rest[at+len(m.dash):]
	rest, last := bytes.CutPrefix(after, []byte("--"))
	line := bytes.TrimLeft(rest, " \t")
	if !bytes.HasPrefix(line, m.lineBreak) && !(last && len(line) == 0) {
		return false
	}
	if m.done = last; !last {
		m.rest = line[len(m.lineBreak):]
	}
	return true
}

// part reads the next part.
func (m *multipartReader) part() (p formPart, ok bool) {
	if p.headers, ok = m.headers(); ok {
		p.body, ok = m.next()
	}
	return p, ok
}

// headers reads the headers of a part, and the empty line that ends them.
func (m *multipartReader) headers() (headers []byte, ok bool) {
	for pos := 0; pos <= maxPartHeaders; {
		length := bytes.IndexByte(m.rest[pos:], '\n')
		if length < 0 {
			return nil, false
		}
		line := bytes.TrimSuffix(m.rest[pos:pos+length], []byte("\r"))
		if len(line) == 0 {
			headers, m.rest = m.rest[:pos], m.rest[pos+length+1:]
			return headers, true
		}
		pos += length + 1
	}
	return nil, false
}

// field returns the field of a form that a part is.
func (p formPart) field() (f formField, problem string) {
	headers := partHeaders(p.headers)
	kind, params := headerParams(headers["content-disposition"])
	name, named := params["name"]
	if !strings.EqualFold(kind, "form-data") || !named {
		return f, "has a part without a name in its Content-Disposition"
	}
	if encoding := headers["content-transfer-encoding"]; encoding != "" && !plainEncoding(encoding) {
		return f, "has a part with a Content-Transfer-Encoding, which forms don't have"
	}
	f.name = name
	if fileName, isFile := params["filename"]; isFile {
		f.file = &File{Name: fileName, ContentType: headers["content-type"], Data: bytes.Clone(p.body)}
		if f.file.Data == nil {
			f.file.Data = []byte{}
		}
		return f, ""
	}
	f.value = string(p.body)
	return f, ""
}

// plainEncoding reports whether bytes are themselves in an encoding.
func plainEncoding(encoding string) bool {
	return strings.EqualFold(encoding, "7bit") || strings.EqualFold(encoding, "8bit") || strings.EqualFold(encoding, "binary")
}

// partHeaders returns the headers of a part by their names in lower case, the first of each.
// Lines that begin with a space belong to the one before.
func partHeaders(raw []byte) map[string]string {
	found := map[string]string{}
	last := ""
	for line := range strings.SplitSeq(string(raw), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line != "" && (line[0] == ' ' || line[0] == '\t') && last != "" {
			found[last] += " " + strings.Trim(line, " \t")
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		last = ""
		if name = strings.ToLower(name); !ok || name == "" {
			continue
		}
		if _, twice := found[name]; !twice {
			last, found[name] = name, strings.Trim(value, " \t")
		}
	}
	return found
}

// headerParams returns the value of a header such as Content-Disposition, and its
// parameters by their names in lower case, the first of each.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6
func headerParams(header string) (value string, params map[string]string) {
	value, rest, _ := strings.Cut(header, ";")
	params = map[string]string{}
	for rest != "" {
		var name, text string
		name, rest, _ = strings.Cut(rest, "=")
		if i := strings.LastIndexByte(name, ';'); i >= 0 { // one without a value
			name = name[i+1:]
		}
		rest = strings.TrimLeft(rest, " \t")
		if strings.HasPrefix(rest, `"`) {
			text, rest = quotedText(rest)
			_, rest, _ = strings.Cut(rest, ";")
		} else {
			text, rest, _ = strings.Cut(rest, ";")
			text = strings.TrimRight(text, " \t")
		}
		name = strings.ToLower(strings.Trim(name, " \t"))
		if _, twice := params[name]; !twice && name != "" {
			params[name] = text
		}
	}
	return strings.Trim(value, " \t"), params
}

// quotedText reads a text in quotes, and returns what is behind it. A backslash before
// anything but a quote or another one is itself, as in the path of a file.
func quotedText(s string) (text, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
