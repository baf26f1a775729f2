package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// GoSymbol is the member that says which type or field something is.
const GoSymbol = "x-go"

// schemaPlace starts a reference to a schema of the document.
const schemaPlace = "#/components/schemas/"

// The schemas of errors, to which operations of a model refer.
const (
	errorSchema   = "Error"
	problemSchema = "Problem"
	gatewaySchema = "GatewayError"
)

// ownSchemas are those that the document supplies itself.
var ownSchemas = map[string]string{
	errorSchema: `{
		"type": "object",
		"description": "What went wrong with a request.",
		"properties": {
			"Code": {"type": "string", "description": "Kind of error, for programs.", "example": "NotFoundError"},
			"Message": {"type": "string", "description": "What went wrong, for people."},
			"Violations": {
				"type": "array",
				"description": "All that is wrong with the request.",
				"items": {
					"type": "object",
					"properties": {
						"In": {"type": "string", "description": "Part of the request: path, query, header, cookie, body or request.", "example": "body"},
						"Name": {"type": "string", "description": "Name of the parameter, or a JSON pointer into the body.", "example": "/items/0/count"},
						"Problem": {"type": "string", "description": "What is wrong there."}
					},
					"required": ["In", "Name", "Problem"]
				}
			}
		},
		"required": ["Code", "Message"]
	}`,
	// https://www.rfc-editor.org/rfc/rfc9457.html#section-3
	problemSchema: `{
		"type": "object",
		"description": "What went wrong with a request, in the form of RFC 9457.",
		"properties": {
			"type": {"type": "string", "format": "uri-reference", "description": "Kind of problem.", "default": "about:blank"},
			"title": {"type": "string", "description": "Kind of problem, for people."},
			"status": {"type": "integer", "description": "Status of the response.", "minimum": 100, "maximum": 599},
			"detail": {"type": "string", "description": "What went wrong, for people."},
			"code": {"type": "string", "description": "Kind of error, for programs.", "example": "NotFoundError"},
			"errors": {
				"type": "array",
				"description": "All that is wrong with the request.",
				"items": {
					"type": "object",
					"properties": {
						"detail": {"type": "string", "description": "What is wrong there."},
						"pointer": {"type": "string", "description": "JSON pointer into the body, as a fragment.", "example": "#/items/0/count"},
						"in": {"type": "string", "description": "Part of the request: path, query, header, cookie or request.", "example": "query"},
						"parameter": {"type": "string", "description": "Name of the parameter.", "example": "page"}
					},
					"required": ["detail"]
				}
			}
		}
	}`,
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
	// Some refusals spell it "Message". Generators make the same name of both.
	gatewaySchema: `{
		"type": "object",
		"description": "Why the request was refused before the app saw it. Some refusals spell the member with a capital.",
		"properties": {
			"message": {"type": "string", "description": "The reason."}
		}
	}`,
}

// readSchemas reads the model's schemas, and adds those of errors that it doesn't have.
func (b *builder) readSchemas() error {
	o, err := object(b.model.Schemas)
	if err != nil {
		return fmt.Errorf("the model's schemas: %w", err)
	}
	for _, name := range []string{errorSchema, problemSchema, gatewaySchema} {
		if o.Index(name) >= 0 {
			continue
		}
		own, err := object([]byte(ownSchemas[name]))
		if err != nil {
			return err
		}
		if name == errorSchema && !slices.ContainsFunc(b.model.Routes, func(r app.RouteModel) bool { return len(r.Operation) > 0 }) {
			remove(own.Section("properties"), "Violations") // which only typed routes have
		}
		o.Add(name, own)
	}
	b.visitor().schemasOf(o)
	b.schemas = o
	return nil
}

// visitor finishes what the model has: it describes what doc comments describe, and spells
// it as the document's version does.
func (b *builder) visitor() visitor {
	return visitor{
		schema: func(s any) any {
			if o, ok := s.(*ordered.Object); ok {
				b.explain(o)
			}
			if b.version == V30 {
				return older(s)
			}
			return s
		},
		named: b.explain,
	}
}

// finished returns an operation with its schemas finished.
func (b *builder) finished(op *ordered.Object) (*ordered.Object, error) {
	b.visitor().operation(op)
	return op, nil
}

// explain replaces the name of a Go type or field by what its doc comment says, unless it
// is described otherwise.
func (b *builder) explain(o *ordered.Object) {
	i := o.Index(GoSymbol)
	if i < 0 {
		if d := o.Index("description"); d >= 0 {
			b.polish(o, d)
		}
		return
	}
	symbol, _ := o.Members[i].Value.(string)
	said := text(b.comments.Of[symbol])
	if o.Text("description") == "" && said != "" {
		o.Members[i] = ordered.Member{Key: "description", Value: said}
	} else {
		o.Members = slices.Delete(o.Members, i, i+1)
	}
	if d := o.Index("description"); d >= 0 {
		b.polish(o, d)
	}
}

// polish makes a description one that pages can show, and marks what it says of itself.
func (b *builder) polish(o *ordered.Object, at int) {
	description, _ := o.Members[at].Value.(string)
	o.Members[at].Value = harmless(description)
	if isDeprecated(description) && o.Index("deprecated") < 0 {
		o.Add("deprecated", true)
	}
}

// reachable returns the schemas that the document refers to, in the model's order.
func (b *builder) reachable(roots ...any) *ordered.Object {
	found := map[string]bool{}
	var follow func(v any)
	follow = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				follow(item)
			}
		case *ordered.Object:
			if name, ok := strings.CutPrefix(v.Text("$ref"), schemaPlace); ok && !found[name] {
				found[name] = true
				schema, _ := b.schemas.Get(name)
				follow(schema)
			}
			for _, m := range v.Members {
				follow(m.Value)
			}
		}
	}
	for _, root := range roots {
		follow(root)
	}
	kept := &ordered.Object{}
	for _, m := range b.schemas.Members {
		if found[m.Key] {
			kept.Add(m.Key, m.Value)
		}
	}
	return kept
}

// components has what the operations refer to.
func (b *builder) components() *ordered.Object {
	components := &ordered.Object{}
	for _, part := range []ordered.Member{
		{Key: "schemas", Value: b.reachable(b.paths.items)},
		{Key: "headers", Value: b.headers},
		{Key: "securitySchemes", Value: b.schemes.defined},
	} {
		if part.Value.(*ordered.Object).Len() > 0 {
			components.Add(part.Key, part.Value)
		}
	}
	return components
}

func reference(schema string) *ordered.Object { return ordered.New("$ref", schemaPlace+schema) }
