package openapi_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/openapi"
)

// TestAnyModel: whatever app.ParseModel takes has a document that is one of OpenAPI, in each
// version and behind each kind of API.
func TestAnyModel(t *testing.T) {
	check := map[string]*jsonschema.Schema{openapi.V31: official(t, openapi.V31), openapi.V30: official(t, openapi.V30)}
	for seed := range uint64(100) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 22))}
		text := g.model()
		model := modelOf(t, text)
		stage := config.New(pick(g, "dev", "prod é"))
		stage.APIType = pick(g, config.REST, config.HTTP, config.FunctionURL)
		comments := openapi.Comments{Package: g.text(), Of: map[string]string{"main.A": g.text(), "main.h": g.text()}}
		for _, version := range openapi.Versions() {
			doc, err := openapi.Build(model, stage, comments, nil, version)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, text)
			}
			data, err := doc.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			again, err := openapi.Build(modelOf(t, text), stage, comments, nil, version)
			if err != nil {
				t.Fatal(err)
			}
			if second, _ := again.MarshalJSON(); !bytes.Equal(data, second) {
				t.Fatalf("seed %d: the document isn't the same the second time\n%s", seed, text)
			}
			var v any
			if v, err = jsonschema.UnmarshalJSON(bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			problems := []error{check[version].Validate(v)}
			problems = append(problems, consistent(v.(map[string]any))...)
			if version == openapi.V31 {
				problems = append(problems, schemasOf(v)...)
			}
			for _, problem := range problems {
				if problem != nil {
					t.Errorf("seed %d, %s: %v", seed, version, problem)
				}
			}
			if t.Failed() {
				t.Fatalf("of %s\nis %s", text, data)
			}
		}
	}
}

// official returns the schema of a version of OpenAPI.
func official(t *testing.T, version string) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("testdata/oas/" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("oas.json", v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("oas.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// consistent checks what OpenAPI says in words alone.
func consistent(doc map[string]any) (problems []error) {
	fail := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	ids, shapes, tags, schemes := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]any{}
	list, _ := doc["tags"].([]any)
	for _, tag := range list {
		tags[tag.(map[string]any)["name"].(string)] = true
	}
	components, _ := doc["components"].(map[string]any)
	if defined, ok := components["securitySchemes"].(map[string]any); ok {
		schemes = defined
	}
	used := map[string]bool{}
	for path, item := range doc["paths"].(map[string]any) {
		shape := regexp.MustCompile(`\{[^/]*\}`).ReplaceAllString(path, "{}")
		if shapes[shape] {
			fail("two paths are %s", shape)
		}
		shapes[shape] = true
		for method, v := range item.(map[string]any) {
			op := v.(map[string]any)
			id := op["operationId"].(string)
			if ids[id] || !regexp.MustCompile(`^[A-Za-z0-9._-]+$`).MatchString(id) {
				fail("the operationId %q is there twice, or is none", id)
			}
			ids[id] = true
			for _, tag := range op["tags"].([]any) {
				if !tags[tag.(string)] {
					fail("the tag %v isn't declared", tag)
				}
			}
			if op["description"] == "" || op["description"] == nil {
				fail("%s has no description", id)
			}
			parameters, _ := op["parameters"].([]any)
			var named, parts []string
			for _, p := range parameters {
				if o := p.(map[string]any); o["in"] == "path" {
					named = append(named, "{"+o["name"].(string)+"}")
				}
			}
			parts = regexp.MustCompile(`\{[^/]*\}`).FindAllString(path, -1)
			slices.Sort(named)
			slices.Sort(parts)
			if !slices.Equal(named, parts) {
				fail("%s has the parameters %v", path, named)
			}
			security, _ := op["security"].([]any)
			for _, requirement := range security {
				for name, scopes := range requirement.(map[string]any) {
					scheme, ok := schemes[name].(map[string]any)
					if !ok {
						fail("the security scheme %s isn't defined", name)
						continue
					}
					used[name] = true
					if kind := scheme["type"]; len(scopes.([]any)) > 0 && kind != "openIdConnect" && kind != "oauth2" {
						fail("%s of type %v has scopes", name, kind)
					}
				}
			}
			if method == "head" && strings.Contains(fmt.Sprint(op["responses"]), "content:") {
				fail("%s answers with a body", id)
			}
		}
	}
	for name := range schemes {
		if !used[name] {
			fail("the security scheme %s isn't used", name)
		}
	}
	text := fmt.Sprint(doc)
	for kind, group := range components {
		for name := range group.(map[string]any) {
			if kind != "securitySchemes" && !strings.Contains(text, "$ref:#/components/"+kind+"/"+name) {
				fail("the component %s of %s isn't used", name, kind)
			}
		}
	}
	for _, ref := range regexp.MustCompile(`\$ref:#/components/(\w+)/(\w+)`).FindAllStringSubmatch(text, -1) {
		if group, _ := components[ref[1]].(map[string]any); group[ref[2]] == nil {
			fail("%s refers to nothing", ref[0])
		}
	}
	if strings.Contains(text, "x-go:") {
		fail("x-go is there")
	}
	for _, bad := range []string{"<script", "eval("} {
		if strings.Contains(text, bad) {
			fail("%s is there", bad)
		}
	}
	return problems
}

// schemasOf holds the schemas in a document of version 3.1 against that of JSON Schema.
func schemasOf(v any) (problems []error) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			problems = append(problems, schemasOf(item)...)
		}
	case map[string]any:
		if s, ok := v["schema"]; ok {
			problems = append(problems, metaSchema.Validate(s))
		}
		for name, member := range v {
			if schemas, ok := member.(map[string]any); ok && name == "schemas" {
				for _, s := range schemas {
					problems = append(problems, metaSchema.Validate(s))
				}
			}
			problems = append(problems, schemasOf(member)...)
		}
	}
	return problems
}

