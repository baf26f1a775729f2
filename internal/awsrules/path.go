package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// CheckREST returns what a REST API of API Gateway would refuse of the paths of
// routes, though other gateways accept it. It expects paths that an app can
// have: a parameter is a whole part, and a greedy one is the last.
//
// A REST API makes a tree of the paths, with a resource for each part. A
// resource can have any number of literal children, but only one that is a
// parameter: {id}, or {proxy+}.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings.html
func CheckREST(routes []app.RouteModel) app.Mistakes {
	return tree{api: "a REST API", pathPart: true}.check(routes)
}

// CheckHTTP is CheckREST for an HTTP API, which takes other characters in parts, and
// beside a parameter a greedy one, which gets what the other doesn't take.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func CheckHTTP(routes []app.RouteModel) app.Mistakes {
	return tree{api: "an HTTP API", greedyApart: true}.check(routes)
}

// tree is how an API sees its paths.
type tree struct {
	api         string // "a REST API"
	pathPart    bool   // parts have to match pathPart
	greedyApart bool   // a place can have a parameter and a greedy one
}

func (t tree) check(routes []app.RouteModel) app.Mistakes {
	var c checker
	root := &resource{tree: t}
	for i := range routes {
		r := &routes[i]
		if path, ok := strings.CutPrefix(r.Path, "/"); ok && path != "" {
			root.add(c.at(r.Source), r, strings.Split(path, "/"))
		}
	}
	return c.mistakes
}

// resource is a part of paths.
type resource struct {
	tree
	children map[string]*resource
	// parameters are the children that are, in which others stand in the way, and the
	// first routes with each.
	parameters map[bool]parameter
}

// parameter is a part of a path that takes what a request has there.
type parameter struct {
	part  string
	route *app.RouteModel
}

// pathPart matches the parts that aren't parameters. API Gateway says:
// "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path
// variable and curly braces at the beginning and the end".
// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
var pathPart = lazyregexp.New(`^[A-Za-z0-9._:-]+$`)

// add adds the resources of a route and reports those that a REST API can't
// have.
func (n *resource) add(p place, r *app.RouteModel, parts []string) {
	for _, part := range parts {
		child, known := n.children[part]
		if !known {
			child = &resource{tree: n.tree}
			n.allow(p, r, part)
			if n.children == nil {
				n.children = map[string]*resource{}
			}
			n.children[part] = child
		}
		n = child
	}
}

// allow reports a new child that the resource can't have.
func (n *resource) allow(p place, r *app.RouteModel, part string) {
	switch {
	case part == "" && n.pathPart:
		p.fail("path %q has two slashes one after the other, which a REST API can't have", r.Path)
	case n.pathPart && isParameter(part) && !pathPart.MatchString(strings.Trim(strings.TrimSuffix(part, "+}"), "{}")):
		p.fail("path %q: a REST API takes only letters, digits, ., _, : and - in the name of a parameter such as %s", r.Path, part)
	case !isParameter(part):
		if n.pathPart && !pathPart.MatchString(part) {
			p.fail("path %q: a REST API takes only letters, digits, ., _, : and - in a part such as %q; a parameter, as in /{name}, takes everything", r.Path, part)
		}
	default:
		n.allowParameter(p, r, part)
	}
}

// allowParameter reports a second parameter in a place.
func (n *resource) allowParameter(p place, r *app.RouteModel, part string) {
	kind := n.greedyApart && isGreedy(part)
	first, ok := n.parameters[kind]
	if ok {
		p.fail("%s has %s where %s%s has %s, and %s takes one parameter in a place: %s",
			r.Path, part, first.route.Path, alsoAt(first.route), first.part, n.api, first.wayOut(r, part))
		return
	}
	if n.parameters == nil {
		n.parameters = map[bool]parameter{}
	}
	n.parameters[kind] = parameter{part, r}
}

func isParameter(part string) bool {
	return strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}")
}

func isGreedy(part string) bool { return strings.HasSuffix(part, "+}") }

func alsoAt(r *app.RouteModel) string {
	if r.Source == nil {
		return ""
	}
	return " (" + r.Source.String() + ")"
}

// wayOut returns advice for a second parameter in the same place.
func (n parameter) wayOut(r *app.RouteModel, part string) string {
	greedy, other := r, n.route
	switch {
	case isGreedy(part) == isGreedy(n.part):
		return "call both " + n.part
	case isGreedy(n.part):
		greedy, other = n.route, r
	}
	if strings.Contains(greedy.Handler, "/httpadapter.") {
		return "register " + other.Path + " in the router that is mounted there"
	}
	return "let the handler of " + greedy.Path + " serve " + other.Path + " as well, or put a literal part before one of them"
}
