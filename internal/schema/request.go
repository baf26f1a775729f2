package schema

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Request says which part of an HTTP request each field of a struct is. It is read-only.
type Request struct {
	Go     reflect.Type
	Params []*Param // of the path, the query, the headers and the cookies, in the order of the fields
	Form   []*Param // the fields of a form; none: the body is no form
	// Body is the type of the JSON body, nil if there is none. BodyIndex leads to the field
	// that is the whole of it; nil: it is the struct's members that aren't Params.
	Body      *Type
	BodyIndex []int
	// BodyMember has the rules of the field that is the whole body; nil: there is none.
	BodyMember *Member
	// Optional says that the body needn't be there: no member is required, or the field
	// that is the body isn't.
	Optional bool
	// Closed says that a form has no other fields than Form.
	Closed bool
	// Requests lead to the fields that are the request itself.
	Requests [][]int
	// Validates says that the struct has a method Validate, which is to be asked.
	Validates bool

	of       func(reflect.Type) *Type
	problems []string
}

// Problems returns what is wrong with the struct, its fields and their tags, a line each. It
// looks at all of the body's type, which takes longer than [RequestOf] itself.
func (r *Request) Problems() []string {
	problems := slices.Concat(misspelt(r.Go), r.problems)
	if r.Body == nil {
		return append(problems, memberless(r.Go)...)
	}
	return slices.Concat(problems, r.Body.Problems(), r.Body.Undecodable(), misplaced(r.Body, r.BodyIndex == nil, "a body"))
}

// Files reports whether the body is a form with files.
func (r *Request) Files() bool {
	return slices.ContainsFunc(r.Form, func(p *Param) bool { return p.File })
}

// The tags that say which part of a request, or of an answer, a field is.
const (
	pathTag   = "path"
	queryTag  = "query"
	headerTag = "header"
	cookieTag = "cookie"
	formTag   = "form"
	statusTag = "status"
	jsonTag   = "json"
)

// partTags are the tags of fields that aren't members of JSON.
var partTags = []string{pathTag, queryTag, headerTag, cookieTag, formTag, statusTag}

// bodyField is the name of the field that is the whole body.
const bodyField = "Body"

// The types of package app that a field can have.
const appPackage = "github.com/chalice-go/chalice/app"

func isApp(t reflect.Type, name string) bool { return t.Name() == name && t.PkgPath() == appPackage }

func isRequest(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && isApp(t.Elem(), "Request")
}

// IsFile reports whether a type is app.File.
func IsFile(t reflect.Type) bool { return isApp(t, "File") }

// HoldsFile reports whether a type is app.File, a pointer to it, or a list of them.
func HoldsFile(t reflect.Type) bool {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return IsFile(indirect(t))
}

// CanViolate reports whether a request that can be read can be against the rules.
func (r *Request) CanViolate() bool {
	if r.Validates || r.Closed {
		return true
	}
	for _, p := range slices.Concat(r.Params, r.Form) {
		if p.Rules != nil || p.Required && p.In != pathTag {
			return true
		}
	}
	return r.Body != nil && (r.BodyMember != nil && r.BodyMember.Rules != nil || asksAnything(r.Body, map[*Type]bool{}))
}

