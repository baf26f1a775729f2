package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// A key that the reference has is one that we have, too: unsupported ones are
// named, not unknown.
func TestKeysAreTheReferences(t *testing.T) {
	want := strings.Fields(`version app_name stages lambda_functions api_gateway_stage api_gateway_endpoint_type
		api_gateway_endpoint_vpce api_gateway_policy_file minimum_compression_size tags environment_variables autogen_policy
		iam_policy_file manage_iam_role iam_role_arn lambda_memory_size lambda_timeout reserved_concurrency layers automatic_layer
		subnet_ids security_group_ids xray log_retention_in_days api_gateway_custom_domain websocket_api_custom_domain profile
		lambda_architecture`)
	var got []string
	for _, k := range config.Keys() {
		got = append(got, k.Name)
		if k.Doc == "" || k.Scope == 0 {
			t.Errorf("%s lacks documentation or a scope", k.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Whatever synthesis lacks is an error for the stage that uses it, and for no
// other.
func TestUnsupportedKeys(t *testing.T) {
	values := map[config.Kind]string{
		config.Text: `"x"`, config.Int: `1`, config.TextList: `["x"]`, config.TextOrList: `"x"`, config.Object: `{}`, config.Bool: `false`,
	}
	for _, name := range config.Gate("planned") {
		k := config.Keys()[slices.IndexFunc(config.Keys(), func(k config.Key) bool { return k.Name == name })]
		text := `{"stages": {"dev": {"` + name + `": ` + values[k.Kind] + `}, "prod": {}}}`
		_, err := config.Parse([]byte(text), config.Options{})
		if want := ".chalice/config.json:1: stages.dev." + name + " is not supported yet"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
		if _, err := config.Parse([]byte(text), config.Options{Stage: "prod"}); err != nil && strings.Contains(err.Error(), "supported") {
			t.Errorf("%s in another stage: got %v", name, err)
		}
	}
	for _, name := range config.Gate("only default") {
		k := config.Keys()[slices.IndexFunc(config.Keys(), func(k config.Key) bool { return k.Name == name })]
		if _, err := config.Parse([]byte(`{"`+name+`": `+k.Default+`}`), config.Options{}); err != nil {
			t.Errorf("%s with its default: %v", name, err)
		}
		_, err := config.Parse([]byte(`{"`+name+`": "other"}`), config.Options{})
		if want := name + " is not supported yet with any value but " + k.Default; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}
