package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/internal/apidoc"
	"github.com/chalice-go/chalice/internal/schema"
)

// ServeOpenAPI has the app answer GET requests for a path with its OpenAPI document, as
// JSON:
//
//	a := app.New("shop", app.ServeOpenAPI("/openapi.json", app.CORS()))
//
// Packaging the app makes the document, as "chalice openapi" does for the stage, and puts it
// into the zip beside the program, which reads it at the first request. Its server is
// relative to the route's own URL, so it is right behind a stage, a custom domain and a base
// path; therefore, several such paths have to have equally many parts.
// "chalice local" makes the document anew when the source changes. In a test with package
// apptest it is made of the app's description, without the comments of the source.
//
// The answer has an ETag, and is 304 for a request that has the same in If-None-Match.
// The options are those of Route. Of [Methods] the route takes GET and HEAD.
//
// https://spec.openapis.org/oas/v3.1.1.html#relative-references-in-api-urls
func ServeOpenAPI(path string, options ...RouteOption) Option {
	document := &servedDocument{}
	r := &openAPIDeclaration{routeDeclaration{site: here(), path: path, handler: func(ctx context.Context, r *Request) (any, error) {
		return document.answer(ctx, r)
	}}}
	for _, o := range options {
		if o != nil {
			o.route(&r.settings)
		}
	}
	return appOption(func(s *settings) {
		typed := forTyped(s)
		typed.documents = append(typed.documents, r)
	})
}

type openAPIDeclaration struct{ routeDeclaration }

func (d *openAPIDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	if !d.contentTypes.given {
		d.contentTypes = option[[]string]{[]string{}, true} // there is no body whose type could be wrong
	}
	d.doc = option[string]{cmp.Or(d.doc.value, "The OpenAPI document of this API"), true}
	d.routeDeclaration.place(f, at)
	placed := f.routes[len(f.routes)-1]
	if options, ok := placed.typed.(*typedSettings); ok { // which document the route
		options.checkUntyped(r)
		placed.typed = &servedOperation{options}
	} else {
		placed.typed = serves{}
	}
	f.registry.parts.serving = describeServing
	for _, problem := range d.problems(placed.route) {
		r.report("%s", problem)
	}
	if f.serving == nil {
		f.serving = placed.route
	}
	if first := f.serving.Path; strings.Count(first, "/") != strings.Count(placed.route.Path, "/") {
		r.report("%s and %s both serve the OpenAPI document, whose server is relative to them: give them paths with equally many parts",
			first, placed.route.Path)
	}
}

// problems says what keeps a route from serving the document.
func (d *openAPIDeclaration) problems(r *Route) (problems []string) {
	if i := slices.IndexFunc(r.Methods, func(m string) bool { return m != "GET" && m != "HEAD" }); i >= 0 {
		problems = append(problems, fmt.Sprintf("ServeOpenAPI answers GET and HEAD, not %s", r.Methods[i]))
	}
	switch lower := strings.ToLower(r.Path); {
	case strings.HasSuffix(lower, ".yaml"), strings.HasSuffix(lower, ".yml"):
		problems = append(problems, fmt.Sprintf("ServeOpenAPI answers with JSON, and %s looks like YAML: write a path such as /openapi.json", r.Path))
	case strings.Contains(r.Path, "+}"):
		problems = append(problems, fmt.Sprintf("ServeOpenAPI needs a path with a fixed number of parts, since the document's server is relative to it: %s has a greedy parameter", r.Path))
	}
	if r.Streams {
		problems = append(problems, "ServeOpenAPI doesn't send its answer piece by piece: leave out Streams")
	}
	return problems
}

// documentAnswers is the Operation Object of a route that serves the document.
const documentAnswers = `{"tags":["documentation"],` +
	`"parameters":[{"name":"If-None-Match","in":"header","description":"The ETag of an earlier answer.","schema":{"type":"string"}}],` +
	`"responses":{"200":{"description":"The document","headers":{"ETag":{"required":true,"schema":{"type":"string"}}},"content":{"application/json":{"schema":{"type":"object"}}}},` +
	`"304":{"description":"The document is still the same","headers":{"ETag":{"required":true,"schema":{"type":"string"}}}}}}`

// serves is what a route that serves the document has in placedRoute's field typed, unless
// that is a servedOperation.
type serves struct{}

// describeServing says in a model which routes serve the document.
func describeServing(g *Registry, m *Model) {
	for i, p := range g.placed {
		switch p.typed.(type) {
		case serves, *servedOperation:
			m.Routes[i].ServesOpenAPI, m.Routes[i].Operation = true, json.RawMessage(documentAnswers)
		}
	}
}

// servedOperation is documentAnswers with what options add.
type servedOperation struct{ options *typedSettings }

func (o *servedOperation) schemas() []*schema.Type { return nil }

func (o *servedOperation) describe(w *operationWriter) (made operationObject) {
	if err := json.Unmarshal([]byte(documentAnswers), &made); err != nil {
		panic("app: describe a route that serves the OpenAPI document: " + err.Error()) // it is written above
	}
	made.Tags, made.Deprecated = o.options.tags.or(made.Tags), o.options.deprecated
	w.errors(made.Responses, o.options.errors...)
	return made
}

// servedDocument is the document that a route answers with.
type servedDocument struct {
	once sync.Once
	text string
	tag  string
	err  error
}

func (d *servedDocument) answer(ctx context.Context, r *Request) (any, error) {
	if made := apidoc.Of(ctx); made != nil { // a test's
		data, err := made()
		d = &servedDocument{text: string(data), tag: entityTag(data), err: err}
	} else {
		d.once.Do(d.read)
	}
	if d.err != nil {
		return nil, d.err
	}
	headers := map[string]string{
		"Content-Type": "application/json", "ETag": d.tag,
		"Cache-Control": "no-cache", // that is, ask whether it is still the same
	}
	if isTagged(r.Header("If-None-Match"), d.tag) {
		delete(headers, "Content-Type")
		return &Response{StatusCode: 304, Headers: headers, Body: ""}, nil
	}
	return &Response{Headers: headers, Body: d.text}, nil
}

// read reads the file beside the program.
func (d *servedDocument) read() {
	program, err := os.Executable()
	folder := filepath.Dir(program)
	if err != nil {
		folder = os.Getenv("LAMBDA_TASK_ROOT")
	}
	data, err := os.ReadFile(filepath.Join(folder, apidoc.File))
	if err != nil {
		d.err = fmt.Errorf(apidoc.Missing+": %w; "+
			"\"chalice package\", \"chalice deploy\" and the construct for the CDK put %s into the zip", err, apidoc.File)
		return
	}
	d.text, d.tag = string(data), entityTag(data)
}

// entityTag returns the ETag of a document: its FNV-1a hash. crypto and hash would be
// linked, and initialized, for nothing else.
func entityTag(data []byte) string {
	const offset, prime = 14695981039346656037, 1099511628211
	hash := uint64(offset)
	for _, b := range data {
		hash = (hash ^ uint64(b)) * prime
	}
	return `"` + strconv.FormatUint(hash, 16) + `"`
}

// isTagged reports whether a value of If-None-Match names a tag, by weak comparison.
// https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
func isTagged(value, tag string) bool {
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}
