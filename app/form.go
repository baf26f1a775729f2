package app

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// File is a file in a form, of type multipart/form-data.
type File struct {
	Name        string // as the client has it: it can be anything, a path as well
	ContentType string // as the client says; "" if it doesn't
	Data        []byte
}

// The media types of forms.
const (
	urlencodedForm = "application/x-www-form-urlencoded"
	multipartForm  = "multipart/form-data"
)

// formField is one of the values of a form.
type formField struct {
	name, value string
	file        *File // nil: the value is a text
}

// readForm fills the fields of a form.
func (h *typedHandler) readForm(r *Request, v reflect.Value, data []byte) Violations {
	fields, problem := parseForm(r.Header("Content-Type"), data)
	if problem != "" {
		return Violations{{In: "body", Problem: problem, unreadable: true}}
	}
	var found violationList
	for _, p := range h.request.Form {
		if p.File {
			found.readFiles(p, v, fields)
		} else {
			found.readField(p, v, fields)
		}
	}
	if h.request.Closed {
		found.unknown(h.request.Form, fields)
	}
	return found.all
}

// parseForm returns the values of a form, or what is wrong with it.
func parseForm(contentType string, data []byte) (fields []formField, problem string) {
	if strings.EqualFold(mediaType(contentType), multipartForm) {
		return parseMultipart(contentType, data)
	}
	return parseURLEncoded(string(data))
}

// parseURLEncoded reads a form of the type application/x-www-form-urlencoded.
// https://url.spec.whatwg.org/#urlencoded-parsing
func parseURLEncoded(data string) (fields []formField, problem string) {
	for pair := range strings.SplitSeq(data, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		// What isn't UTF-8 is kept, so that the field can be refused.
		fields = append(fields, formField{name: string(unescapeBytes(name, ' ')), value: string(unescapeBytes(value, ' '))})
		if len(fields) > maxParts {
			return nil, tooManyFields
		}
	}
	return fields, ""
}

// pointerTo returns the JSON pointer to a field of a form, or to a value of its list.
func pointerTo(name string, at int) string {
	pointer := "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
	if at >= 0 {
		pointer += "/" + strconv.Itoa(at)
	}
	return pointer
}

// readField sets a field that is read from texts.
func (l *violationList) readField(p *schema.Param, v reflect.Value, fields []formField) {
	var values []string
	for _, f := range fields {
		if f.name != p.Name {
			continue
		}
		if f.file != nil {
			l.add(Violation{"body", pointerTo(p.Name, -1), "has to be a text, not a file", true})
			return
		}
		values = append(values, f.value)
	}
	p.Set(v, values, func(at int, problem string, unreadable bool) {
		l.add(Violation{"body", pointerTo(p.Name, at), problem, unreadable})
	})
}

// readFiles sets a field that is a file, or several. A browser sends an empty file without a
// name for a field in which none was chosen.
func (l *violationList) readFiles(p *schema.Param, v reflect.Value, fields []formField) {
	var files []*File
	for _, f := range fields {
		switch {
		case f.name != p.Name:
		case f.file == nil:
			l.add(Violation{"body", pointerTo(p.Name, -1), "has to be a file", true})
			return
		case f.file.Name != "" || len(f.file.Data) > 0:
			files = append(files, f.file)
		}
	}
	into := schema.FieldByIndex(v, p.Index)
	switch {
	case p.List && len(files) > 0:
		l.setFiles(p, into, files)
	case len(files) == 0 && p.Required:
		l.add(Violation{"body", pointerTo(p.Name, -1), "is missing", false})
	case len(files) == 0:
	case len(files) > 1:
		l.add(Violation{"body", pointerTo(p.Name, -1), "is given more than once", true})
	case p.Pointer:
		into.Set(reflect.ValueOf(files[0]))
	default:
		into.Set(reflect.ValueOf(*files[0]))
	}
}

func (l *violationList) setFiles(p *schema.Param, into reflect.Value, files []*File) {
	for _, f := range files {
		into.Set(reflect.Append(into, reflect.ValueOf(*f)))
	}
	here, _ := p.Rules.Split(p.Type)
	for _, problem := range here.ListProblems(into) {
		l.add(Violation{"body", pointerTo(p.Name, -1), problem, false})
	}
}

// unknown adds a violation for each field of a form that the type doesn't have.
func (l *violationList) unknown(known []*schema.Param, fields []formField) {
	seen := map[string]bool{}
	for _, p := range known {
		seen[p.Name] = true
	}
	for _, f := range fields {
		switch {
		case seen[f.name]:
		case !utf8.ValidString(f.name):
			seen[f.name] = true
			l.add(Violation{"body", "", "has a field whose name isn't text in UTF-8", true})
		default:
			seen[f.name] = true
			l.add(Violation{"body", pointerTo(f.name, -1), "isn't known", false})
		}
	}
}
