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
		"alarms":                  warned,
		"api_gateway_policy_file": warned, "minimum_compression_size": warned,
		"api_gateway_custom_domain": warned, "websocket_api_custom_domain": warned,
		"api_gateway_endpoint_type": warned, // only the value PRIVATE
		"api_gateway_endpoint_vpce": matterless,

		"ephemeral_storage": warned, "kms_key_arn": warned, "recursive_loop": warned, "ipv6": warned,
		"function_name": counts,
		"container":     counts, // a mistake is reported
		"log_format":    counts, "log_level": counts, "system_log_level": warned,
		"log_group": matterless, // but for a variable

		"stage_variables": counts,
		"access_log":      warned, "throttling": warned, "api_keys": warned, "usage_plan": warned,
		"disable_execute_api_endpoint": warned, "security_policy": warned, "web_acl_arn": warned, "request_validation": warned,

		"lambda_memory_size": matterless, "lambda_architecture": matterless, "tags": matterless, "profile": matterless,
		"log_retention_in_days": matterless, "iam_roles": matterless, "autogen_policy": matterless, "iam_policy_file": matterless,
		"manage_iam_role": matterless, "iam_role_arn": matterless, "nested_stacks": matterless,
		"deployment": matterless, "provisioned_concurrency": matterless, // there are no versions
		"dead_letter_target": counts, "on_success": counts, "on_failure": counts, "async_max_retries": counts, "async_max_age": counts,
		"permissions_boundary": matterless, "role_path": matterless, "managed_policies": matterless, "tag_resources": matterless,
		"openapi":    matterless, // but for the document
		"stack_name": matterless, "artifact_bucket": matterless,
	}
	for _, k := range config.Keys() {
		if known[k.Name] == "" {
			t.Errorf("%s is new: what does chalice local make of it?", k.Name)
		}
	}
	s := devservertest.Serve(t, devserver.Options{ProjectDir: project(t, map[string]string{
		"main.go": shop, "policy.json": "{}", ".chalice/policy.json": "{}", ".chalice/config.json": `{
			"version": "2.0", "app_name": "shop", "function_name": "acme-{stage}-{function}",
			"layers": ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"], "subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"],
			"ephemeral_storage": 1024, "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/k", "recursive_loop": "allow", "ipv6": true,
			"xray": true, "reserved_concurrency": 1, "minimum_compression_size": 100, "alarms": {"errors": true},
			"api_gateway_policy_file": "policy.json", "api_gateway_endpoint_type": "PRIVATE",
			"api_gateway_custom_domain": {"domain_name": "api.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
			"log_format": "JSON", "system_log_level": "WARN",
			"access_log": true, "throttling": {"rate": 100, "burst": 50}, "api_keys": ["partner"], "usage_plan": {"quota": 10, "period": "DAY"},
			"disable_execute_api_endpoint": true, "security_policy": "TLS_1_2", "stage_variables": {"color": "blue"},
			"web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b", "request_validation": true,
			"websocket_api_custom_domain": {"domain_name": "ws.example.com", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
		}`,
	})})
	g, err := s.Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if name := g.FunctionName("api_handler"); name != "acme-dev-api_handler" {
		t.Errorf("the function of the routes is called %s, not as it is configured", name)
	}
	warnings := printed(s)
	for key, what := range known {
		if (what == warned) != strings.Contains(warnings, "WARN "+key+" ") {
			t.Errorf("%s, which %s, is warned of: %v", key, what, what != warned)
		}
	}
}

// TestUnleveledLines: what Lambda would drop of a function's lines isn't printed, and that
// is said once.
func TestUnleveledLines(t *testing.T) {
	s := devservertest.Serve(t, devserver.Options{ProjectDir: project(t, map[string]string{
		"main.go": shop, ".chalice/config.json": `{"version": "2.0", "app_name": "shop", "log_format": "JSON", "log_level": "WARN"}`,
	})})
	if _, err := s.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if status, _ := get(t, s.URL()+"/sleep/1"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	const said = "WARN api_handler prints lines that say no level in JSON: here as in Lambda these count as INFO and are dropped, since log_level is WARN; log them with log/slog or package log\n"
	if got := printedUntil(t, s, said); strings.Contains(got, "sleeping for") || strings.Count(got, said) != 1 {
		t.Errorf("printed %s", got)
	}
}
