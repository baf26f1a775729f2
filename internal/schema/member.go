package schema

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Member is a member of an object.
type Member struct {
	Name string
	// Index leads to the field, as [reflect.Value.FieldByIndex] takes it. It can lead through
	// pointers to embedded structs.
	Index    []int
	Type     *Type
	Required bool
	// Rules are what the field's tags ask of the value; nil: nothing.
	Rules *Rules
	// Default is the JSON of the value that an absent member has; empty: none.
	Default string
	Doc     string // what the member means
	Example string // JSON; empty: none

	owner reflect.Type // the struct that has the field
	field string       // the field's name in it
}

// Field is the Go field that the member is, such as example.com/shop.Order.Total. It is
// empty for fields of structs without a name.
func (m *Member) Field() string {
	if m.owner == nil || m.owner.Name() == "" {
		return ""
	}
	return m.owner.PkgPath() + "." + typeName(m.owner) + "." + m.field
}

// Bare is the member without what it means and which field it is, which a document says
// elsewhere.
func (m *Member) Bare() *Member {
	bare := *m
	bare.Doc, bare.owner = "", nil
	return &bare
}

// Null reports whether the member's value may be null: unless it isn't nullable, or has
// to have items or members.
func (m *Member) Null() bool {
	return m.Type.Nullable && (m.Rules == nil || !m.Rules.wantsSome())
}

// Field returns the member that a field of a struct is under a name that isn't in a json
// tag: a parameter, a header or a field of a form. options are those of the tag behind the
// name. t is the type of the value, index leads to the field from the struct owner.
func Field(owner reflect.Type, f reflect.StructField, index []int, name, options string, t *Type) (*Member, []string) {
	c := &candidate{owner: owner, field: f.Name, of: f.Type, tags: readTags(f.Tag), index: index, name: name, options: options}
	m := c.member(t)
	m.readTags(c)
	return m, c.problems(t)
}

// candidate is a field that is a member, if no other field with the name is.
type candidate struct {
	owner   reflect.Type // that declares the field
	field   string       // its name in Go
	of      reflect.Type // of the field
	tags    tags         // of the field
	index   []int
	name    string
	options string // of the tag
	tagged  bool   // the name is in the tag
	behind  bool   // a pointer to an embedded struct
}

// member returns the member that a candidate is, without what its tags say.
func (c *candidate) member(t *Type) *Member {
	return &Member{Name: c.name, Index: c.index, Type: t, owner: c.owner, field: c.field}
}

// readTags completes a member. Its Type is complete.
func (m *Member) readTags(c *candidate) {
	m.Rules, _ = parseRules(c.tags, m.Type, false)
	m.Doc = c.tags.get("doc")
	m.Default, m.Example = c.tags.valueOf("default", m.Type), c.tags.valueOf("example", m.Type)
	m.Required = c.of.Kind() != reflect.Pointer && !c.behind && m.Default == "" && !optional(c.options)
}

// optional reports whether the options of a tag say that a value may be absent.
func optional(options string) bool {
	return hasOption(options, "omitzero") || hasOption(options, "omitempty")
}

// hasOption reports whether the options of a tag, with commas between them, have one.
func hasOption(options, name string) bool {
	for options != "" {
		var option string
		if option, options, _ = strings.Cut(options, ","); option == name {
			return true
		}
	}
	return false
}

