package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Response says which part of an answer each field of a struct is. It is read-only.
type Response struct {
	Go      reflect.Type
	Headers []*Param
	// Status leads to the field with the status, nil if there is none. Statuses are those
	// that it can have, the first where it is 0.
	Status   []int
	Statuses []int
	// Body is the type of the body, nil if there is none. BodyIndex leads to the field that
	// is the whole of it; nil: it is the struct's members.
	Body       *Type
	BodyIndex  []int
	BodyMember *Member
	// Raw says that the body is sent as it is, and not as JSON.
	Raw bool

	of       func(reflect.Type) *Type
	problems []string
}

// Problems returns what is wrong with the struct, its fields and their tags, a line each. It
// looks at all of the body's type, which takes longer than [ResponseOf] itself.
func (r *Response) Problems() []string {
	problems := slices.Concat(misspelt(r.Go), r.problems)
	if r.Body == nil {
		return append(problems, memberless(r.Go)...)
	}
	return slices.Concat(problems, r.Body.Problems(), misplaced(r.Body, r.BodyIndex == nil, "a body"))
}

// Plain reports whether the struct's JSON is the whole answer.
func (r *Response) Plain() bool {
	return len(r.Headers) == 0 && r.Status == nil && r.Body != nil && r.BodyIndex == nil
}

// IsPlain reports whether a look at the fields of a type is enough to tell that the answer
// is [Response.Plain], which is so of most.
func IsPlain(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	members := false
	for i := range t.NumField() {
		at := place{owner: t, field: t.Field(i)}
		at.tags = readTags(at.field.Tag)
		if tag, _, _ := at.part(); tag != "" || at.field.Anonymous || at.isBody() {
			return false
		}
		members = members || at.field.IsExported() && at.tags.get(jsonTag) != "-"
	}
	return members
}

// Header returns the header with a name, in whichever case; nil: there is none.
func (r *Response) Header(name string) *Param {
	for _, p := range r.Headers {
		if p.named(name) {
			return p
		}
	}
	return nil
}

// ResponseOf reads a type. One that is no struct has only Problems. With closed, all structs
// of the body are, see [OfClosed].
func ResponseOf(t reflect.Type, closed bool) *Response {
	r := &Response{Go: t, of: Of}
	if closed {
		r.of = OfClosed
	}
	if t.Kind() != reflect.Struct {
		r.problem("the handler returns a *%s: it has to return a pointer to a struct, or an interface with app.Results", shortName(t))
		return r
	}
	f := fields{root: t, visit: r.field}
	f.walk(t, nil)
	r.problems = append(r.problems, f.problems...)
	r.complete()
	return r
}

func (r *Response) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// field takes one field of the struct, or of one that is embedded in it.
func (r *Response) field(at *place) {
	tag, value, tags := at.part()
	switch {
	case len(tags) > 1:
		r.problem("%s has the tags %s: it can be one part of an answer, so leave one tag", at, strings.Join(tags, " and "))
	case tag == "" && at.isBody() && r.BodyIndex != nil:
		r.problem("%s is a second body beside another field %s: an answer has one", at, bodyField)
	case tag == "" && at.isBody():
		r.BodyIndex, r.Body = at.index, r.of(at.field.Type)
		m, problems := Field(at.owner, at.field, at.index, bodyField, "", r.Body)
		r.BodyMember, r.problems = m, append(r.problems, problems...)
	case tag == "":
	case !at.field.IsExported():
		r.problem("%s has the tag %s, but only fields whose names begin with a capital letter can be read: rename it", at, tag)
	case tag == statusTag:
		r.status(at, value)
	case tag == headerTag:
		r.header(at, value)
	case tag == cookieTag:
		r.problem("%s has the tag cookie, which answers don't have: write `header:\"Set-Cookie\"`", at)
	default:
		r.problem("%s has the tag %s, which only the type that a handler takes can have: remove it", at, tag)
	}
}

// header takes a field that is a header.
func (r *Response) header(at *place, tag string) {
	q := Request{Go: r.Go, Params: r.Headers}
	r.Headers = q.param(r.Headers, at, headerTag, tag)
	r.problems = append(r.problems, q.problems...)
}

// status takes the field with the status.
func (r *Response) status(at *place, tag string) {
	switch {
	case r.Status != nil:
		r.problem("%s is a second status: an answer has one", at)
		return
	case at.field.Type.Kind() != reflect.Int:
		r.problem("%s is a %s: a status is an int", at, at.field.Type)
		return
	}
	r.Status = at.index
	for text := range strings.SplitSeq(tag, ",") {
		status, err := strconv.Atoi(strings.TrimSpace(text))
		switch {
		case err != nil || status < 200 || status > 599:
			r.problem("%s: %q is no status of an answer: write numbers from 200 to 599, as in `status:\"201\"`", at, text)
		case slices.Contains(r.Statuses, status):
			r.problem("%s: the status %d is listed twice", at, status)
		default:
			r.Statuses = append(r.Statuses, status)
		}
	}
}

// complete decides what the body is, when all fields are known.
func (r *Response) complete() {
	own := r.of(r.Go)
	if (own.Own || own.Text) && (len(r.Headers) > 0 || r.Status != nil) {
		r.problem("%s has methods for JSON or text, of its own or of a type that it embeds: beside a header or a status they have to be those of a field %s", shortName(r.Go), bodyField)
	}
	members := slices.DeleteFunc(slices.Clone(own.Members), func(m *Member) bool { return r.BodyIndex != nil && slices.Equal(m.Index, r.BodyIndex) })
	switch {
	case r.BodyIndex != nil && len(members) > 0:
		r.problem("%s has two bodies, the field %s and the member %s: put %s into %s, or give it the tag `header:%q`",
			shortName(r.Go), bodyField, members[0].Name, members[0].Name, bodyField, members[0].Name)
	case r.BodyIndex == nil && (len(members) > 0 || own.Kind != Object):
		r.Body = own
	}
	if r.Statuses == nil {
		r.Statuses = []int{200}
		if r.Body == nil {
			r.Statuses[0] = 204
		}
	}
	if r.Body == nil {
		return
	}
	if r.BodyIndex != nil && r.Header("Content-Type") != nil {
		k := r.Body.Go.Kind()
		r.Raw = k == reflect.String || k == reflect.Slice && r.Body.Go.Elem().Kind() == reflect.Uint8
	}
	if slices.Contains(r.Statuses, 204) || slices.Contains(r.Statuses, 304) {
		r.problem("%s has a body and the status 204 or 304, which have none: take another type for it, with app.Results", shortName(r.Go))
	}
}
