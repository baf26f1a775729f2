package app

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/schema"
)

// problems returns what is wrong with the types of a typed route, a line each.
func (h *typedHandler) problems() []string {
	problems := slices.Concat(h.request.Problems(), h.outProblems())
	for _, r := range h.results {
		problems = append(problems, r.Problems()...)
	}
	problems = append(problems, h.options.problems()...)
	if len(h.request.Problems()) == 0 {
		problems = append(problems, h.pathProblems()...)
		problems = append(problems, h.bodyProblems()...)
	}
	return problems
}

// problems returns what is wrong with the options.
func (s *typedSettings) problems() (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	problems = s.limitProblems()
	for _, status := range s.errors {
		if status < 400 || status > 599 {
			report("Errors has the status %d: those of errors are from 400 to 599", status)
		}
	}
	if s.tags.given && (len(s.tags.value) == 0 || slices.Contains(s.tags.value, "")) {
		report("Tags needs names: leave it out for the first part of the path")
	}
	return problems
}

// limitProblems returns what is wrong with limits.
func (s *typedSettings) limitProblems() (problems []string) {
	if s.maxBody.given && s.maxBody.value < 1 {
		problems = append(problems, fmt.Sprintf("MaxBody is %d: it has to be at least 1 byte", s.maxBody.value))
	}
	if n := s.maxDepth; n.given && (n.value < 1 || n.value > maxDepth) {
		problems = append(problems, fmt.Sprintf("MaxDepth is %d: it has to be from 1 to %d", n.value, maxDepth))
	}
	return problems
}

// placeTyped adds the routes that serve the OpenAPI document, and reports what is wrong with
// the app's options for typed routes, and with those of routes without types.
func placeTyped(f *freezer) {
	ofApp := typedOf(&f.app.settings)
	for _, document := range ofApp.documents {
		document.place(f, placement{owner: &f.app.declarations})
	}
	for _, problem := range ofApp.limitProblems() {
		f.at(f.app.site).report("%s", problem)
	}
	for _, p := range f.routes {
		if s, ok := p.typed.(*typedSettings); ok {
			s.checkUntyped(f.at(p.site))
		}
	}
}

// checkUntyped reports the options of a route without types that only typed ones have.
func (s *typedSettings) checkUntyped(r reporter) {
	for name, given := range map[string]bool{"Results": s.results.given, "MaxBody": s.maxBody.given, "MaxDepth": s.maxDepth.given} {
		if given {
			r.report("%s is an option of TypedRoute, whose handlers have types: leave it out", name)
		}
	}
	other := *s
	other.maxBody, other.maxDepth = option[int]{}, option[int]{}
	for _, problem := range other.problems() {
		r.report("%s", problem)
	}
}

// outProblems returns what is wrong with the type that a handler returns.
func (h *typedHandler) outProblems() (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	results := h.options.results
	switch {
	case h.out.Kind() == reflect.Pointer && results.given:
		report("the handler returns a %s, so there is one result: leave Results out", h.out)
	case h.out.Kind() == reflect.Pointer:
	case h.out.Kind() != reflect.Interface:
		report("the handler returns %s: it has to return a pointer to a struct, such as *%s, or an interface with app.Results",
			describeType(h.out), baseName(h.out))
	case !results.given || len(results.value) == 0:
		report("the handler returns the interface %s: say which results there are, as in app.Results(new(Order), new(Queued))", h.out)
	}
	var seen []reflect.Type
	for _, v := range results.value {
		switch t := reflect.TypeOf(v); {
		case t == nil:
			report("Results has a nil: list pointers, as in app.Results(new(Order))")
		case t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct:
			report("Results has a %s: list pointers to structs, as in app.Results(new(Order))", t)
		case h.out.Kind() == reflect.Interface && !t.Implements(h.out):
			report("Results has a %s, which isn't a %s: the handler can't return it", t, h.out)
		case slices.Contains(seen, t):
			report("Results has %s twice", t)
		default:
			seen = append(seen, t)
		}
	}
	return problems
}

func describeType(t reflect.Type) string {
	if t.Name() == "" {
		return "a " + t.String()
	}
	return "the " + t.Kind().String() + " " + t.String()
}

// baseName is a type's name for an example.
func baseName(t reflect.Type) string {
	if t.Kind() == reflect.Struct && t.Name() != "" {
		return t.Name()
	}
	return "Order"
}

