package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

func (o *untypedOperation) schemas() []*schema.Type { return nil }

func (o *untypedOperation) describe(w *operationWriter) operationObject {
	responses := map[string]responseObject{"2XX": {Description: "Success"}}
	w.errors(responses, o.options.errors...)
	return operationObject{Tags: o.options.tags.value, Responses: responses, Deprecated: o.options.deprecated}
}

func (h *typedHandler) schemas() (all []*schema.Type) {
	if h.request.Body != nil {
		all = append(all, h.request.Body)
	}
	for _, p := range slices.Concat(h.request.Params, h.request.Form) {
		all = append(all, p.Type)
	}
	for _, r := range h.results {
		if r.Response.Body != nil {
			all = append(all, r.Response.Body)
		}
		for _, p := range r.Headers {
			all = append(all, p.Type)
		}
	}
	return all
}

func (h *typedHandler) describe(w *operationWriter) operationObject {
	o := operationObject{
		Tags:        h.options.tags.or(tagOf(h.route.Path)),
		RequestBody: h.describeBody(w),
		Responses:   map[string]responseObject{},
		Deprecated:  h.options.deprecated,
	}
	for _, p := range h.request.Params {
		if p.In != "header" || !slices.ContainsFunc(notParameters, func(name string) bool { return strings.EqualFold(name, p.Name) }) {
			o.Parameters = append(o.Parameters, w.parameter(p))
		}
	}
	w.errors(o.Responses, h.refusals()...)
	w.errors(o.Responses, h.options.errors...)
	h.describeResults(w, o.Responses)
	return o
}

// notParameters are headers that a document describes elsewhere.
// https://spec.openapis.org/oas/v3.1.1.html#fixed-fields-for-use-with-schema
var notParameters = []string{"Accept", "Content-Type", "Authorization"}

// tagOf returns the first part of a path that is no parameter, in a list.
func tagOf(path string) []string {
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && part[0] != '{' {
			return []string{part}
		}
	}
	return nil
}

// describeBody describes the body of a request, nil if there is none.
func (h *typedHandler) describeBody(w *operationWriter) *requestBodyObject {
	body := h.requestSchema(w)
	if body == nil {
		return nil
	}
	o := &requestBodyObject{Content: map[string]mediaTypeObject{}, Required: !h.request.Optional}
	if m := h.request.BodyMember; m != nil {
		o.Description = m.Doc
	}
	types := h.route.ContentTypes
	if len(types) == 0 {
		types = []string{"*/*"}
	}
	for _, t := range types {
		o.Content[t] = mediaTypeObject{Schema: body}
	}
	return o
}

// requestSchema is the schema of a request's body, nil if there is none.
func (h *typedHandler) requestSchema(w *operationWriter) json.RawMessage {
	switch {
	case h.request.Form != nil:
		return w.form(h.request)
	case h.request.Body == nil:
		return nil
	case h.rawBody():
		return w.raw(h.request.Body, h.request.BodyMember)
	}
	return w.body(h.request.Body, h.request.BodyMember)
}

// body is the schema of JSON; m is the field that it is, nil if it is a whole struct.
func (w *operationWriter) body(t *schema.Type, m *schema.Member) json.RawMessage {
	if m == nil {
		return w.document.Schema(t, nil)
	}
	return w.document.Schema(t, m.Bare())
}

// raw is the schema of a body that isn't JSON.
func (w *operationWriter) raw(t *schema.Type, m *schema.Member) json.RawMessage {
	if t.Bytes {
		return json.RawMessage(`{"type":"string","format":"binary"}`)
	}
	return w.body(t, m)
}

