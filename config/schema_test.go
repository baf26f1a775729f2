package config_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/config"
)

var update = flag.Bool("update", false, "rewrite config.schema.json and docs/configuration.md")

const (
	schemaFile = "config.schema.json"
	docFile    = "../docs/configuration.md"
)

// TestSchemaFile holds the schema in the repository against the table of keys.
func TestSchemaFile(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, config.Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, schemaFile)), string(config.Schema())); diff != "" {
		t.Errorf("%s is stale; \"make golden\" rewrites it (-file +table)\n%s", schemaFile, diff)
	}
}

// TestConfigurationDoc holds the documentation against the table of keys.
func TestConfigurationDoc(t *testing.T) {
	const start, end = "<!-- keys: made by \"make golden\" -->\n", "<!-- end of keys -->\n"
	doc := string(readFile(t, docFile))
	before, rest, ok := strings.Cut(doc, start)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the keys", docFile)
	}
	want := before + start + config.Reference() + end + after
	if *update {
		if err := os.WriteFile(docFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(doc, want); diff != "" {
		t.Errorf("%s is stale; \"make golden\" rewrites it (-file +table)\n%s", docFile, diff)
	}
}

// TestSchemaAgreesWithLoad gives files to both, the schema and Load.
func TestSchemaAgreesWithLoad(t *testing.T) {
	s := compileSchema(t)
	for name, tc := range map[string]struct {
		text string
		ok   bool
	}{
		"nothing":            {`{}`, true},
		"a new project":      {`{"$schema": "x", "version": "2.0", "app_name": "a", "stages": {"dev": {"api_gateway_stage": "api"}}}`, true},
		"null":               {`{"lambda_timeout": null, "stages": null}`, true},
		"functions":          {`{"lambda_functions": {"f": {"lambda_timeout": 9}}, "stages": {"dev": {"lambda_functions": {"g": {"tags": {"a": "b"}}}}}}`, true},
		"an intrinsic":       {`{"environment_variables": {"AA": {"Ref": "T"}, "BB": "x"}}`, true},
		"intrinsics":         {`{"layers": [{"Ref": "A"}, "${x}"], "subnet_ids": {"Fn::Split": [",", "a"]}, "tags": {"a": {"Ref": "A"}}, "iam_role_arn": {"Ref": "A"}, "security_group_ids": "${var.groups}"}`, true},
		"endpoints":          {`{"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": {"Ref": "A"}}`, true},
		"a domain":           {`{"api_gateway_custom_domain": {"domain_name": {"Ref": "A"}, "certificate_arn": {"Ref": "B"}, "url_prefix": null, "tags": {"a": {"Ref": "A"}}}}`, true},
		"a Ref of no text":   {`{"iam_role_arn": {"Ref": 1}}`, false},
		"a null intrinsic":   {`{"layers": {"Fn::Split": null}}`, false},
		"a text for a list":  {`{"layers": "arn:x"}`, false},
		"no intrinsic there": {`{"app_name": {"Ref": "A"}}`, false},
		"unknown key":        {`{"lambda_timout": 9}`, false},
		"unknown in a stage": {`{"stages": {"dev": {"nonsense": 9}}}`, false},
		"wrong type":         {`{"lambda_timeout": "9"}`, false},
		"too large":          {`{"lambda_timeout": 901}`, false},
		"a number as value":  {`{"environment_variables": {"AA": 1}}`, false},
		"no intrinsic":       {`{"environment_variables": {"AA": {"x": 1, "y": 2}}}`, false},
		"wrong scope":        {`{"stages": {"dev": {"lambda_functions": {"f": {"api_gateway_stage": "x"}}}}}`, false},
		"architecture":       {`{"lambda_architecture": "mips"}`, false},
		"version":            {`{"version": "3.0"}`, false},
		"no layer in Go":     {`{"automatic_layer": true}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(value); (err == nil) != tc.ok {
				t.Errorf("the schema says %v, want ok %v", err, tc.ok)
			}
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, ".chalice"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, config.File), []byte(tc.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(dir, config.Options{}); (err == nil) != tc.ok {
				t.Errorf("Load says %v, want ok %v", err, tc.ok)
			}
		})
	}
}

// TestNullIsAbsent gives null to every key, in the schema and to Load.
func TestNullIsAbsent(t *testing.T) {
	s := compileSchema(t)
	for _, k := range config.Keys() {
		text := fmt.Sprintf(`{"stages": {"dev": {"lambda_functions": {"f": {%q: null}}}}}`, k.Name)
		switch {
		case k.Scope&config.FunctionScope != 0:
		case k.Scope&config.AppScope != 0:
			text = fmt.Sprintf(`{%q: null}`, k.Name)
		}
		_, err := config.Parse([]byte(text), config.Options{})
		value, decoding := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if decoding != nil {
			t.Fatal(decoding)
		}
		if schema := s.Validate(value); (schema == nil) != (err == nil) {
			t.Errorf("%s: the schema says %v, and Parse %v", text, schema, err)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
