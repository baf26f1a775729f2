package synth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// checked is an app with one typed route, whose requests the API checks.
func checked(t *testing.T, r app.RouteModel, operation string) synth.Input {
	t.Helper()
	stage, err := config.Parse([]byte(`{"request_validation": true}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Path == "" {
		r.Path, r.Name, r.Methods = "/orders", "order", []string{"POST"}
	}
	r.Operation, r.Source = json.RawMessage(operation), line(3)
	return synth.Input{Version: "1.0.0", Stage: stage, Model: &app.Model{
		Version: app.ModelVersion, Name: "demo", Routes: []app.RouteModel{r},
		Schemas: json.RawMessage(`{"Text": {"type": "string", "minLength": 1}, "Order": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}`),
	}}
}

func notesOf(t *testing.T, in synth.Input) []string {
	t.Helper()
	g, err := synth.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	for _, n := range g.Notes() {
		if n.Function != app.RESTHandler {
			t.Errorf("a note is about %q", n.Function)
		}
		notes = append(notes, n.Message)
	}
	return notes
}

// restDocument returns the document of the API in a rendered app.
func restDocument(t *testing.T, in synth.Input) map[string]any {
	t.Helper()
	var template struct {
		Resources struct {
			RestAPI struct{ Properties struct{ Body map[string]any } }
		}
	}
	data, err := render(t, in, "cloudformation").JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	return template.Resources.RestAPI.Properties.Body
}

func operationOf(doc map[string]any, method string) map[string]any {
	return doc["paths"].(map[string]any)["/orders"].(map[string]any)[method].(map[string]any)
}

// TestCheckedParameters: a parameter has to be there at the gateway if the program refuses
// requests without it and with an empty one. The rest is left to the program.
func TestCheckedParameters(t *testing.T) {
	const note = "main.go:3: POST /orders: API Gateway leaves this to the program: "
	for name, tc := range map[string]struct {
		in, schema string
		optional   bool
		want       string // of the document
		note       string
	}{
		"a number":             {"query", `{"type": "integer"}`, false, `{"in":"query","name":"p","required":true,"type":"integer"}`, "values of parameters (p)"},
		"an optional number":   {"query", `{"type": "number"}`, true, `{"in":"query","name":"p","required":false,"type":"number"}`, "values of parameters (p)"},
		"a boolean":            {"header", `{"type": "boolean"}`, false, `{"in":"header","name":"p","required":true,"type":"boolean"}`, "values of parameters (p)"},
		"any text":             {"query", `{"type": "string"}`, false, `{"in":"query","name":"p","required":false,"type":"string"}`, "presence of parameters that may be empty (p)"},
		"optional text":        {"header", `{"type": "string", "x-go": "T"}`, true, `{"in":"header","name":"p","required":false,"type":"string"}`, ""},
		"some text":            {"query", `{"type": "string", "minLength": 1}`, false, `{"in":"query","name":"p","required":true,"type":"string"}`, "values of parameters (p)"},
		"text of any length":   {"query", `{"type": "string", "minLength": 0}`, false, `{"in":"query","name":"p","required":false,"type":"string"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"a pattern":            {"query", `{"type": "string", "pattern": "^[a-z]+$"}`, false, `{"in":"query","name":"p","required":true,"type":"string"}`, "values of parameters (p)"},
		"a pattern of nothing": {"query", `{"type": "string", "pattern": "^[a-z]*$"}`, false, `{"in":"query","name":"p","required":false,"type":"string"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"a format":             {"query", `{"type": "string", "format": "date-time"}`, false, `{"in":"query","name":"p","required":true,"type":"string"}`, "values of parameters (p)"},
		"an empty format":      {"query", `{"type": "string", "format": "uri-reference"}`, false, `{"in":"query","name":"p","required":false,"type":"string"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"one of several":       {"header", `{"type": "string", "enum": ["a", "b"]}`, false, `{"in":"header","name":"p","required":true,"type":"string"}`, "values of parameters (p)"},
		"nothing or something": {"header", `{"type": "string", "enum": ["", "b"]}`, false, `{"in":"header","name":"p","required":false,"type":"string"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"a named type":         {"query", `{"$ref": "#/components/schemas/Text"}`, false, `{"in":"query","name":"p","required":true,"type":"string"}`, "values of parameters (p)"},
		"numbers":              {"query", `{"type": "array", "items": {"type": "integer"}}`, false, `{"in":"query","items":{"type":"string"},"name":"p","required":true,"type":"array"}`, "values of parameters (p)"},
		"texts":                {"query", `{"type": "array", "items": {"type": "string"}}`, false, `{"in":"query","items":{"type":"string"},"name":"p","required":false,"type":"array"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"numbers with commas":  {"header", `{"type": "array", "items": {"type": "integer"}}`, false, `{"in":"header","items":{"type":"string"},"name":"p","required":false,"type":"array"}`, "values of parameters (p), presence of parameters that may be empty (p)"},
		"a cookie":             {"cookie", `{"type": "string"}`, false, ``, "presence of cookies (p)"},
		"an optional cookie":   {"cookie", `{"type": "string"}`, true, ``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := checked(t, app.RouteModel{}, fmt.Sprintf(`{"parameters": [{"name": "p", "in": %q, "required": %t, "schema": %s}]}`, tc.in, !tc.optional, tc.schema))
			doc := restDocument(t, in)
			op := operationOf(doc, "post")
			want, validators := "null", "null"
			validator := any(nil)
			if tc.want != "" {
				want = "[" + tc.want + "]"
			}
			if strings.Contains(tc.want, `"required":true`) {
				validator, validators = "params-only", `{"params-only":{"validateRequestBody":false,"validateRequestParameters":true}}`
			}
			if got := spelled(op["parameters"]); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := op["x-amazon-apigateway-request-validator"]; got != validator {
				t.Errorf("validator %v, want %v", got, validator)
			}
			if got := spelled(doc["x-amazon-apigateway-request-validators"]); got != validators {
				t.Errorf("validators %s, want %s", got, validators)
			}
			var notes []string
			if tc.note != "" {
				notes = []string{note + tc.note}
			}
			if diff := cmp.Diff(notes, notesOf(t, in)); diff != "" {
				t.Errorf("notes (-want +got)\n%s", diff)
			}
		})
	}
}

// TestUncheckedBodies: of these the gateway sees no JSON, or not in every request.
func TestUncheckedBodies(t *testing.T) {
	const order = `{"schema": {"$ref": "#/components/schemas/Order"}}`
	for name, tc := range map[string]struct {
		types    []string
		required bool
		content  string
		want     string
	}{
		"JSON":                 {nil, true, `"application/json": ` + order, ""},
		"JSON with parameters": {[]string{"application/json; charset=utf-8"}, true, `"application/json": ` + order, ""},
		"no body":              {nil, false, `"application/json": ` + order, "body (that may be absent)"},
		"any type":             {[]string{}, true, `"*/*": ` + order, "body (of any media type)"},
		"a form":               {[]string{"multipart/form-data"}, true, `"multipart/form-data": ` + order, "body (of multipart/form-data)"},
		"JSON or text":         {[]string{"application/json", "text/plain"}, true, `"application/json": ` + order, "body (of text/plain)"},
		"JSON as bytes":        {[]string{"application/x+json"}, true, `"application/x+json": ` + order, "body (of application/x+json, which is a binary type)"},
		"two bodies":           {[]string{"application/json", "application/y+json"}, true, `"application/json": ` + order + `, "application/y+json": {"schema": {"type": "object"}}`, "body (that differs by its media type)"},
	} {
		t.Run(name, func(t *testing.T) {
			in := checked(t, app.RouteModel{Path: "/orders", Methods: []string{"PUT"}, ContentTypes: tc.types},
				fmt.Sprintf(`{"requestBody": {"required": %t, "content": {%s}}}`, tc.required, tc.content))
			in.Model.API = &app.APIModel{BinaryTypes: []string{"application/x+*"}}
			doc := restDocument(t, in)
			got := spelled(operationOf(doc, "put")["parameters"])
			if isChecked := strings.Contains(got, `"$ref":"#/definitions/Order"`); isChecked != (tc.want == "") {
				t.Errorf("parameters %s", got)
			}
			if _, made := doc["definitions"].(map[string]any)["Order"]; made != (tc.want == "") {
				t.Errorf("definitions %s", spelled(doc["definitions"]))
			}
			var notes []string
			if tc.want != "" {
				notes = []string{"main.go:3: PUT /orders: API Gateway leaves this to the program: " + tc.want}
			}
			if diff := cmp.Diff(notes, notesOf(t, in)); diff != "" {
				t.Errorf("notes (-want +got)\n%s", diff)
			}
		})
	}
}

// TestNotesAreShort: a note has some of the places of each thing that isn't checked.
func TestNotesAreShort(t *testing.T) {
	var members []string
	for i := range 5 {
		members = append(members, fmt.Sprintf(`"m%d": {"type": "string", "format": "email"}`, i))
	}
	in := checked(t, app.RouteModel{}, `{"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {`+strings.Join(members, ", ")+`}}}}}}`)
	want := []string{"main.go:3: POST /orders: API Gateway leaves this to the program: format (orderBody.m0, orderBody.m1, orderBody.m2, 2 more)"}
	if diff := cmp.Diff(want, notesOf(t, in)); diff != "" {
		t.Error(diff)
	}
}

// TestNothingChecked: without the key, the document of an app with types is that of an app
// without.
func TestNothingChecked(t *testing.T) {
	typed := checked(t, app.RouteModel{}, `{"parameters": [{"name": "p", "in": "query", "required": true, "schema": {"type": "integer"}}],
		"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}}`)
	whole := restDocument(t, typed)
	typed.Stage.RequestValidation = false
	got := restDocument(t, typed)
	if notes := notesOf(t, typed); notes != nil {
		t.Errorf("notes %q", notes)
	}
	typed.Model.Routes[0].Operation, typed.Model.Schemas = nil, nil
	want := restDocument(t, typed)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(want, whole) {
		t.Error("the key makes no difference")
	}
}

// TestWrongOperation: a model that no program of ours wrote is a mistake with its place.
func TestWrongOperation(t *testing.T) {
	in := checked(t, app.RouteModel{}, `[]`)
	if _, err := synth.Build(in); err == nil || !strings.HasPrefix(err.Error(), "main.go:3: the operation of /orders: ") {
		t.Errorf("got %v", err)
	}
	in = checked(t, app.RouteModel{}, `{}`)
	in.Model.Schemas = json.RawMessage(`7`)
	if _, err := synth.Build(in); err == nil || !strings.HasPrefix(err.Error(), "the schemas of the app's types: ") {
		t.Errorf("got %v", err)
	}
}

// TestLargeCheckedAPI: the checks go with a document that becomes a file.
func TestLargeCheckedAPI(t *testing.T) {
	in := largeApp(1700, 3)
	in.Stage.RequestValidation = true
	for i := range in.Model.Routes {
		r := &in.Model.Routes[i]
		r.Methods = []string{"PUT"}
		r.Operation = fmt.Appendf(nil, `{"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {"n%d": {"type": "integer"}}}}}}}`, i)
	}
	for format, file := range map[string]string{"sam": "sam.json", "cloudformation": "template.json"} {
		files, err := render(t, in, format).Files(synth.Layout{File: file, Target: target})
		if err != nil {
			t.Fatal(err)
		}
		document := string(files[len(files)-1].Data)
		for _, part := range []string{`"view1699Body":{"type":"object","properties":{"n1699":{"type":"integer"}}}`, `"x-amazon-apigateway-request-validators":{"body-only"`} {
			if len(files) < 2 || !strings.Contains(document, part) || strings.Contains(string(files[0].Data), part) {
				t.Errorf("%s: %s isn't in the document alone", format, part)
			}
		}
	}
}

// TestMergedModels: a merge can say more of a model, and name another validator.
func TestMergedModels(t *testing.T) {
	in := checked(t, app.RouteModel{}, `{"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}}`)
	part := `Resources: {RestAPI: {Properties: {Body: {definitions: {Order: {properties: {n: {maximum: 9}}, required: [n, m]}}, paths: {/orders: {post: {x-amazon-apigateway-request-validator: all}}}}}}}`
	template := render(t, in, "cloudformation")
	template.Merge(parsedPart(t, part))
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var merged any
	if err := json.Unmarshal(data, &merged); err != nil {
		t.Fatal(err)
	}
	body := "Resources.RestAPI.Properties.Body"
	want(t, "the model", spelled(lookup(merged, body+".definitions.Order", "cloudformation")), `{"properties":{"n":{"maximum":9,"type":"integer"}},"required":["n","m"],"type":"object"}`)
	operation := lookup(merged, body+".paths", "cloudformation").(map[string]any)["/orders"].(map[string]any)["post"].(map[string]any)
	want(t, "the validator", spelled(operation["x-amazon-apigateway-request-validator"]), `"all"`)
}
