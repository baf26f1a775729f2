package openapi

import "github.com/chalice-go/chalice/internal/ordered"

// holding is how a member of an object holds objects of another kind.
type holding int

const (
	one    holding = iota // itself
	inList                // as items
	byName                // as members
)

// schemaMembers are the keywords of JSON Schema that hold schemas, and how. All others
// hold values, in which a name means nothing.
// https://json-schema.org/draft/2020-12/json-schema-core#section-10
var schemaMembers = map[string]holding{
	"additionalProperties": one, "contains": one, "contentSchema": one, "else": one, "if": one, "items": one, "not": one,
	"propertyNames": one, "then": one, "unevaluatedItems": one, "unevaluatedProperties": one,
	"allOf": inList, "anyOf": inList, "oneOf": inList, "prefixItems": inList,
	"$defs": byName, "definitions": byName, "dependentSchemas": byName, "patternProperties": byName, "properties": byName,
}

// visitor changes the schemas of an operation, and what else says where it comes from.
type visitor struct {
	// schema returns what stands for a schema, which is an object or a boolean, once those
	// within it have been seen.
	schema func(any) any
	// named changes a parameter or a header.
	named func(*ordered.Object)
}

// schemaOf sees a schema, and first those within it.
func (v visitor) schemaOf(s any) any {
	o, ok := s.(*ordered.Object)
	if !ok {
		return v.schema(s)
	}
	for i, m := range o.Members {
		how, holds := schemaMembers[m.Key]
		if !holds {
			continue
		}
		switch value := m.Value.(type) {
		case []any: // also of items, in older drafts
			for j := range value {
				value[j] = v.schemaOf(value[j])
			}
		case *ordered.Object:
			if how == byName {
				v.schemasOf(value)
			} else {
				o.Members[i].Value = v.schemaOf(value)
			}
		case bool:
			if m.Key != "additionalProperties" { // which takes booleans in all versions
				o.Members[i].Value = v.schemaOf(value)
			}
		}
	}
	return v.schema(o)
}

// schemasOf sees the members of an object, which are schemas.
func (v visitor) schemasOf(o *ordered.Object) {
	for i := range o.Members {
		o.Members[i].Value = v.schemaOf(o.Members[i].Value)
	}
}

// operation sees all schemas of an operation.
// https://spec.openapis.org/oas/v3.1.1.html#operation-object
func (v visitor) operation(op *ordered.Object) {
	parameters, _ := ordered.Get[[]any](op, "parameters")
	for _, p := range parameters {
		if o, ok := p.(*ordered.Object); ok {
			v.described(o)
		}
	}
	v.contents(op.Section("requestBody"))
	for _, r := range op.Section("responses").Members {
		response, ok := r.Value.(*ordered.Object)
		if !ok {
			continue
		}
		v.headers(response)
		v.contents(response)
	}
}

func (v visitor) headers(o *ordered.Object) {
	for _, h := range o.Section("headers").Members {
		if header, ok := h.Value.(*ordered.Object); ok {
			v.described(header)
		}
	}
}

// described sees a parameter or a header.
func (v visitor) described(o *ordered.Object) {
	v.media(o)
	v.contents(o)
	v.named(o)
}

func (v visitor) contents(o *ordered.Object) {
	for _, c := range o.Section("content").Members {
		media, ok := c.Value.(*ordered.Object)
		if !ok {
			continue
		}
		v.media(media)
		for _, e := range media.Section("encoding").Members {
			if encoding, ok := e.Value.(*ordered.Object); ok {
				v.headers(encoding)
			}
		}
	}
}

// media sees the schema of what has one in a member of its own.
func (v visitor) media(o *ordered.Object) {
	if i := o.Index("schema"); i >= 0 {
		o.Members[i].Value = v.schemaOf(o.Members[i].Value)
	}
}
