package synth

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/draft4"
)

// requestChecks are what a REST API finds out about requests to typed routes before it
// calls their function.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
type requestChecks struct {
	models *ordered.Object        // of the bodies, by their names
	routes map[string]*routeCheck // see routeKey
}

// routeCheck is what is checked of the requests to one route.
type routeCheck struct {
	parameters []any  // of the query and the header; those of the path are known
	body       string // reference to the model of the body; empty: it isn't checked
	required   bool   // some parameters have to be there
	gaps       []draft4.Gap
}

// routeKey is the method and the path of a route, since others have other methods.
func routeKey(r app.RouteModel) string { return r.Methods[0] + " " + r.Path }

// emptyModel is the model of responses, of which nothing is said.
const emptyModel = "Empty"

// requestChecks returns what the API checks, nil if that is nothing.
func (b *builder) requestChecks(routes []app.RouteModel) *requestChecks {
	if !b.Stage.RequestValidation {
		return nil
	}
	schemas := &ordered.Object{}
	if len(b.Model.Schemas) > 0 {
		if err := schemas.UnmarshalJSON(b.Model.Schemas); err != nil {
			b.fail(fmt.Errorf("the schemas of the app's types: %w", err))
		}
	}
	models := draft4.New(schemas, emptyModel)
	c := &requestChecks{routes: map[string]*routeCheck{}}
	for _, r := range routes {
		if len(r.Operation) == 0 {
			continue
		}
		operation := &ordered.Object{}
		if err := operation.UnmarshalJSON(r.Operation); err != nil {
			b.fail(&Mistake{r.Source, fmt.Sprintf("the operation of %s: %v", r.Path, err)})
		}
		check := &routeCheck{}
		check.addParameters(operation, schemas)
		check.addBody(models, r, operation, b.Model.BinaryTypes())
		c.routes[routeKey(r)] = check
	}
	c.models = models.Definitions()
	return c
}

// of returns what is checked of a route's requests, nil if that is nothing.
func (c *requestChecks) of(r app.RouteModel) *routeCheck {
	if c == nil || len(r.Methods) == 0 {
		return nil
	}
	return c.routes[routeKey(r)]
}

// addParameters adds the parameters of a query and of a header, which are all that API
// Gateway knows beside those of a path. It looks whether they are there, and not at their
// values.
func (c *routeCheck) addParameters(operation, schemas *ordered.Object) {
	list, _ := ordered.Get[[]any](operation, "parameters")
	for _, v := range list {
		p, _ := v.(*ordered.Object)
		name, in := p.Text("name"), p.Text("in")
		schema := resolved(p, schemas)
		if isMoreThanText(schema) {
			c.gap("values of parameters", name)
		}
		required, _ := ordered.Get[bool](p, "required")
		switch in {
		case "query", "header":
			checked := required && !takesEmpty(schema, in)
			if required && !checked {
				c.gap("presence of parameters that may be empty", name)
			}
			c.required = c.required || checked
			c.parameters = append(c.parameters, parameter(name, in, checked, schema))
		case "cookie":
			if required {
				c.gap("presence of cookies", name)
			}
		}
	}
}

func (c *routeCheck) gap(what, where string) {
	c.gaps = append(c.gaps, draft4.Gap{What: what, Where: where})
}

// resolved returns the schema of a parameter, whatever its name.
func resolved(parameter, schemas *ordered.Object) *ordered.Object {
	schema, _ := ordered.Get[*ordered.Object](parameter, "schema")
	if name, ok := strings.CutPrefix(schema.Text("$ref"), "#/components/schemas/"); ok {
		schema, _ = ordered.Get[*ordered.Object](schemas, name)
	}
	return schema
}

// parameter is a Parameter Object of OpenAPI 2.0 with what API Gateway reads of one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func parameter(name, in string, required bool, schema *ordered.Object) *ordered.Object {
	p := ordered.New("name", name, "in", in, "required", required)
	switch kind := schema.Text("type"); kind {
	case "integer", "number", "boolean":
		p.Add("type", kind)
	case "array":
		p.Add("type", kind)
		p.Add("items", ordered.New("type", "string"))
	default:
		p.Add("type", "string")
	}
	return p
}

