package app

import (
	"bytes"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/schema"
)

// readRequest fills a handler's value, and holds it to its type. What is wrong with the
// request are [Violations].
func (h *typedHandler) readRequest(r *Request, in reflect.Value) error {
	v := in.Elem()
	// The body comes first, since JSON can have members with the names of parameters' fields.
	inBody, err := h.readBody(r, v)
	if err != nil {
		return err
	}
	var found violationList
	if len(h.request.Params) > 0 {
		from := parameters{r: r}
		for _, p := range h.request.Params {
			found.read(p, v, from.values(p))
		}
	}
	for _, index := range h.request.Requests {
		schema.FieldByIndex(v, index).Set(reflect.ValueOf(r))
	}
	if found.all = append(found.all, inBody...); len(found.all) > 0 {
		return found.all
	}
	if !h.request.Validates {
		return nil
	}
	violations, err := violationsOf(in.Interface().(interface{ Validate() error }).Validate())
	if err == nil && len(violations) > 0 {
		err = violations
	}
	return err
}

// violationList collects violations.
type violationList struct{ all Violations }

func (l *violationList) add(v Violation) {
	if len(l.all) < maxViolations {
		l.all = append(l.all, v)
	}
}

// read sets a parameter's field. Elements of lists are counted from 1.
func (l *violationList) read(p *schema.Param, v reflect.Value, values []string) {
	p.Set(v, values, func(at int, problem string, unreadable bool) {
		if at >= 0 {
			problem = "value " + strconv.Itoa(at+1) + " " + problem
		}
		l.add(Violation{p.In, p.Name, problem, unreadable})
	})
}

// bodyReader reads a kind of body.
type bodyReader func(h *typedHandler, r *Request, v reflect.Value, data []byte) Violations

// bodyReader returns what reads the bodies of a request, nil for a request without one.
func (h *typedHandler) bodyReader() bodyReader {
	switch {
	case h.request.Form != nil:
		return (*typedHandler).readForm
	case h.request.Body == nil:
		return nil
	case h.rawBody():
		return (*typedHandler).readRaw
	}
	h.json = newTypedJSON(h.request.Body, h.bodyRules(), typedLimits{depth: h.options.maxDepth.or(h.app.maxDepth.value)})
	return (*typedHandler).readJSON
}

// bodyRules are the rules of the field that is the whole body, nil if there are none.
func (h *typedHandler) bodyRules() *schema.Rules {
	if h.request.BodyMember == nil {
		return nil
	}
	return h.request.BodyMember.Rules
}

// readBody fills the fields that are the body.
func (h *typedHandler) readBody(r *Request, v reflect.Value) (violations Violations, err error) {
	if h.body == nil {
		return nil, nil
	}
	err = r.withBody(func(data []byte) error {
		if limit := h.options.maxBody.or(h.app.maxBody.value); limit > 0 && len(data) > limit {
			return NewError(413, "PayloadTooLargeError", "the body has more than "+strconv.Itoa(limit)+" bytes")
		}
		violations = h.body(h, r, v, data)
		return nil
	})
	return violations, err
}

// target returns the value that is the whole body, and its Go type's.
func (h *typedHandler) target(v reflect.Value) reflect.Value {
	if h.request.BodyIndex == nil {
		return v
	}
	return schema.FieldByIndex(v, h.request.BodyIndex)
}

// readJSON reads a JSON body. One that needn't be there may be empty.
func (h *typedHandler) readJSON(_ *Request, v reflect.Value, data []byte) Violations {
	text := view(data)
	if len(data) == 0 && h.request.Optional {
		if h.request.BodyIndex == nil {
			text = "{}" // which has all defaults
		} else if text = h.request.BodyMember.Default; text == "" {
			return nil
		}
	}
	return h.json.decode(text, h.target(v))
}

// readRaw reads a body as it is.
func (h *typedHandler) readRaw(_ *Request, v reflect.Value, data []byte) Violations {
	into := h.target(v)
	if into.Kind() == reflect.Pointer {
		if len(data) == 0 {
			return nil
		}
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	switch m := h.request.BodyMember; {
	case len(data) == 0 && m.Required:
		return Violations{{In: "body", Problem: "is missing"}}
	case into.Kind() != reflect.String:
		into.SetBytes(bytes.Clone(data))
	case !utf8.Valid(data):
		return Violations{{In: "body", Problem: "has to be UTF-8", unreadable: true}}
	default:
		into.SetString(string(data))
		if problem := m.Rules.Text(into.String()); m.Rules != nil && problem != "" {
			return Violations{{In: "body", Problem: problem}}
		}
	}
	return nil
}

// parameters are those of a request.
type parameters struct {
	r       *Request
	query   map[string][]string // of sources that have it as one text
	headers string              // JSON of all headers as lists
	read    bool                // query and headers are
	cookies map[string][]string
}

// values returns the texts of a parameter, nil if the request has none.
func (q *parameters) values(p *schema.Param) []string {
	switch p.In {
	case "path":
		value, ok := q.r.LookupParam(p.Name)
		switch {
		case !ok:
			return nil
		case p.List:
			return strings.Split(value, ",")
		}
		return []string{value}
	case "query":
		return q.queryValues(p.Name)
	case "cookie":
		if q.cookies == nil {
			q.cookies = parseCookies(q.headerValues("Cookie"))
		}
		return q.cookies[p.Name]
	}
	if values := q.headerValues(p.Name); !p.List {
		return values
	} else {
		return splitHeader(values)
	}
}

func (q *parameters) queryValues(name string) []string {
	if q.r.restForm() {
		return q.r.QueryAll(name)
	}
	if q.query == nil {
		if q.query = q.r.QueryParams(); q.query == nil {
			q.query = map[string][]string{}
		}
	}
	return q.query[name]
}

// headerValues returns the values of a header: as many as the client sent, where the source
// of the request has them as lists. An HTTP API and a function's URL join them with commas.
func (q *parameters) headerValues(name string) []string {
	if !q.read {
		q.read = true
		if q.r.listed {
			q.headers = q.r.allHeaders()
		} else if q.r.restForm() {
			q.headers = member(q.r.raw, "multiValueHeaders")
		}
	}
	if raw := lastHeader(q.headers, name); raw != "" {
		if values := oneOrMore(raw); len(values) > 0 {
			return values
		}
	}
	if value, ok := q.r.LookupHeader(name); ok {
		return []string{value}
	}
	return nil
}

// splitHeader returns the elements of a list in a header, nil if there is no header.
// Empty ones don't count. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
func splitHeader(values []string) []string {
	if values == nil {
		return nil
	}
	elements := []string{}
	for _, value := range values {
		for element := range strings.SplitSeq(value, ",") {
			if element = strings.Trim(element, " \t"); element != "" {
				elements = append(elements, element)
			}
		}
	}
	return elements
}

// parseCookies returns the values of cookies by their names, without quotes around them.
// https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1
func parseCookies(headers []string) map[string][]string {
	found := map[string][]string{}
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			name, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
			if !ok || name == "" {
				continue
			}
			if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
				value = value[1 : n-1]
			}
			found[name] = append(found[name], value)
		}
	}
	return found
}