// form is the schema of a form.
func (w *operationWriter) form(r *schema.Request) json.RawMessage {
	var b bytes.Buffer
	b.WriteString(`{"type":"object","properties":{`)
	var required []string
	for i, p := range r.Form {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(compactJSON(p.Name))
		b.WriteByte(':')
		b.Write(w.document.Schema(p.Type, p.Member))
		if p.Required {
			required = append(required, p.Name)
		}
	}
	b.WriteByte('}')
	if required != nil {
		b.WriteString(`,"required":`)
		b.Write(compactJSON(required))
	}
	if r.Closed {
		b.WriteString(`,"additionalProperties":false`)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// refusals are the statuses with which a request is refused before the handler is called.
func (h *typedHandler) refusals() (statuses []int) {
	hasBody := h.request.Body != nil || h.request.Form != nil
	if hasBody || len(h.request.Params) > 0 {
		statuses = append(statuses, 400)
	}
	if hasBody && (h.options.maxBody.given || h.app.maxBody.given) {
		statuses = append(statuses, 413)
	}
	if hasBody && len(h.route.ContentTypes) > 0 {
		statuses = append(statuses, 415)
	}
	if h.request.CanViolate() {
		statuses = append(statuses, 422)
	}
	return statuses
}

// describeResults describes the answers of the handler.
func (h *typedHandler) describeResults(w *operationWriter, responses map[string]responseObject) {
	if len(h.results) == 0 { // it returns a *Response
		responses["2XX"] = responseObject{Description: "Success"}
		return
	}
	schemas := map[string]map[string][]json.RawMessage{} // by status and media type
	for _, r := range h.results {
		for _, status := range r.Statuses {
			text := strconv.Itoa(status)
			o := responses[text]
			o.Description = cmp.Or(r.doc(), o.Description, successes.of(status), titles.of(status), "Answer")
			o.Headers = w.headers(o.Headers, r)
			responses[text] = o
			if schemas[text] == nil {
				schemas[text] = map[string][]json.RawMessage{}
			}
			for _, t := range r.mediaTypes() {
				schemas[text][t] = append(schemas[text][t], r.schema(w))
			}
		}
	}
	for status, byType := range schemas {
		o := responses[status]
		if o.Content = maps.Clone(o.Content); o.Content == nil && len(byType) > 0 {
			o.Content = map[string]mediaTypeObject{}
		}
		for t, all := range byType {
			o.Content[t] = mediaTypeObject{Schema: oneOf(all)}
		}
		responses[status] = o
	}
}

// oneOf is the schema of one of several.
func oneOf(all []json.RawMessage) json.RawMessage {
	if len(all) == 1 {
		return all[0]
	}
	return compactJSON(map[string][]json.RawMessage{"anyOf": all})
}

// doc is what a result means, if it says.
func (r *result) doc() string {
	switch {
	case r.BodyMember != nil:
		return r.BodyMember.Doc
	case r.Response.Body != nil:
		return r.Response.Body.Doc
	}
	return ""
}

// headers adds the headers of a result to those of others with its status.
func (w *operationWriter) headers(all map[string]parameterObject, r *result) map[string]parameterObject {
	for _, p := range r.Headers {
		if strings.EqualFold(p.Name, "Content-Type") {
			continue
		}
		if all == nil {
			all = map[string]parameterObject{}
		}
		o := w.parameter(p)
		o.Name, o.In = "", ""
		all[p.Name] = o
	}
	return all
}

// mediaTypes are those that a result's body can have, none if it has no body.
func (r *result) mediaTypes() []string {
	if r.Response.Body == nil {
		return nil
	}
	header := r.Header("Content-Type")
	switch {
	case header == nil:
		return []string{"application/json"}
	case header.DefaultText() != "":
		return []string{header.DefaultText()}
	case len(header.Rules.Choices()) > 0:
		return header.Rules.Choices()
	case !r.Raw:
		return []string{"application/json"}
	case r.Response.Body.Bytes:
		return []string{"application/octet-stream"}
	}
	return []string{"text/plain"}
}

func (r *result) schema(w *operationWriter) json.RawMessage {
	if r.Raw {
		return w.raw(r.Response.Body, r.BodyMember)
	}
	return w.body(r.Response.Body, r.BodyMember)
}

// successes are the statuses of answers in words.
// https://www.iana.org/assignments/http-status-codes/http-status-codes.xhtml
var successes = statusTable{
	{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {203, "Non-Authoritative Information"}, {204, "No Content"}, {205, "Reset Content"},
	{206, "Partial Content"}, {207, "Multi-Status"}, {208, "Already Reported"}, {226, "IM Used"},
	{300, "Multiple Choices"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
	{307, "Temporary Redirect"}, {308, "Permanent Redirect"},
}
