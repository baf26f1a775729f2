package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// The request validators of an API, and the parts of its document that are about them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
const (
	bodyValidator       = "body-only"
	parametersValidator = "params-only"
	wholeValidator      = "all"

	requestValidators = "x-amazon-apigateway-request-validators"
	requestValidator  = "x-amazon-apigateway-request-validator"
)

// validator names the request validator of a route, empty if nothing of it is checked.
func (c *routeCheck) validator() string {
	switch {
	case c == nil || c.body == "" && !c.required:
		return ""
	case c.body == "":
		return parametersValidator
	case !c.required:
		return bodyValidator
	}
	return wholeValidator
}

// describe adds to an operation's parameters those that aren't its path's, and to the
// operation how they are checked.
func (c *routeCheck) describe(op *ordered.Object, parameters []any) []any {
	if c == nil {
		return parameters
	}
	parameters = append(parameters, c.parameters...)
	if c.body != "" {
		parameters = append(parameters, ordered.New("name", "body", "in", "body", "required", true, "schema", ordered.New("$ref", c.body)))
	}
	if v := c.validator(); v != "" {
		op.Add(requestValidator, v)
	}
	return parameters
}

// describe adds to a document the models of bodies and the validators that routes have.
func (c *requestChecks) describe(doc *ordered.Object) {
	if c == nil {
		return
	}
	definitions := doc.Child("definitions")
	for _, m := range c.models.Members {
		definitions.Add(m.Key, m.Value)
	}
	used := map[string]bool{}
	for _, r := range c.routes {
		used[r.validator()] = true
	}
	validators := &ordered.Object{}
	for _, name := range []string{wholeValidator, bodyValidator, parametersValidator} {
		if used[name] {
			validators.Add(name, ordered.New("validateRequestBody", name != parametersValidator, "validateRequestParameters", name != bodyValidator))
		}
	}
	if validators.Len() > 0 {
		doc.Add(requestValidators, validators)
	}
}

// tfChecks returns the checks with text for Terraform.
func (c *requestChecks) tfChecks() *requestChecks {
	if c == nil {
		return nil
	}
	escaped := &requestChecks{tfDocument(c.models).(*ordered.Object), map[string]*routeCheck{}}
	for key, r := range c.routes {
		route := *r
		route.parameters = tfDocument(r.parameters).([]any)
		escaped.routes[key] = &route
	}
	return escaped
}

// tfDocument returns a part of an API's document in which Terraform finds no expressions.
func tfDocument(v any) any {
	switch v := v.(type) {
	case string:
		return tfDocumentText(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = tfDocument(e)
		}
		return list
	case *ordered.Object:
		o := &ordered.Object{}
		for _, m := range v.Members {
			o.Add(tfDocumentText(m.Key), tfDocument(m.Value))
		}
		return o
	}
	return v
}

// noter is a resource that can't do all that the app declares, which is as it has to be.
type noter interface{ notes() []Warning }

// Notes says what resources leave to the program of what the app declares.
func (g *Graph) Notes() []Warning {
	var all []Warning
	for _, r := range g.resources {
		if n, ok := r.(noter); ok {
			all = append(all, n.notes()...)
		}
	}
	return all
}

// notes has one for each typed route of whose requests API Gateway can't check all that the
// program does.
func (a *restAPI) notes() []Warning {
	var list []Warning
	for _, r := range a.Routes {
		c := a.Checks.of(r)
		if c == nil || len(c.gaps) == 0 {
			continue
		}
		note := Mistake{r.Source, fmt.Sprintf("%s %s: API Gateway leaves this to the program: %s", strings.Join(r.Methods, ", "), r.Path, c.missing())}
		list = append(list, Warning{a.Handler.Name, note.Error()})
	}
	return list
}

// maxPlaces is how many places a note has of each thing that isn't checked.
const maxPlaces = 3

// missing lists what isn't checked, each with some of its places.
func (c *routeCheck) missing() string {
	var whats []string
	wheres := map[string][]string{}
	for _, g := range c.gaps {
		if !slices.Contains(whats, g.What) {
			whats = append(whats, g.What)
		}
		if !slices.Contains(wheres[g.What], g.Where) {
			wheres[g.What] = append(wheres[g.What], g.Where)
		}
	}
	for i, what := range whats {
		places := wheres[what]
		if more := len(places) - maxPlaces; more > 0 {
			places = append(slices.Clone(places[:maxPlaces]), fmt.Sprintf("%d more", more))
		}
		whats[i] = fmt.Sprintf("%s (%s)", what, strings.Join(places, ", "))
	}
	return strings.Join(whats, ", ")
}
