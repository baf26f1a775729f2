package schema

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// Param is a field that is read from texts: a parameter, a header, a cookie or a field of a
// form.
type Param struct {
	*Member        // its name is that in the request
	In      string // path, query, header, cookie or form
	List    bool   // the field is a slice
	Pointer bool   // the field is a pointer, nil where the text isn't there
	File    bool   // the field is an app.File, or several

	parse    parser   // of the value, or of each of a list
	defaults []string // texts of the value that an absent one has
}

// param makes the parameter that a field is, and adds it to others.
func (r *Request) param(all []*Param, at *place, in, tag string) []*Param {
	name, options, _ := strings.Cut(tag, ",")
	p, problems := newParam(at, in, name, options)
	r.problems = append(r.problems, problems...)
	if p == nil {
		return all
	}
	for i, other := range all {
		if other.In != in || !p.named(other.Name) {
			continue
		}
		switch {
		case len(other.Index) == len(p.Index):
			r.problem("%s is the %s parameter %q, and so is %s: a parameter has one field", at, in, name, other.Field())
			return all
		case len(other.Index) > len(p.Index): // as of embedded fields, the one that is less deep counts
			all[i] = p
		}
		return all
	}
	return append(all, p)
}

// named reports whether a parameter has a name: of headers, in whichever case.
func (p *Param) named(name string) bool {
	return p.Name == name || p.In == headerTag && strings.EqualFold(p.Name, name)
}

// newParam makes the parameter that a field is, nil if it can't be one.
func newParam(at *place, in, name, options string) (*Param, []string) {
	if problem := nameProblem(at, in, name, options); problem != "" {
		return nil, []string{problem}
	}
	t := at.field.Type
	p := &Param{In: in, Pointer: t.Kind() == reflect.Pointer}
	t = indirect(t)
	p.List = t.Kind() == reflect.Slice && !isText(t)
	elem := t
	if p.List {
		elem = t.Elem()
	}
	p.File = in == formTag && IsFile(elem)
	elemType := p.textType(elem)
	switch {
	case elemType == nil:
		return nil, []string{at.String() + " is a " + at.field.Type.String() + ", which no text of a request can be read into: " +
			"take a string, a number, a bool, a type with UnmarshalText, or a list of these"}
	case p.List && in == cookieTag:
		return nil, []string{at.String() + " is a list, which a cookie can't be: take a string"}
	case p.List && p.Pointer:
		return nil, []string{at.String() + " is a pointer to a list: take the list, which is nil where the parameter isn't given, with omitzero if it needn't be"}
	}
	described := elemType
	if p.List {
		described = &Type{Go: t, Kind: Array, Elem: elemType}
	}
	m, problems := Field(at.owner, at.field, at.index, name, options, described)
	if len(problems) > 0 {
		return nil, problems
	}
	p.Member = m
	if p.File {
		each := m.Rules
		if p.List {
			_, each = m.Rules.Split(described)
		}
		if each != nil || m.Default != "" {
			return nil, []string{at.String() + " is a file, of which nothing is asked, and which has no default: remove the tags, or look at it in a method Validate"}
		}
	}
	if in == pathTag {
		if p.Pointer || !m.Required {
			return nil, []string{at.String() + " is the path parameter " + name + ", which is always there: leave out the pointer, omitzero or default"}
		}
	}
	var problem string
	if p.defaults, problem = defaultTexts(at, m); problem != "" {
		return nil, []string{problem}
	}
	return p, p.checkDefault(at)
}

// textType returns what values of a type are as texts, nil if they can't be any.
func (p *Param) textType(t reflect.Type) *Type {
	if p.File {
		p.parse = nil
		return &Type{Go: t, Kind: String, Format: "binary"}
	}
	var kind *Type
	kind, p.parse = textOf(t)
	return kind
}

