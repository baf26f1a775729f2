package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// A key that the reference has is one that we have, too, and we have few that
// it doesn't have.
func TestKeysAreTheReferences(t *testing.T) {
	want := strings.Fields(`version app_name stages lambda_functions api_gateway_stage api_gateway_endpoint_type
		api_gateway_endpoint_vpce api_gateway_policy_file minimum_compression_size tags environment_variables autogen_policy
		iam_policy_file manage_iam_role iam_role_arn lambda_memory_size lambda_timeout reserved_concurrency layers automatic_layer
		subnet_ids security_group_ids xray log_retention_in_days api_gateway_custom_domain websocket_api_custom_domain profile
		lambda_architecture iam_roles nested_stacks stack_name artifact_bucket api_type build_tags ldflags
		access_log throttling api_keys usage_plan stage_variables disable_execute_api_endpoint security_policy web_acl_arn request_validation
		ephemeral_storage kms_key_arn recursive_loop ipv6 function_name log_format log_level system_log_level log_group
		dead_letter_target on_success on_failure async_max_retries async_max_age permissions_boundary role_path managed_policies
		tag_resources provisioned_concurrency deployment alarms container openapi`)
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