var metaSchema = jsonschema.NewCompiler().MustCompile("https://json-schema.org/draft/2020-12/schema")

// generator makes models at random, with what is odd of everything.
type generator struct {
	*rand.Rand
	shared bool // schemas have only keywords for which both versions have a spelling
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g *generator) text() string {
	return pick(g, "", "One line.", "a: b", "First.\n\nSecond paragraph.", "\n  indented\n    more\n", "Deprecated: gone.", "é 😀 <script>eval(1)</script>",
		"Something.\n\nDeprecated: use another.", "# Heading\n\n  - a\n  - b\n\n\tcode", "a\r\nb", "`x` *y* _z_ [Link]", "\t", " ")
}

// model returns a model as JSON.
func (g *generator) model() string {
	m := map[string]any{"version": 1, "name": pick(g, "shop", "a b", "é"), "schemas": g.schemas()}
	if g.chance(50) {
		m["api"] = map[string]any{"cors": pick[any](g, true, false, map[string]any{"allow_origins": []string{"https://*.a.example", "https://b.example"}, "allow_credentials": true})}
	}
	var authorizers []string
	var list []any
	for i := range g.IntN(6) {
		name := pick(g, "users", "users!", "é", "a b", "api_key") + strings.Repeat("'", i)
		authorizers = append(authorizers, name)
		list = append(list, g.authorizer(name))
	}
	m["authorizers"] = list
	var routes []any
	for range 1 + g.IntN(8) {
		routes = append(routes, g.route(authorizers))
	}
	m["routes"] = routes
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func (g *generator) authorizer(name string) map[string]any {
	a := map[string]any{"name": name, "type": pick(g, "builtin", "custom", "cognito", "jwt", "iam"), "scopes": pick(g, nil, []string{}, []string{"read"}, []string{"a/b", "c d"})}
	switch a["type"] {
	case "cognito":
		a["provider_arns"] = pick(g, []string{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"}, []string{"${x}"},
			[]string{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_b"})
	case "jwt":
		a["issuer"] = pick(g, "https://example.com", "https://example.com/x/", "http://localhost:9", "${issuer}")
	case "builtin", "custom":
		a["identity"] = pick[any](g, nil, []any{map[string]any{"in": "query", "name": "t"}},
			[]any{map[string]any{"in": "header", "name": "X-A"}, map[string]any{"in": "header", "name": "AUTHORIZATION"}, map[string]any{"in": "query", "name": "X-A"}})
	}
	if a["identity"] == nil && a["type"] != "iam" {
		a["header"] = pick(g, "", "Authorization", "X-Token")
	}
	return a
}

func (g *generator) route(authorizers []string) map[string]any {
	path, parameters := "", []string{}
	for i := range g.IntN(4) {
		part := pick(g, "a", "é", "b~", "x{y}", "{id}", "{other}", "a.b", "{a_b}", "")
		if strings.HasPrefix(part, "{") && !slices.Contains(parameters, part) {
			parameters = append(parameters, part)
		} else if strings.HasPrefix(part, "{") {
			part = fmt.Sprint("c", i)
		}
		path += "/" + part
	}
	if g.chance(20) {
		path += "/{rest+}"
		parameters = append(parameters, "{rest}")
	}
	methods := []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"}
	g.Shuffle(len(methods), func(i, j int) { methods[i], methods[j] = methods[j], methods[i] })
	r := map[string]any{
		"path": pick(g, cmp.Or(path, "/"), cmp.Or(path, "/"), "/"), "methods": methods[:1+g.IntN(3)], "name": pick(g, "", "a", "b", "é", "x y", "a_get"), "doc": g.text(),
		"handler": pick(g, "", "main.h"), "api_key_required": g.chance(20), "streams": g.chance(10),
		"content_types": pick(g, nil, []string{}, []string{"text/plain", "application/json"}), "scopes": pick(g, nil, []string{}, []string{"x"}),
		"cors": pick[any](g, nil, true, map[string]any{"allow_origin": "https://a.example", "max_age": 1, "expose_headers": []string{"X-A"}}),
	}
	if len(authorizers) > 0 && g.chance(50) {
		r["authorizer"] = pick(g, authorizers...)
	}
	if r["path"] == "/" {
		parameters = nil
	}
	if g.chance(60) {
		r["operation"] = g.operation(parameters)
	}
	return r
}

// operation returns one that knows some of the path's parameters.
func (g *generator) operation(path []string) map[string]any {
	parameters := []any{}
	for _, p := range path {
		if g.chance(70) {
			parameters = append(parameters, map[string]any{"name": strings.Trim(p, "{}"), "in": "path", "required": true, "schema": g.schema(2), "x-go": "main.A"})
		}
	}
	if g.chance(50) {
		parameters = append(parameters, map[string]any{"name": "q", "in": pick(g, "query", "header", "cookie"), "schema": g.schema(2), "x-go": pick(g, "main.A", "main.B")})
	}
	failing := pick(g, "Error", "Problem")
	op := map[string]any{
		"parameters": parameters,
		"responses": map[string]any{
			pick(g, "200", "201", "204"): map[string]any{
				"description": "OK",
				"headers":     map[string]any{"X-Total": map[string]any{"schema": g.schema(1), "x-go": "main.A"}},
				"content":     map[string]any{"application/json": map[string]any{"schema": g.schema(2)}},
			},
			pick(g, "401", "403", "422"): map[string]any{
				"description": "No.",
				"content":     map[string]any{map[string]string{"Error": "application/json", "Problem": "application/problem+json"}[failing]: map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/" + failing}}},
			},
		},
	}
	if g.chance(50) {
		op["tags"] = pick(g, []string{"one"}, []string{"one", "two words"})
	}
	if g.chance(30) {
		op["requestBody"] = map[string]any{"required": true, "content": map[string]any{"multipart/form-data": map[string]any{
			"schema": g.schema(2), "encoding": map[string]any{"a": map[string]any{"contentType": "image/png", "headers": map[string]any{"X-A": map[string]any{"x-go": "main.A", "schema": g.schema(1)}}}},
		}}}
	}
	return op
}

func (g *generator) schemas() map[string]any {
	return map[string]any{"Order": g.schema(3), "Line": g.schema(2), "Unused": g.schema(1)}
}

// schema returns a JSON Schema of keywords that versions 3.1 and 3.0 spell differently, and
// of others.
func (g *generator) schema(depth int) any {
	s := map[string]any{}
	if g.chance(30) {
		s["x-go"] = pick(g, "main.A", "main.B")
	}
	if g.chance(20) {
		s["description"] = g.text()
	}
	if depth == 0 {
		s["type"] = pick[any](g, "string", "integer", "boolean", []string{"string", "null"}, []string{"integer", "string"}, "null")
		return s
	}
	kinds := 9
	if g.shared {
		kinds = 8
	}
	switch g.IntN(kinds) {
	case 0:
		s["$ref"] = "#/components/schemas/" + pick(g, "Order", "Line")
	case 1:
		s["type"] = pick[any](g, "object", []string{"object", "null"})
		s["properties"] = map[string]any{"a": g.schema(depth - 1), "default": g.schema(depth - 1), "$ref": g.schema(0)}
		s["required"] = []string{"a"}
		s["additionalProperties"] = pick(g, any(false), true, g.schema(depth-1))
	case 2:
		s["type"] = pick[any](g, "array", []string{"array", "null"}, []string{"array", "string", "null"})
		if g.chance(80) {
			s["items"] = g.schema(depth - 1)
		}
		s["minItems"], s["uniqueItems"] = 1, true
	case 3:
		s["type"] = pick[any](g, "number", "integer", []string{"number", "null"})
		s[pick(g, "minimum", "exclusiveMinimum")], s[pick(g, "maximum", "exclusiveMaximum")] = g.IntN(3), 3+g.IntN(3)
		if g.chance(30) {
			s["minimum"], s["exclusiveMinimum"] = g.IntN(3), g.IntN(3)
		}
	case 4:
		s["anyOf"] = []any{map[string]any{"$ref": "#/components/schemas/Line"}, map[string]any{"type": "null"}}
		if g.chance(30) {
			break
		}
		delete(s, "anyOf")
		// One that is null in two ways takes it from neither: nobody writes that.
		s[pick(g, "anyOf", "oneOf")] = pick(g, []any{map[string]any{"type": "string"}, map[string]any{"type": "null"}},
			[]any{g.schema(depth - 1), g.schema(depth - 1), map[string]any{"type": "null"}})
	case 5:
		s["const"] = pick[any](g, "a", 1, nil, map[string]any{"x": 1})
	case 6:
		s["type"], s["enum"], s["examples"] = []string{"string", "null"}, []any{"a", "b", nil}, []any{"a"}
	case 7:
		s["type"], s[pick(g, "contentMediaType", "contentEncoding")] = "string", pick(g, "base64", "image/png")
	case 8:
		s["type"] = "object"
		s["patternProperties"], s["propertyNames"], s["$comment"] = map[string]any{"^a": g.schema(depth - 1)}, map[string]any{"maxLength": 3}, "a comment"
		s["additionalProperties"] = false
	}
	return s
}
