package draft4

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// place is where a schema is turned into a part of a model.
type place struct {
	*Models
	model *model
	at    string          // for gaps
	from  *ordered.Object // the schema
	to    *ordered.Object // the part
}

func (p *place) gap(what string) { p.model.gap(what, p.at) }

// copied takes a keyword over as it is.
func (p *place) copied(keyword string) {
	v, _ := p.from.Get(keyword)
	p.to.Add(keyword, v)
}

// ignored are keywords that forbid nothing, or nothing that the type doesn't say.
var ignored = []string{
	"type", "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly",
	"contentMediaType", "$comment",
}

// taker makes a part of a model of what a keyword says of values of one type. It returns
// false if nothing can be said of the values at all.
type taker func(p *place, keyword string) bool

func plainly(p *place, keyword string) bool {
	p.copied(keyword)
	return true
}

// unsurely takes a keyword over that API Gateway may leave out.
func unsurely(p *place, keyword string) bool {
	p.gap(keyword)
	return plainly(p, keyword)
}

// takers returns the keywords of values of a type that a model can have, nil if there is no
// such type. All others are gaps.
func takers(kind string) map[string]taker {
	switch kind {
	case "boolean":
		return map[string]taker{}
	case "string":
		return map[string]taker{
			"minLength": plainly, "maxLength": plainly, "pattern": takePattern, "enum": takeTexts, "const": takeTexts, "anyOf": takeFormats,
		}
	case "integer":
		return map[string]taker{
			"minimum": takeBound, "maximum": takeBound, "exclusiveMinimum": takeBound, "exclusiveMaximum": takeBound,
			"multipleOf": takeMultiple, "enum": takeIntegers, "const": takeIntegers, "format": nothing,
		}
	case "number":
		return map[string]taker{
			"minimum": takeBound, "maximum": takeBound, "exclusiveMinimum": takeBound, "exclusiveMaximum": takeBound,
			"format": nothing,
		}
	case "array":
		return map[string]taker{"items": takeItems, "minItems": unsurely, "maxItems": unsurely, "uniqueItems": takeUnique}
	case "object":
		return map[string]taker{
			"properties": takeProperties, "required": takeRequired, "additionalProperties": takeOthers,
			"minProperties": plainly, "maxProperties": plainly,
		}
	}
	return nil
}

// nothing takes nothing of a keyword, and misses nothing: the numbers of a Go type have
// bounds beside their format.
func nothing(*place, string) bool { return true }

// convert returns the part of a model that a schema is, nil if nothing can be said of the
// values.
func (m *Models) convert(in *model, schema any, at string) *ordered.Object {
	from, _ := schema.(*ordered.Object)
	if ref := from.Text("$ref"); ref != "" {
		return m.refer(in, ref, at)
	}
	p := &place{m, in, at, from, &ordered.Object{}}
	kind := from.Text("type")
	takers := takers(kind)
	if takers == nil {
		p.untyped()
		return nil
	}
	p.to.Add("type", kind)
	for _, member := range from.Members {
		switch keyword := member.Key; {
		case slices.Contains(ignored, keyword) || strings.HasPrefix(keyword, "x-"):
		case takers[keyword] == nil:
			p.gap(keyword)
		case !takers[keyword](p, keyword):
			return nil
		}
	}
	if _, typed := p.to.Get("items"); kind == "array" && !typed {
		p.gap("lists of anything")
		return nil
	}
	return p.to
}

// untyped notes why a schema has no part in a model: its values are of several types.
func (p *place) untyped() {
	types, _ := ordered.Get[[]any](p.from, "type")
	nullable := slices.Contains(types, any("null"))
	for _, keyword := range []string{"anyOf", "oneOf"} {
		others, _ := ordered.Get[[]any](p.from, keyword)
		nullable = nullable || slices.ContainsFunc(others, func(v any) bool {
			o, ok := v.(*ordered.Object)
			return ok && o.Text("type") == "null"
		})
	}
	if nullable {
		p.gap("what can be null")
		return
	}
	for _, m := range members(p.from) {
		if m.Key == "type" || !slices.Contains(ignored, m.Key) && !strings.HasPrefix(m.Key, "x-") {
			p.gap(m.Key)
		}
	}
}

// takeFormats takes nothing of a choice of formats, which are gaps as one format is.
func takeFormats(p *place, keyword string) bool {
	list, _ := ordered.Get[[]any](p.from, keyword)
	if !slices.ContainsFunc(list, func(v any) bool { o, _ := v.(*ordered.Object); return o.Len() != 1 || o.Text("format") == "" }) {
		keyword = "format"
	}
	p.gap(keyword)
	return true
}

// takeItems says what the elements of a list are. There are no lists without that in
// OpenAPI 2.0.
func takeItems(p *place, keyword string) bool {
	v, _ := p.from.Get(keyword)
	items := p.convert(p.model, v, p.at+"[]")
	if items == nil {
		return false
	}
	p.to.Add(keyword, items)
	return true
}

// takeUnique leaves it to the program whether lists and objects are the same, which needn't
// be spelled alike.
func takeUnique(p *place, keyword string) bool {
	items, _ := ordered.Get[*ordered.Object](p.from, "items")
	if !slices.Contains([]string{"string", "integer", "boolean"}, items.Text("type")) || items.Text("format") != "" {
		p.gap(keyword)
		return true
	}
	return plainly(p, keyword)
}

func takeProperties(p *place, keyword string) bool {
	list, _ := ordered.Get[*ordered.Object](p.from, keyword)
	properties := &ordered.Object{}
	for _, member := range members(list) {
		at := p.at + "." + member.Key
		if isIntrinsic(member.Key) {
			p.model.gap("what CloudFormation has a meaning for", at)
		} else if part := p.convert(p.model, member.Value, at); part != nil {
			properties.Add(member.Key, part)
		}
	}
	if properties.Len() > 0 {
		p.to.Add(keyword, properties)
	}
	return true
}

// takeRequired takes the list over but where it is empty, which draft 4 forbids.
func takeRequired(p *place, keyword string) bool {
	if list, _ := ordered.Get[[]any](p.from, keyword); len(list) > 0 {
		p.to.Add(keyword, list)
	}
	return true
}

// takeOthers says what the members of a map are. That a struct has no others than its own
// is the program's affair: it takes their names in letters of any case.
func takeOthers(p *place, keyword string) bool {
	v, _ := p.from.Get(keyword)
	switch known, _ := ordered.Get[*ordered.Object](p.from, "properties"); {
	case v == true:
	case v == false:
		p.gap("unknown members")
	case known.Len() > 0:
		p.gap(keyword)
	default:
		if part := p.convert(p.model, v, p.at+".*"); part != nil {
			p.to.Add(keyword, part)
		}
	}
	return true
}

// members lists the members of an object, of which there may be none.
func members(o *ordered.Object) []ordered.Member {
	if o == nil {
		return nil
	}
	return o.Members
}
