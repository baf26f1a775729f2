package openapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// route adds an operation for each of a route's methods. One that another route of a path
// of the same shape has already stays as it is: the router prefers the path with more
// literal parts, and a parameter to one that takes the rest, which nothing here can say.
func (b *builder) route(r *app.RouteModel) error {
	path, parameters := b.paths.of(r.Path)
	for _, method := range methods(r) {
		key := strings.ToLower(method)
		if _, taken := path.item.Get(key); taken {
			continue
		}
		op, err := b.operation(r, method, path, parameters)
		if err != nil {
			return err
		}
		path.item.Add(key, op)
	}
	return nil
}

func methods(r *app.RouteModel) []string {
	if len(r.Methods) == 0 {
		return []string{"GET"}
	}
	return r.Methods
}

// operation describes one method of a route, in the order in which people read it.
func (b *builder) operation(r *app.RouteModel, method string, path *path, parameters []parameter) (*ordered.Object, error) {
	known, err := object(r.Operation)
	if err != nil {
		return nil, err
	}
	known, err = b.finished(known)
	if err != nil {
		return nil, err
	}
	op := ordered.New("operationId", b.operationID(r, method))
	deprecated := b.describe(op, r, method)
	op.Add("tags", b.tagsOf(known, r))
	if marked, _ := ordered.Get[bool](known, "deprecated"); marked || deprecated {
		op.Add("deprecated", true)
	}
	if list := pathParameters(known, path, parameters); len(list) > 0 {
		op.Add("parameters", list)
	}
	if body, ok := known.Get("requestBody"); ok {
		op.Add("requestBody", body)
	} else if len(r.Operation) == 0 && takesBody(method) {
		op.Add("requestBody", ordered.New("content", content(r.ContentTypes)))
	}
	op.Add("responses", b.responses(known, r, method))
	if security := b.schemes.of(b.model.Authorizer(r.Authorizer), r); len(security) > 0 {
		op.Add("security", security)
	}
	for _, m := range known.Members {
		if op.Index(m.Key) < 0 { // what a later version of package app knows
			op.Add(m.Key, m.Value)
		}
	}
	return op, nil
}

// describe adds what an operation does: the first line of the route's documentation is its
// summary, the rest its description, and a doc comment stands in for what is missing. It
// reports whether either says that the route is deprecated.
func (b *builder) describe(op *ordered.Object, r *app.RouteModel, method string) (deprecated bool) {
	said := strings.TrimSpace(unindented(r.Doc))
	docComment := b.comments.handler(r)
	summary, description, _ := strings.Cut(harmless(said), "\n")
	summary = cmp.Or(strings.TrimSpace(summary), withoutName(synopsis(text(docComment)), r.Handler))
	description = cmp.Or(strings.TrimSpace(description), text(docComment), summary, method+" "+r.Path+".")
	addText(op, "summary", summary)
	op.Add("description", description)
	return isDeprecated(said) || isDeprecated(docComment)
}

// unindented takes from a text the indentation that all lines but the first have in
// common, which comes of its place in the source.
func unindented(text string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "        ").Replace(text), "\n")
	margin := -1
	for _, line := range lines[1:] {
		if rest := strings.TrimLeft(line, " "); rest != "" && (margin < 0 || len(line)-len(rest) < margin) {
			margin = len(line) - len(rest)
		}
	}
	for i, line := range lines[1:] {
		lines[i+1] = strings.TrimRight(line[min(max(margin, 0), len(line)):], " ")
	}
	return strings.Join(lines, "\n")
}

// tagsOf returns the groups that an operation belongs to, and has the document know them.
func (b *builder) tagsOf(known *ordered.Object, r *app.RouteModel) []any {
	list, _ := ordered.Get[[]any](known, "tags")
	if len(list) == 0 {
		list = []any{cmp.Or(literal(r.Path), b.model.Name)}
	}
	for _, tag := range list {
		if name, ok := tag.(string); ok && !slices.Contains(b.tags, name) {
			b.tags = append(b.tags, name)
		}
	}
	return list
}

// operationID names an operation: with the route's name, and with the method if there are
// several. A name that is taken gets a number.
func (b *builder) operationID(r *app.RouteModel, method string) string {
	name := inURL(r.Name)
	if name == "" {
		name = inURL(strings.ToLower(method) + "_" + strings.Join(strings.FieldsFunc(r.Path, func(c rune) bool { return strings.ContainsRune("/{}+", c) }), "_"))
	} else if len(r.Methods) > 1 {
		name += "_" + strings.ToLower(method)
	}
	if b.ids == nil {
		b.ids = map[string]bool{}
	}
	id := name
	for n := 2; b.ids[id]; n++ {
		id = name + "_" + strconv.Itoa(n)
	}
	b.ids[id] = true
	return id
}

// inURL returns a name with _ for each character that isn't a letter or digit of ASCII, .,
// - or _: generators make names of it, and readers put it into links.
func inURL(name string) string {
	return strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
			return c
		}
		return '_'
	}, name), "_")
}

// pathParameters returns the parameters of an operation: those that it has itself, then
// the parts of the path that it doesn't mention, as texts.
func pathParameters(known *ordered.Object, path *path, parameters []parameter) []any {
	list, _ := ordered.Get[[]any](known, "parameters")
	mentioned := map[string]*ordered.Object{}
	for _, p := range list {
		if o, ok := p.(*ordered.Object); ok && o.Text("in") == "path" {
			mentioned[o.Text("name")] = o
		}
	}
	var missing []any
	for i, p := range parameters {
		o := mentioned[p.name]
		if o == nil {
			o = ordered.New("name", p.name, "in", "path", "required", true, "schema", ordered.New("type", "string"))
			missing = append(missing, o)
		}
		o.Set("name", path.names[i])
		if p.greedy && o.Text("description") == "" {
			o.Set("description", "The rest of the path, which can have slashes.")
		}
	}
	return append(missing, list...)
}

// takesBody reports whether a request of an untyped route is expected to have a body.
func takesBody(method string) bool {
	return slices.Contains([]string{"POST", "PUT", "PATCH"}, method)
}

// content has the media types of a body of which nothing else is known.
func content(types []string) *ordered.Object {
	if len(types) == 0 {
		types = []string{"*/*"}
	}
	o := &ordered.Object{}
	for _, t := range types {
		o.Set(t, &ordered.Object{})
	}
	return o
}
