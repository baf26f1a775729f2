package devserver_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// TestKeysWithoutMeaning: each key of the configuration has an effect here, or
// there is a warning, or no answer depends on it, as docs/local.md says.
func TestKeysWithoutMeaning(t *testing.T) {
	const counts, warned, matterless = "counts", "is warned of", "makes no difference to any answer"
	known := map[string]string{
		"automatic_layer": counts, // a mistake is reported
		"$schema":         matterless, "version": counts, "app_name": counts, "stages": counts, "lambda_functions": counts,
		"environment_variables": counts, "lambda_timeout": counts, "api_gateway_stage": counts, "api_type": counts,
		"build_tags": counts, "ldflags": counts,

		"layers": warned, "subnet_ids": warned, "security_group_ids": warned, "xray": warned, "reserved_concurrency": warned,
		"api_gateway_policy_file": warned, "minimum_compression_size": warned,
		"api_gateway_custom_domain": warned, "websocket_api_custom_domain": warned,
		"api_gateway_endpoint_type": warned, // only the value PRIVATE
		"api_gateway_endpoint_vpce": matterless,

		"stage_variables": counts,
		"access_log":      warned, "throttling": warned, "api_keys": warned, "usage_plan": warned,
		"disable_execute_api_endpoint": warned, "security_policy": warned, "web_acl_arn": warned,

		"lambda_memory_size": matterless, "lambda_architecture": matterless, "tags": matterless, "profile": matterless,
		"log_retention_in_days": matterless, "iam_roles": matterless, "autogen_policy": matterless, "iam_policy_file": matterless,
		"manage_iam_role": matterless, "iam_role_arn": matterless, "nested_stacks": matterless,
		"stack_name": matterless, "artifact_bucket": matterless,
	}
	for _, k := range config.Keys() {
		if known[k.Name] == "" {
			t.Errorf("%s is new: what does chalice local make of it?", k.Name)
		}
	}
	s := devservertest.Serve(t, devserver.Options{ProjectDir: project(t, map[string]string{
		"main.go": shop, "policy.json": "{}", ".chalice/policy.json": "{}", ".chalice/config.json": `{
			"version": "2.0", "app_name": "shop",
			"layers": ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"], "subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"],
			"xray": true, "reserved_concurrency": 1, "minimum_compression_size": 100,
			"api_gateway_policy_file": "policy.json", "api_gateway_endpoint_type": "PRIVATE",
			"api_gateway_custom_domain": {"domain_name": "api.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
			"access_log": true, "throttling": {"rate": 100, "burst": 50}, "api_keys": ["partner"], "usage_plan": {"quota": 10, "period": "DAY"},
			"disable_execute_api_endpoint": true, "security_policy": "TLS_1_2", "stage_variables": {"color": "blue"},
			"web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b",
			"websocket_api_custom_domain": {"domain_name": "ws.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
		}`,
	})})
	if _, err := s.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	warnings := printed(s)
	for key, what := range known {
		if (what == warned) != strings.Contains(warnings, "WARN "+key+" ") {
			t.Errorf("%s, which %s, is warned of: %v", key, what, what != warned)
		}
	}
}
