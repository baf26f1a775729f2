package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"

	"github.com/chalice-go/chalice/internal/schema"
)

// operation is what describes a route, beside what every route's model says. It is in
// placedRoute's field typed.
type operation interface {
	// schemas are the types whose schemas the description has.
	schemas() []*schema.Type
	// describe returns the route's Operation Object.
	describe(w *operationWriter) operationObject
}

// describeOperations adds to a model what is known of routes' requests and answers. Only
// who describes an app pays for it.
func describeOperations(g *Registry, m *Model) {
	var roots []*schema.Type
	for _, p := range g.placed {
		if o := operationOf(p); o != nil {
			roots = append(roots, o.schemas()...)
		}
	}
	w := &operationWriter{document: schema.Describe(roots), problems: g.parts.handler[problemsPart] != nil}
	for i, p := range g.placed {
		if o := operationOf(p); o != nil {
			m.Routes[i].Operation = compactJSON(o.describe(w))
		}
	}
	if components := w.document.Components(); string(components) != "{}" {
		m.Schemas = components
	}
}

// operationOf returns what describes a route; nil: nothing does.
func operationOf(p *placedRoute) operation {
	if options, ok := p.typed.(*typedSettings); ok {
		return &untypedOperation{p.route, options}
	}
	o, _ := p.typed.(operation)
	return o
}

// compactJSON writes JSON without escapes for HTML.
func compactJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("app: describe a route: " + err.Error()) // the values are strings, numbers and JSON
	}
	return bytes.TrimSpace(b.Bytes())
}

// These are objects of OpenAPI, as far as a program knows what is in them.
// https://spec.openapis.org/oas/v3.1.1.html#operation-object
type (
	operationObject struct {
		Tags        []string                  `json:"tags,omitempty"`
		Parameters  []parameterObject         `json:"parameters,omitempty"`
		RequestBody *requestBodyObject        `json:"requestBody,omitempty"`
		Responses   map[string]responseObject `json:"responses"`
		Deprecated  bool                      `json:"deprecated,omitempty"`
	}
	parameterObject struct {
		Name        string          `json:"name,omitempty"` // none: it is a header of a response
		In          string          `json:"in,omitempty"`
		Description string          `json:"description,omitempty"`
		Required    bool            `json:"required,omitempty"`
		Schema      json.RawMessage `json:"schema"`
		Go          string          `json:"x-go,omitempty"`
	}
	requestBodyObject struct {
		Description string                     `json:"description,omitempty"`
		Content     map[string]mediaTypeObject `json:"content"`
		Required    bool                       `json:"required,omitempty"`
	}
	responseObject struct {
		Description string                     `json:"description"`
		Headers     map[string]parameterObject `json:"headers,omitempty"`
		Content     map[string]mediaTypeObject `json:"content,omitempty"`
	}
	mediaTypeObject struct {
		Schema json.RawMessage `json:"schema,omitempty"`
	}
)

// operationWriter makes the parts of operations.
type operationWriter struct {
	document *schema.Document
	problems bool // errors are those of RFC 9457
}

// parameter describes a parameter or a header.
func (w *operationWriter) parameter(p *schema.Param) parameterObject {
	return parameterObject{
		Name: p.Name, In: p.In, Description: p.Doc, Required: p.Required,
		Schema: w.document.Schema(p.Type, p.Bare()), Go: p.Field(),
	}
}

// errors adds the answers to errors with some statuses.
func (w *operationWriter) errors(responses map[string]responseObject, statuses ...int) {
	contentType, name := "application/json", "Error"
	if w.problems {
		contentType, name = ProblemType, "Problem"
	}
	for _, status := range statuses {
		responses[strconv.Itoa(status)] = responseObject{
			Description: cmp.Or(titles.of(status), "Error"),
			Content:     map[string]mediaTypeObject{contentType: {Schema: json.RawMessage(`{"$ref":"#/components/schemas/` + name + `"}`)}},
		}
	}
}

// untypedOperation describes a route without types that has options for that.
type untypedOperation struct {
	route   *Route
	options *typedSettings
}
