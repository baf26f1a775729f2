package docs_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// others are the keys of JSON that is no configuration: of templates, statements of policies,
// Terraform's configurations, and answers. All other JSON is taken for a configuration, or a
// part of one.
var others = [][]string{
	{"Resources", "Parameters", "Outputs", "Conditions"},
	{"Effect", "Action", "Resource", "Principal", "Condition", "Sid"},
	{"resource"},
	{"Code", "Message", "Violations"},
	{"type", "title", "status", "detail", "errors", "code"},
}

// TestConfigurations: the keys of configurations are there, and take the values.
func TestConfigurations(t *testing.T) {
	found := 0
	for _, page := range append(pages(t), tutorial(t)...) {
		check := func(line int, text string) {
			isOne, err := configuration(text)
			if isOne {
				found++
			}
			if err != nil {
				t.Errorf("%s:%d: %v", page.Path, line, err)
			}
		}
		for _, b := range page.Blocks {
			// Files of the tutorial are read by what it runs, and excerpts are of those.
			if b.Language == "json" && !strings.HasPrefix(page.Path, "tutorial") {
				check(b.Line, b.Text)
			}
		}
		for _, code := range page.Code() {
			if member.MatchString(code.Text) {
				check(code.Line, code.Text)
			}
		}
	}
	if found < 12 {
		t.Errorf("found %d configurations", found)
	}
}

// alike are names like those of keys which aren't: of functions, of values, of Terraform, of what
// commands print, and of Chalice for Python.
var alike = strings.Fields(`
	api_handler websocket_connect websocket_message websocket_disconnect report_role
	function_url client_id
	aws_api_gateway_rest_api aws_api_gateway_stage aws_apigatewayv2_api aws_lambda_function_url
	aws_s3_bucket_notification aws_cloudwatch_log_subscription_filter
	code_bucket code_key default_tags name_prefix s3_bucket s3_key source_code_hash
	logical_id physical_id moved_from output_change
	automatic_layer chalice_version experimental_feature_flags partial_batch with_scopes`)

// TestKeys: the keys of configurations that texts name are there.
func TestKeys(t *testing.T) {
	known := map[string]bool{}
	for _, m := range property.FindAllStringSubmatch(string(config.Schema()), -1) {
		known[m[1]] = true
	}
	found := 0
	for _, page := range append(pages(t), tutorial(t)...) {
		for _, code := range page.Code() {
			m := key.FindStringSubmatch(code.Text)
			if m == nil {
				continue
			}
			if found++; !known[m[1]] && !slices.Contains(alike, m[1]) {
				t.Errorf("%s:%d: no configuration has a key %s", page.Path, code.Line, m[1])
			}
		}
	}
	if found < 150 {
		t.Errorf("found %d keys", found)
	}
}

var (
	property = regexp.MustCompile(`"([a-z]\w*)": [{\["]`)
	// key finds code within a text that is a name with an underscore, as most keys have.
	key = regexp.MustCompile(`^"?([a-z0-9]+(?:_[a-z0-9]+)+)"?$`)
)

// member finds code within a text that is JSON with a key like those of configurations.
var member = regexp.MustCompile(`^\{?"[a-z]+_[a-z_]+": .*["\w\]}]$`)

// configuration reports whether JSON is a configuration or a part of one, and what is wrong
// with that. A part can stand in a stage, for the whole app or for a function.
func configuration(text string) (isOne bool, err error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		text = "{" + text + "}"
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		return false, fmt.Errorf("this JSON doesn't parse: %w", err)
	}
	for _, known := range others {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(keys)), func(key string) bool { return !slices.Contains(known, key) }) {
			return false, nil
		}
	}
	var first error
	for _, place := range places(keys) {
		if err := parse(place); err == nil {
			return true, nil
		} else {
			first = cmp.Or(first, err)
		}
	}
	return true, first
}

// places puts keys where they could stand.
func places(keys map[string]json.RawMessage) []map[string]any {
	whole := map[string]any{"version": "2.0", "app_name": "app"}
	for key, value := range keys {
		whole[key] = value
	}
	if keys["version"] != nil || keys["stages"] != nil {
		return []map[string]any{whole}
	}
	return []map[string]any{
		{"version": "2.0", "app_name": "app", "stages": map[string]any{"dev": keys}},
		whole,
		{"version": "2.0", "app_name": "app", "lambda_functions": map[string]any{"f": keys}},
	}
}

func parse(file map[string]any) error {
	data, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		return err
	}
	stage := ""
	if stages, ok := file["stages"].(json.RawMessage); ok {
		var names map[string]any
		if err := json.Unmarshal(stages, &names); err != nil {
			return err
		}
		stage = slices.Sorted(maps.Keys(names))[0]
	}
	_, err = config.Parse(data, config.Options{Stage: stage})
	return err
}

// TestConfiguration: what is wrong with a configuration is found.
func TestConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		`{"version": "2.0", "app_name": "x", "stages": {"prod": {"lambda_timeout": 30}}}`: "",
		`{"stages": {"prod": {"lambda_timout": 30}}}`:                                     "lambda_timout",
		`{"log_retention_in_days": 30}`:                                                   "",
		`"log_retention_in_days": 30`:                                                     "",
		`{"log_retention_days": 30}`:                                                      "log_retention_days",
		`{"log_retention_in_days": "many"}`:                                               "log_retention_in_days",
		`{"lambda_functions": {"f": {"lambda_memory_size": 1}}}`:                          "lambda_memory_size",
		`{"openapi": {"titel": "Shop"}}`:                                                  "titel",
		`{"version": "2.0"`:                                                               "doesn't parse",
		`{"Effect": "Allow", "Action": "s3:*"}`:                                           "",
		`{"Effect": "Allow", "Anything": 1}`:                                              "not a key",
	} {
		_, err := configuration(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got error %v, want one with %q", text, err, want)
		}
	}
}