// nameProblem returns what is wrong with the tag of a parameter.
func nameProblem(at *place, in, name, options string) string {
	switch {
	case name == "":
		return at.String() + " has the tag " + in + " without a name: write `" + in + ":\"" + strings.ToLower(at.field.Name) + "\"`"
	case options != "" && options != "omitzero" && options != "omitempty":
		return at.String() + ": the tag " + in + " has the option " + strconv.Quote(options) + ": it can have omitzero, which makes the parameter optional"
	case (in == headerTag || in == cookieTag) && !isToken(name):
		return at.String() + ": " + strconv.Quote(name) + " is no name of a " + in + ": it has to be of letters, digits and !#$%&'*+-.^_`|~"
	}
	return ""
}

// isToken reports whether a name can be that of a header or a cookie.
// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return name != ""
}

// defaultTexts returns the texts of a default as a request would have them.
func defaultTexts(at *place, m *Member) (texts []string, problem string) {
	if m.Default == "" {
		return nil, ""
	}
	values := []json.RawMessage{json.RawMessage(m.Default)}
	if m.Type.Kind == Array {
		if err := json.Unmarshal(values[0], &values); err != nil {
			return nil, at.String() + ": the default is no list"
		}
	}
	texts = []string{}
	for _, v := range values {
		text := string(v)
		if strings.HasPrefix(text, `"`) {
			if err := json.Unmarshal(v, &text); err != nil {
				return nil, at.String() + ": the default is no text"
			}
		}
		texts = append(texts, text)
	}
	return texts, ""
}

// checkDefault sets the default to see that it is one.
func (p *Param) checkDefault(at *place) (problems []string) {
	if p.Default == "" || p.File {
		return nil
	}
	p.set(reflect.New(at.field.Type).Elem(), p.defaults, func(_ int, problem string, _ bool) {
		problems = append(problems, at.String()+": the default "+problem)
	})
	return problems
}

// Set sets the field of a struct to what a request has for it: values, nil if it has
// nothing. It reports each problem, with the index in a list or -1, and whether the text
// can't be read at all. A field without a value is zero, unless it has a default.
func (p *Param) Set(root reflect.Value, values []string, report func(at int, problem string, unreadable bool)) {
	v := FieldByIndex(root, p.Index)
	v.SetZero()
	switch {
	case len(values) > 1 && !p.List:
		report(-1, "is given more than once", true)
	case values != nil:
		p.set(v, values, report)
	case p.Default != "":
		p.set(v, p.defaults, report)
	case p.Required:
		report(-1, "is missing", false)
	}
}

// DefaultText returns the text of the default of a single value, "" if it has none.
func (p *Param) DefaultText() string {
	if len(p.defaults) == 0 {
		return ""
	}
	return p.defaults[0]
}

func (p *Param) set(v reflect.Value, values []string, report func(at int, problem string, unreadable bool)) {
	if p.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if !p.List {
		if problem, unreadable := p.parse(v, values[0], p.Rules); problem != "" {
			report(-1, problem, unreadable)
		}
		return
	}
	here, each := p.Rules.Split(p.Type)
	v.Set(reflect.MakeSlice(v.Type(), len(values), len(values)))
	for i, text := range values {
		if problem, unreadable := p.parse(v.Index(i), text, each); problem != "" {
			report(i, problem, unreadable)
		}
	}
	for _, problem := range here.ListProblems(v) {
		report(-1, problem, false)
	}
}

// ListProblems returns what rules say of a list as a whole.
func (r *Rules) ListProblems(v reflect.Value) (problems []string) {
	if r == nil {
		return nil
	}
	if problem := r.Count(v.Len()); problem != "" {
		problems = append(problems, problem)
	}
	if r.Unique() {
		if first, _ := Twice(v); first >= 0 {
			problems = append(problems, "has to have no value twice")
		}
	}
	return problems
}

// Choices are the texts that a value has to be one of, nil if it can be others.
func (r *Rules) Choices() (texts []string) {
	if r == nil {
		return nil
	}
	for _, c := range r.enum {
		texts = append(texts, c.text)
	}
	return texts
}

// FieldByIndex returns a field of a struct, and makes the embedded structs that lead to it
// through pointers.
func FieldByIndex(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}
