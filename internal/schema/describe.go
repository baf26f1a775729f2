package schema

import (
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Document describes types as JSON Schemas of draft 2020-12, as OpenAPI 3.1 has them. Structs
// with names are its components, which schemas refer to.
type Document struct {
	components []*Type // in the order of their names
	names      map[*Type]string
}

// Describe returns a document of types and all that they consist of, which have no
// problems. Equal types in equal order give equal bytes.
func Describe(roots []*Type) *Document {
	c := collection{shared: map[*Type]bool{}, seen: map[*Type]bool{}}
	for _, t := range roots {
		c.visit(t)
	}
	components := slices.DeleteFunc(c.order, func(t *Type) bool { return !c.shared[t] })
	d := &Document{components: components, names: nameTypes(components)}
	slices.SortFunc(d.components, func(a, b *Type) int { return strings.Compare(d.names[a], d.names[b]) })
	return d
}

// collection finds the types that are components: those with names and members, or a
// schema of their own, and those that contain themselves.
type collection struct {
	order        []*Type
	shared, seen map[*Type]bool
	stack        []*Type
}

func (c *collection) visit(t *Type) {
	if t = t.core(); slices.Contains(c.stack, t) {
		c.shared[t] = true
		return
	}
	if c.seen[t] {
		return
	}
	c.seen[t] = true
	c.order = append(c.order, t)
	_, own := ownSchema(t.Go)
	if t.Go.Name() != "" && (t.Kind == Object || own && (t.Own || t.Text)) {
		c.shared[t] = true
	}
	c.stack = append(c.stack, t)
	if t.Elem != nil {
		c.visit(t.Elem)
	}
	for _, m := range t.Members {
		c.visit(m.Type)
	}
	c.stack = c.stack[:len(c.stack)-1]
}

// Components returns the components: the value of components/schemas.
func (d *Document) Components() json.RawMessage {
	var o objectWriter
	for _, t := range d.components {
		s := d.definition(t, nil, false)
		if name := typeName(t.Go); name != "" {
			s.text("x-go", t.Go.PkgPath()+"."+name)
		}
		o.raw(d.names[t], s.bytes())
	}
	return o.bytes()
}

// Schema returns the schema of a type that is described. A member's rules are in it, and
// its doc, default, example and field; nil: there is none.
func (d *Document) Schema(t *Type, m *Member) json.RawMessage {
	if m == nil {
		return d.schema(t, nil).bytes()
	}
	s := d.schema(t, m.Rules)
	if s.text("description", m.Doc); m.Doc == "" && t.isDuration() && t.Kind == Integer {
		s.text("description", "In nanoseconds.")
	}
	if m.Default != "" {
		s.raw("default", []byte(m.Default))
	}
	if m.Example != "" {
		s.raw("examples", []byte("["+m.Example+"]"))
	}
	s.text("x-go", m.Field())
	return s.bytes()
}

// schema returns the schema of a value with rules: a reference, or a definition.
func (d *Document) schema(t *Type, r *Rules) *objectWriter {
	core := t.core()
	null := t.Nullable && (r == nil || !r.wantsSome())
	if core.Own {
		null = t != core // a pointer
	}
	name, ok := d.names[core]
	if !ok {
		return d.definition(core, r, null)
	}
	s := &objectWriter{}
	if s.text("$ref", "#/components/schemas/"+name); null {
		s = &objectWriter{}
		s.raw("anyOf", []byte(`[{"$ref":`+string(quote("#/components/schemas/"+name))+`},{"type":"null"}]`))
	}
	if here, _ := r.Split(t); here != nil {
		s.count(t, here)
	}
	return s
}

// definition describes a type itself.
func (d *Document) definition(t *Type, r *Rules, null bool) *objectWriter {
	s := &objectWriter{}
	if text, ok := ownSchema(t.Go); ok && (t.Own || t.Text) {
		if null {
			s.raw("anyOf", []byte("["+text+`,{"type":"null"}]`))
			return s
		}
		s.copyOf(text)
		return s
	}
	if t.Kind == Any {
		return s
	}
	s.typeWord(t, null)
	switch {
	case t.Quoted:
		s.quoted(t, r, null)
	case t.Kind == Integer || t.Kind == Number:
		s.number(t, r, null)
	case t.Kind == String:
		s.string(t, r, null)
	case t.Kind == Array || t.Kind == Map:
		here, each := r.Split(t)
		s.count(t, here)
		if t.Kind == Array {
			s.raw("items", d.schema(t.Elem, each).bytes())
		} else {
			s.keys(t.Go.Key())
			s.raw("additionalProperties", d.schema(t.Elem, each).bytes())
		}
	case t.Kind == Object:
		d.object(s, t)
	}
	return s
}

func (d *Document) object(s *objectWriter, t *Type) {
	s.text("description", t.Doc)
	var properties objectWriter
	var required []string
	for _, m := range t.Members {
		properties.raw(m.Name, d.Schema(m.Type, m))
		if m.Required {
			required = append(required, m.Name)
		}
	}
	s.raw("properties", properties.bytes())
	if required != nil {
		s.texts("required", required, false)
	}
	if t.Closed {
		s.raw("additionalProperties", []byte("false"))
	}
}

// quoted describes what encoding/json's option string puts in quotes. JSON Schema has no
// bounds for that.
func (o *objectWriter) quoted(t *Type, r *Rules, null bool) {
	switch {
	case t.Kind == Boolean:
		o.texts("enum", []string{"true", "false"}, null)
	case r != nil && r.enum != nil:
		o.enum(t, r, null)
	case t.Kind == Integer:
		o.text("pattern", "^-?(0|[1-9][0-9]*)$")
	case t.Kind == Number:
		o.text("pattern", `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	}
}

func (o *objectWriter) enum(t *Type, r *Rules, null bool) {
	var values [][]byte
	for _, c := range r.enum {
		values = append(values, []byte(c.json(t)))
	}
	o.list("enum", values, null)
}

// number describes a number: with the bounds of its tags, or else of its Go type.
func (o *objectWriter) number(t *Type, r *Rules, null bool) {
	if r == nil || r.asked&numberWords == 0 {
		r = unbounded()
	}
	low, high := r.low, r.high
	switch k := t.Go.Kind(); {
	case k == reflect.Float32:
		o.text("format", "float")
		o.bounds(low.or(floatBound(-math.MaxFloat32)), high.or(floatBound(math.MaxFloat32)))
	case k == reflect.Float64:
		o.text("format", "double")
		o.bounds(low, high)
	case k == reflect.String: // a json.Number
		o.bounds(low, high)
	case isSigned(t):
		least, most := int64(math.MinInt64)>>(64-t.Go.Bits()), int64(math.MaxInt64)>>(64-t.Go.Bits())
		if bits := t.Go.Bits(); bits >= 32 {
			o.text("format", "int"+itoa(bits))
		}
		if low.int <= least {
			low = bound{}
		}
		if high.int >= most {
			high = bound{}
		}
		o.bounds(low.or(bound{json: strconv.FormatInt(least, 10)}), high.or(bound{json: strconv.FormatInt(most, 10)}))
	default:
		most := uint64(math.MaxUint64) >> (64 - t.Go.Bits())
		if low.uint == 0 {
			low = bound{}
		}
		if high.uint >= most {
			high = bound{}
		}
		o.bounds(low.or(bound{json: "0"}), high.or(bound{json: strconv.FormatUint(most, 10)}))
	}
	if r.multipleOf.digits != 0 {
		o.raw("multipleOf", []byte(r.multipleJSON))
	}
	if r.enum != nil {
		o.enum(t, r, null)
	}
}

// or returns the bound, or another one if it is none.
func (b bound) or(other bound) bound {
	if b.json == "" {
		return other
	}
	return b
}

func floatBound(f float64) bound { return bound{json: strconv.FormatFloat(f, 'g', -1, 64)} }

func (o *objectWriter) bounds(low, high bound) {
	for _, b := range [...]struct {
		bound
		closed, open string
	}{{low, "minimum", "exclusiveMinimum"}, {high, "maximum", "exclusiveMaximum"}} {
		if b.json == "" {
			continue
		}
		name := b.closed
		if b.bound.open {
			name = b.open
		}
		o.raw(name, []byte(b.json))
	}
}

// Patterns of texts that JSON Schema has no format for.
const (
	base64Pattern   = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
	durationPattern = `^[+-]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`
)

func (o *objectWriter) string(t *Type, r *Rules, null bool) {
	if r == nil {
		r = unbounded()
	}
	switch {
	case r.formatName != "":
		o.text("format", r.formatName)
	case t.Format == ipFormat:
		o.raw("anyOf", []byte(`[{"format":"ipv4"},{"format":"ipv6"}]`))
	case t.Bytes:
		o.text("contentEncoding", "base64")
	default:
		o.text("format", t.Format)
	}
	switch {
	case r.pattern != nil:
		o.text("pattern", r.pattern.ecma())
	case t.Bytes:
		o.text("pattern", base64Pattern)
	case t.isDuration():
		o.text("pattern", durationPattern)
	}
	o.span("minLength", "maxLength", r.length)
	if r.enum != nil {
		o.enum(t, r, null)
	}
}

// count describes how many items or members there are.
func (o *objectWriter) count(t *Type, r *Rules) {
	if r == nil {
		r = unbounded()
	}
	switch {
	case t.Go.Kind() == reflect.Array:
		o.span("minItems", "maxItems", span{t.Go.Len(), t.Go.Len()})
	case t.Kind == Array:
		o.span("minItems", "maxItems", r.count)
	case t.Kind == Map:
		o.span("minProperties", "maxProperties", r.count)
	}
	if r.Unique() {
		o.raw("uniqueItems", []byte("true"))
	}
}

// keys describes the names of a map's members, if they aren't any strings.
func (o *objectWriter) keys(t reflect.Type) {
	pattern := ""
	switch k := t.Kind(); {
	case k == reflect.String || has[encoding.TextMarshaler](t):
		return
	case k <= reflect.Int64:
		pattern = "^-?(0|[1-9][0-9]*)$"
	default:
		pattern = "^(0|[1-9][0-9]*)$"
	}
	o.raw("propertyNames", []byte(`{"pattern":`+string(quote(pattern))+"}"))
}