// asksAnything reports whether a value of a type can be against its rules.
func asksAnything(t *Type, seen map[*Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	if t.Closed || t.Tagged || t.Format != "" || asksAnything(t.Elem, seen) {
		return true
	}
	return slices.ContainsFunc(t.Members, func(m *Member) bool { return m.Required || m.Rules != nil || asksAnything(m.Type, seen) })
}

// validator is what has a method Validate.
type validator interface{ Validate() error }

// RequestOf reads a type. One that is no struct has only Problems. With closed, all structs
// of the body are, see [OfClosed].
func RequestOf(t reflect.Type, closed bool) *Request {
	r := &Request{Go: t, of: Of}
	if closed {
		r.of = OfClosed
	}
	if t.Kind() != reflect.Struct {
		r.problem("the handler takes a *%s: it has to be a pointer to a struct, whose fields say what they are of the request", shortName(t))
		return r
	}
	r.Validates = reflect.PointerTo(t).Implements(reflect.TypeFor[validator]())
	if whole := r.of(t); whole.Own || whole.Text {
		r.problem("%s has methods for JSON or text, of its own or of a type that it embeds: a body that decodes itself has to be a field %s of it", shortName(t), bodyField)
	}
	f := fields{root: t, visit: r.field}
	f.walk(t, nil)
	r.problems = append(r.problems, f.problems...)
	r.complete()
	return r
}

func (r *Request) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// field takes one field of the struct, or of one that is embedded in it.
func (r *Request) field(at *place) {
	tag, value, tags := at.part()
	switch {
	case len(tags) > 1:
		r.problem("%s has the tags %s: it can be one part of a request, so leave one tag", at, strings.Join(tags, " and "))
	case tag == statusTag:
		r.problem("%s has the tag status, which only results have: remove it", at)
	case tag != "" && !at.field.IsExported():
		r.problem("%s has the tag %s, but only fields whose names begin with a capital letter can be set: rename it", at, tag)
	case tag == formTag:
		r.Form = r.param(r.Form, at, tag, value)
	case tag != "":
		r.Params = r.param(r.Params, at, tag, value)
	case isRequest(at.field.Type) && at.field.IsExported():
		r.Requests = append(r.Requests, at.index)
	case HoldsFile(at.field.Type):
		r.problem("%s is a file: name the form's field, as in `form:%q`", at, strings.ToLower(at.field.Name))
	case at.isBody() && r.BodyIndex != nil:
		r.problem("%s is a second body beside another field %s: a request has one", at, bodyField)
	case at.isBody():
		r.body(at)
	}
}

// isBody reports whether a field is the whole body.
func (p *place) isBody() bool {
	name, _, _ := strings.Cut(p.tags.get(jsonTag), ",")
	return p.field.Name == bodyField && !p.field.Anonymous && name == ""
}

// body takes the field that is the whole body.
func (r *Request) body(at *place) {
	r.BodyIndex, r.Body = at.index, r.of(at.field.Type)
	_, options, _ := strings.Cut(at.tags.get(jsonTag), ",")
	m, problems := Field(at.owner, at.field, at.index, bodyField, options, r.Body)
	r.problems = append(r.problems, problems...)
	r.BodyMember, r.Optional = m, !m.Required
}

// complete decides what the body is, when all fields are known.
func (r *Request) complete() {
	members := r.members()
	switch {
	case r.BodyIndex != nil && len(members) > 0:
		r.problem("%s has two bodies, the field %s and the member %s: put %s into %s, or give it a tag such as `query:%q`",
			shortName(r.Go), bodyField, members[0].Name, members[0].Name, bodyField, members[0].Name)
	case r.Form != nil && r.BodyIndex != nil:
		r.problem("%s has two bodies, the field %s and a form with %q: a request has one", shortName(r.Go), bodyField, r.Form[0].Name)
	case r.Form != nil && len(members) > 0:
		r.problem("%s has two bodies, a form with %q and the JSON member %s: give %s the tag `form:%q`, or leave the others without",
			shortName(r.Go), r.Form[0].Name, members[0].Name, members[0].Name, members[0].Name)
	case len(members) > 0:
		r.Body = r.of(r.Go)
		r.Optional = !slices.ContainsFunc(members, func(m *Member) bool { return m.Required })
	}
	if r.Form != nil {
		r.Closed = r.of(r.Go).Closed
		r.Optional = !slices.ContainsFunc(r.Form, func(p *Param) bool { return p.Required })
	}
}

// members returns the members of the JSON body that the struct's own fields are. A field
// that is the whole body counts as one of them in its type.
func (r *Request) members() []*Member {
	if members := r.of(r.Go).Members; r.BodyIndex == nil {
		return members
	}
	return slices.DeleteFunc(slices.Clone(r.of(r.Go).Members), func(m *Member) bool { return r.BodyIndex != nil && slices.Equal(m.Index, r.BodyIndex) })
}

// Misplaced returns what is wrong with tags that say which part of a request a field is, in
// a type that is no request: the field would be left out of its JSON.
func (t *Type) Misplaced() []string { return misplaced(t, false, "JSON") }

// misplaced returns the problems of tags of [partTags] within JSON, where they mean nothing.
// Where the type is that of the whole struct, its own fields may have them.
func misplaced(t *Type, whole bool, what string) (problems []string) {
	seen := map[*Type]bool{}
	var look func(t *Type, top bool)
	look = func(t *Type, top bool) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		if t.Kind == Object && !top {
			f := fields{root: t.Go, visit: func(at *place) {
				if tag, _, _ := at.part(); tag != "" {
					problems = append(problems, fmt.Sprintf("%s has the tag %s within %s: only fields at the top of the type that a route's handler takes or returns can have it, so remove it", at, tag, what))
				}
			}}
			f.walk(t.Go, nil)
		}
		look(t.Elem, false)
		for _, m := range t.Members {
			look(m.Type, false)
		}
	}
	look(t, whole)
	return problems
}