// pathProblems returns a problem for each parameter that the path doesn't have.
func (h *typedHandler) pathProblems() (problems []string) {
	names, err := braces(h.route.Path)
	if err != nil {
		return nil // which is reported
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, "+")
	}
	for _, p := range h.request.Params {
		if p.In != "path" || slices.Contains(names, p.Name) {
			continue
		}
		has := "it has no parameters"
		if len(names) > 0 {
			has = "it has {" + strings.Join(names, "}, {") + "}"
		}
		problems = append(problems, fmt.Sprintf("%s is the path parameter %q, which isn't in the path %s: %s", h.field(p), p.Name, h.route.Path, has))
	}
	return problems
}

// field returns the name of a parameter's field for messages.
func (h *typedHandler) field(p *schema.Param) string {
	f, _ := fieldByIndex(h.in, p.Index)
	return baseOf(h.in) + "." + f.Name
}

func baseOf(t reflect.Type) string {
	if t.Name() == "" {
		return t.String()
	}
	return t.Name()
}

// bodyless are the methods whose requests have no body: some clients and gateways drop it.
// https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1
var bodyless = []string{"GET", "HEAD", "OPTIONS"}

// bodyProblems returns what is wrong with the body, as the route's options say it comes.
func (h *typedHandler) bodyProblems() (problems []string) {
	if h.request.Body == nil && h.request.Form == nil {
		return nil
	}
	for _, method := range h.route.Methods {
		if slices.Contains(bodyless, method) {
			problems = append(problems, fmt.Sprintf("%s has a body (%s), which a %s request doesn't: add app.Methods(\"POST\"), or give the fields tags such as query",
				baseOf(h.in), h.bodyFields(), method))
			break
		}
	}
	return append(problems, h.typeProblems()...)
}

// bodyFields names what of a struct is the body.
func (h *typedHandler) bodyFields() string {
	switch {
	case h.request.Form != nil:
		return "the form field " + h.request.Form[0].Name
	case h.request.BodyIndex != nil:
		return "the field Body"
	}
	return "the member " + h.request.Body.Members[0].Name
}

// typeProblems returns what is wrong with the content types of a body.
func (h *typedHandler) typeProblems() []string {
	var json, other []string
	for _, t := range h.route.ContentTypes {
		if isJSON(t) {
			json = append(json, t)
		} else {
			other = append(other, t)
		}
	}
	fits := func(t string) bool { return t == urlencodedForm && !h.request.Files() || t == multipartForm }
	switch body := h.request.Body; {
	case h.request.Form != nil && slices.ContainsFunc(h.route.ContentTypes, func(t string) bool { return !fits(strings.ToLower(t)) }):
		return []string{fmt.Sprintf("ContentTypes has %q, and the body is a form: leave ContentTypes out, or list of %q those that it takes",
			h.route.ContentTypes, formTypes(h.in))}
	case h.request.Form != nil, len(other) == 0 && len(json) > 0:
	case !isRaw(body):
		return []string{fmt.Sprintf("ContentTypes has %s, and the body is JSON: leave it out, or take a Body of the type []byte or string", listOf(other))}
	case len(json) > 0:
		return []string{fmt.Sprintf("ContentTypes has %q and %q: a Body is either JSON or taken as it is, so list one or the other", json, other)}
	case h.request.BodyMember.Default != "":
		return []string{baseOf(h.in) + ".Body has a default, and is taken as it is: remove the default, or take JSON"}
	case h.request.BodyMember.Rules != nil && body.Go.Kind() != reflect.String:
		return []string{baseOf(h.in) + ".Body is bytes that are taken as they are, of which nothing is asked: remove the tags, take a string, or look at them in a method Validate"}
	}
	return nil
}

func listOf(types []string) string {
	if len(types) == 0 {
		return "all types"
	}
	return fmt.Sprintf("%q", types)
}

// isRaw reports whether a body can be taken as it is.
func isRaw(t *schema.Type) bool {
	k := t.Go.Kind()
	return k == reflect.String && !t.Own && !t.Text || k == reflect.Slice && t.Go.Elem().Kind() == reflect.Uint8 && !t.Own && !t.Text
}

// rawBody reports whether the body is taken as it is, since the route takes types that
// aren't JSON.
func (h *typedHandler) rawBody() bool {
	return h.request.BodyIndex != nil && isRaw(h.request.Body) && !slices.ContainsFunc(h.route.ContentTypes, isJSON)
}
