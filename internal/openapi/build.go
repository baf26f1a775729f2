package openapi

import (
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// The versions of OpenAPI that documents can have.
const (
	V31 = "3.1" // the default
	V30 = "3.0"
)

// versions has the version that a document says it has.
// https://spec.openapis.org/oas/v3.1.1.html
// https://spec.openapis.org/oas/v3.0.4.html
var versions = map[string]string{V31: "3.1.0", V30: "3.0.3"}

// Versions returns the versions of OpenAPI that documents can have, the default first.
func Versions() []string { return []string{V31, V30} }

// Build returns the document of an app's routes, as [app.ParseModel] returns the app. The
// stage says what the document says of itself, and how clients show who they are. Comments
// describe what nothing else describes; the zero value describes nothing. Without servers,
// the document has those of [Servers] for a stage that isn't deployed.
//
// The error says which route can't be documented: its operation isn't one of OpenAPI.
func Build(m *app.Model, s *config.Stage, c Comments, servers []Server, version string) (*ordered.Object, error) {
	if versions[version] == "" {
		return nil, fmt.Errorf("the version of OpenAPI is %q and has to be %s or %s", version, V31, V30)
	}
	if len(servers) == 0 {
		servers = Servers(s, "")
	}
	b := &builder{model: m, stage: s, comments: c, version: version, paths: newPaths(), schemes: newSchemes(m, s), headers: &ordered.Object{}}
	if err := b.readSchemas(); err != nil {
		return nil, err
	}
	for i := range m.Routes {
		if err := b.route(&m.Routes[i]); err != nil {
			return nil, fmt.Errorf("route %s: %w", m.Routes[i].Path, err)
		}
	}
	doc := ordered.New("openapi", versions[version], "info", b.info(), "servers", serverList(servers))
	if len(b.tags) > 0 {
		doc.Add("tags", tagList(b.tags))
	}
	doc.Add("paths", b.paths.items)
	if components := b.components(); components.Len() > 0 {
		doc.Add("components", components)
	}
	return doc, nil
}

// builder is a document in the making.
type builder struct {
	model    *app.Model
	stage    *config.Stage
	comments Comments
	version  string

	schemas *ordered.Object // that operations can refer to, finished
	paths   *paths
	schemes *schemes
	headers *ordered.Object // components that responses refer to
	tags    []string        // in the order of their first use
	ids     map[string]bool // of operations
}

// object reads a part of the model that is an object.
func object(raw json.RawMessage) (*ordered.Object, error) {
	o := &ordered.Object{}
	if len(raw) == 0 {
		return o, nil
	}
	return o, o.UnmarshalJSON(raw)
}

func tagList(tags []string) []any {
	list := make([]any, len(tags))
	for i, tag := range tags {
		list[i] = ordered.New("name", tag)
	}
	return list
}