// place is a field, and where it is.
type place struct {
	owner reflect.Type // the struct that declares it
	field reflect.StructField
	tags  tags  // of the field
	index []int // from the root
}

// String returns the field's name with that of its type, such as GetOrder.Page.
func (p *place) String() string { return shortName(p.owner) + "." + p.field.Name }

// part returns the tag that says which part of a request a field is, what it says, and all
// of the field's tags of this kind.
func (p *place) part() (tag, value string, all []string) {
	for i, key := range p.tags.keys {
		if slices.Contains(partTags, key) && !slices.Contains(all, key) {
			if all = append(all, key); tag == "" {
				tag, value = key, p.tags.values[i]
			}
		}
	}
	return tag, value, all
}

// misspelt returns the problems of that kind of the fields of a struct.
func misspelt(t reflect.Type) (problems []string) {
	if t.Kind() != reflect.Struct {
		return nil
	}
	f := fields{root: t, visit: func(at *place) { problems = append(problems, at.misspelt()...) }}
	f.walk(t, nil)
	return problems
}

// misspelt returns a problem for each tag that is likely to mean one of [partTags].
func (p *place) misspelt() (problems []string) {
	for _, key := range p.tags.keys {
		if near := nearest(key, partTags); near != "" && near != key && !slices.Contains(partTags, key) {
			problems = append(problems, fmt.Sprintf("%s: %s isn't a tag that is known; did you mean %s?", p, key, near))
		}
	}
	for _, problem := range p.tags.cutProblems(partTags) {
		problems = append(problems, p.String()+": "+problem)
	}
	return problems
}

// fields steps through the fields of a struct, and of those that are embedded in it as
// encoding/json embeds them.
type fields struct {
	root     reflect.Type
	visit    func(*place)
	problems []string
	within   []reflect.Type // the structs on the way, as one can embed a pointer to itself
}

func (f *fields) walk(t reflect.Type, index []int) {
	if slices.Contains(f.within, t) {
		return
	}
	f.within = append(f.within, t)
	defer func() { f.within = f.within[:len(f.within)-1] }()
	for i := range t.NumField() {
		field := t.Field(i)
		at := &place{owner: t, field: field, tags: readTags(field.Tag), index: append(slices.Clip(index), i)}
		if !at.embeds() {
			f.visit(at)
			continue
		}
		if field.Type.Kind() == reflect.Pointer && !field.IsExported() {
			f.problems = append(f.problems, fmt.Sprintf("%s embeds a pointer to a type without a capital letter, which can't be set: embed the struct itself", at))
			continue
		}
		f.walk(indirect(field.Type), at.index)
	}
}

// embeds reports whether the fields of a field count as those of its struct.
func (p *place) embeds() bool {
	if !p.field.Anonymous {
		return false
	}
	t := indirect(p.field.Type)
	name, _, _ := strings.Cut(p.tags.get(jsonTag), ",")
	tag, _, _ := p.part()
	return t.Kind() == reflect.Struct && name == "" && tag == "" && !isRequest(p.field.Type) && !isText(t)
}

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// isText reports whether values of a type are read from texts by UnmarshalText.
func isText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// typeName returns the name of a type for messages: without its package's path.
func shortName(t reflect.Type) string {
	if t.Name() == "" {
		return t.String()
	}
	return t.Name()
}