// isMoreThanText reports whether a value of a parameter can be wrong.
func isMoreThanText(schema *ordered.Object) bool {
	if schema == nil {
		return false
	}
	return schema.Text("type") != "string" || slices.ContainsFunc(schema.Members, func(m ordered.Member) bool {
		return slices.Contains([]string{"minLength", "maxLength", "pattern", "enum", "const", "format"}, m.Key)
	})
}

// fullFormats are the formats of which an empty text isn't one.
var fullFormats = []string{"date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "iri", "uuid", "relative-json-pointer"}

// takesEmpty reports whether the program may take an empty value for a parameter, which API
// Gateway counts as missing. Of what is separated by commas an empty list is one.
func takesEmpty(schema *ordered.Object, in string) bool {
	switch schema.Text("type") {
	case "integer", "number", "boolean":
		return false
	case "array":
		items, _ := ordered.Get[*ordered.Object](schema, "items")
		return in != "query" || takesEmpty(items, in)
	case "string":
		if values, ok := ordered.Get[[]any](schema, "enum"); ok {
			return slices.Contains(values, any(""))
		}
		if least, ok := schema.Get("minLength"); ok && fmt.Sprint(least) != "0" {
			return false
		}
		if re, err := regexp.Compile(schema.Text("pattern")); err == nil && !re.MatchString("") {
			return false
		}
		return !slices.Contains(fullFormats, schema.Text("format"))
	}
	return true
}

// addBody has the body checked if it is JSON and nothing else.
func (c *routeCheck) addBody(models *draft4.Models, r app.RouteModel, operation *ordered.Object, binary []string) {
	body, ok := ordered.Get[*ordered.Object](operation, "requestBody")
	if !ok {
		return
	}
	schema, why := jsonBody(r, body, binary)
	if why != "" {
		c.gap("body", why)
		return
	}
	ref, gaps := models.Add(schema, cmp.Or(r.Name, routeKey(r))+"Body")
	c.gaps = append(c.gaps, gaps...)
	c.body = ref
}

// jsonBody returns the schema that each body of a route's requests has, or why there is none.
// API Gateway takes one model for all of a route's media types, and of binary ones it doesn't
// see the JSON.
func jsonBody(r app.RouteModel, body *ordered.Object, binary []string) (schema any, why string) {
	if required, _ := ordered.Get[bool](body, "required"); !required {
		return nil, "that may be absent"
	}
	content, _ := ordered.Get[*ordered.Object](body, "content")
	if len(r.ContentTypes) == 0 || content.Len() == 0 {
		return nil, "of any media type"
	}
	spelled := map[string]bool{}
	for _, m := range content.Members {
		if !isJSON(m.Key) {
			return nil, "of " + m.Key
		}
		o, _ := m.Value.(*ordered.Object)
		schema, _ = o.Get("schema")
		spelled[string(ordered.AppendCompactJSON(nil, schema))] = true
	}
	if len(spelled) > 1 {
		return nil, "that differs by its media type"
	}
	for _, t := range r.ContentTypes {
		if !isJSON(t) {
			return nil, "of " + t
		}
		if slices.ContainsFunc(binary, func(pattern string) bool { return isMediaTypeOf(pattern, t) }) {
			return nil, "of " + t + ", which is a binary type"
		}
	}
	return schema, ""
}

// isJSON reports whether a media type is JSON's, or that of something written in it.
func isJSON(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	mediaType = strings.TrimSpace(mediaType)
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// isMediaTypeOf reports whether a media type is one of a pattern's, such as image/*.
func isMediaTypeOf(pattern, mediaType string) bool {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	if kind, ok := strings.CutSuffix(pattern, "*"); ok && kind != "*/" {
		return strings.HasPrefix(strings.ToLower(mediaType), strings.ToLower(kind))
	}
	return pattern == "*/*" || strings.EqualFold(pattern, strings.TrimSpace(mediaType))
}