// typeName is the name of a type without its type arguments.
func typeName(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

// members completes an object: it finds the fields that encoding/json takes as members,
// but for those with tags of parameters. See https://pkg.go.dev/encoding/json#Marshal.
func (m *maker) members(s *Type) {
	for _, c := range dominant(candidates(s.Go)) {
		t := m.of(c.of)
		if quoted(c) {
			t = m.quote(t)
		}
		member := c.member(t)
		s.Members = append(s.Members, member)
		m.untagged = append(m.untagged, untaggedMember{member, c})
	}
	for i := range s.Go.NumField() {
		if f := s.Go.Field(i); f.Name == "_" {
			tags := readTags(f.Tag)
			s.Doc = cmp.Or(s.Doc, tags.get("doc"))
			switch tags.get("additionalProperties") {
			case "false":
				s.Closed, s.Tagged = true, true
			case "true":
				s.Closed = false
			}
		}
	}
}

// quote returns the Type of a value with encoding/json's option string.
func (m *maker) quote(t *Type) *Type {
	q := &Type{Go: t.Go, Quoted: true}
	q.base = q
	for q.Go.Kind() == reflect.Pointer {
		q.Go = q.Go.Elem()
	}
	m.complete(q, q.Go)
	q.Nullable = t.Nullable || t.base != t
	return q
}

// quoted reports whether the option string of a field has an effect.
func quoted(c *candidate) bool {
	if !hasOption(c.options, "string") {
		return false
	}
	t := c.of
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	k := t.Kind()
	return k == reflect.String || reflect.Bool <= k && k <= reflect.Float64
}

// candidates are the fields of a struct that could be members, and those of the structs
// that are embedded in it, the outermost first.
func candidates(t reflect.Type) []*candidate {
	outer := candidate{of: t}
	all, level := outer.fields()
	if len(level) == 0 {
		return all
	}
	for seen := map[reflect.Type]bool{t: true}; len(level) > 0; {
		for _, e := range level {
			seen[e.of] = true // a struct that is embedded twice at one level counts twice
		}
		var inner []*candidate
		for _, outer := range level {
			fields, embedded := outer.fields()
			all = append(all, fields...)
			inner = append(inner, embedded...)
		}
		level = slices.DeleteFunc(inner, func(e *candidate) bool { return seen[e.of] })
	}
	return all
}

// fields splits the fields of a struct into those that are members themselves, and the
// embedded structs whose fields are.
func (c *candidate) fields() (members, embedded []*candidate) {
	t := c.of
	members = make([]*candidate, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		tags := readTags(f.Tag)
		tag := tags.get("json")
		if tag == "-" || isParameter(f, tags) {
			continue
		}
		n := &candidate{owner: t, field: f.Name, of: f.Type, tags: tags, index: slices.Concat(c.index, f.Index), behind: c.behind}
		n.name, n.options, _ = strings.Cut(tag, ",")
		n.tagged = isName(n.name)
		inner, pointer := f.Type, false
		if inner.Kind() == reflect.Pointer && inner.Name() == "" {
			inner, pointer = inner.Elem(), true
		}
		isStruct := inner.Kind() == reflect.Struct
		switch {
		case f.Anonymous && !f.IsExported() && !isStruct:
		case f.Anonymous && isStruct && !n.tagged:
			n.of, n.behind = inner, n.behind || pointer
			embedded = append(embedded, n)
		default:
			if !n.tagged {
				n.name = f.Name
			}
			members = append(members, n)
		}
	}
	return members, embedded
}

// IsParameter reports whether a field belongs to a request or an answer, but not to its
// JSON: it has a tag of a parameter, of a form or of a status, or is the request itself.
func IsParameter(f reflect.StructField) bool { return isParameter(f, readTags(f.Tag)) }

func isParameter(f reflect.StructField, tags tags) bool {
	for _, key := range tags.keys {
		switch key {
		case "path", "query", "header", "cookie", "form", "status":
			return true
		}
	}
	t := f.Type
	return t.Kind() == reflect.Pointer && isNamed(t.Elem(), "github.com/chalice-go/chalice/app", "Request")
}

// isName reports whether encoding/json takes a name in a tag.
func isName(name string) bool {
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) {
			return false
		}
	}
	return name != ""
}

// dominant returns the fields that are members, in the order of the struct. Of several
// with one name it is the outermost; of those, the one with the name in its tag; if there
// are several yet, none is.
func dominant(all []*candidate) []*candidate {
	best := make(map[string]*candidate, len(all))
	var tied map[string]bool
	for _, c := range all {
		switch b := best[c.name]; {
		case b == nil || c.beats(b):
			best[c.name] = c
			delete(tied, c.name)
		case !b.beats(c):
			if tied == nil {
				tied = map[string]bool{}
			}
			tied[c.name] = true
		}
	}
	members := make([]*candidate, 0, len(all))
	for _, c := range all {
		if best[c.name] == c && !tied[c.name] {
			members = append(members, c)
		}
	}
	if len(members) > 0 && len(members[len(members)-1].index) > 1 { // those of embedded structs are last
		slices.SortFunc(members, func(a, b *candidate) int { return slices.Compare(a.index, b.index) })
	}
	return members
}

// beats reports whether the field hides another one with its name.
func (c *candidate) beats(other *candidate) bool {
	if len(c.index) != len(other.index) {
		return len(c.index) < len(other.index)
	}
	return c.tagged && !other.tagged
}
