package openapi

import (
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// paths are the paths of a document. OpenAPI tells two paths apart by their literal parts
// alone: /a/{x} and /a/{y} are one, of which a document has the first.
// https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching
type paths struct {
	items  *ordered.Object
	shapes map[string]*path
}

// path is a path as the document has it.
type path struct {
	item  *ordered.Object
	names []string // of its parameters, in order
}

func newPaths() *paths { return &paths{&ordered.Object{}, map[string]*path{}} }

// parameter is a part of a route's path that takes what a request has there.
type parameter struct {
	name   string
	greedy bool // it takes all parts to the end, {rest+} in a route
}

// braces writes characters that would mean something in a part that is no parameter.
var braces = strings.NewReplacer("{", "%7B", "}", "%7D", "?", "%3F", "#", "%23")

// parts takes the path of a route apart: what tells it from others, and its parameters.
func parts(route string) (shape string, parameters []parameter) {
	list := strings.Split(route, "/")
	for i, part := range list {
		name, opened := strings.CutPrefix(part, "{")
		name, closed := strings.CutSuffix(name, "}")
		if !opened || !closed {
			list[i] = braces.Replace(part)
			continue
		}
		name, greedy := strings.CutSuffix(name, "+")
		parameters = append(parameters, parameter{name, greedy})
		list[i] = "{}"
	}
	return strings.Join(list, "/"), parameters
}

// of returns the path of a route, which is new or one that the document has already, and
// the route's own parameters.
func (p *paths) of(route string) (*path, []parameter) {
	shape, parameters := parts(route)
	known := p.shapes[shape]
	if known == nil {
		known = &path{item: &ordered.Object{}}
		p.shapes[shape] = known
		key := shape
		for _, parameter := range parameters {
			known.names = append(known.names, parameter.name)
			key = strings.Replace(key, "{}", "{"+parameter.name+"}", 1)
		}
		p.items.Add(key, known.item)
	}
	return known, parameters
}

// literal returns the first part of a route's path that is no parameter, "" if there is
// none.
func literal(route string) string {
	for part := range strings.SplitSeq(route, "/") {
		if part != "" && !strings.HasPrefix(part, "{") {
			return part
		}
	}
	return ""
}
