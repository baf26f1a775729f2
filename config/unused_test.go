package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

// TestUnused: a policy file that is named and never read is told, once for each place, and
// so is a key with nothing to encrypt.
func TestUnused(t *testing.T) {
	const generated = " iam_policy_file counts for nothing, since the policy is generated: for the file to be the policy, autogen_policy has to be false"
	for name, tc := range map[string]struct {
		config    string
		overrides map[string]any
		want      string
	}{
		"nothing said":     {config: `{}`},
		"of the app":       {config: `{"iam_policy_file": "p.json"}`, want: "1:" + generated},
		"of the stage":     {config: `{"stages": {"dev": {"iam_policy_file": "p.json"}}}`, want: "1:" + generated},
		"of another stage": {config: `{"stages": {"dev": {}, "prod": {"iam_policy_file": "p.json"}}}`},
		"of a function": {config: `{"lambda_functions": {"a": {
			"iam_policy_file": "p.json"}}}`, want: "2:" + generated},
		"in two places": {config: `{"iam_policy_file": "p.json", "lambda_functions": {"b": {
			"iam_policy_file": "q.json"}}}`, want: "1:" + generated + "\n2:" + generated},
		"a key for all": {config: `{"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/k"}`},
		"a function's key for nothing": {config: `{"lambda_functions": {"a": {"environment_variables": {"TABLE": "t"}}, "b": {
			"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/k"}}}`, want: "2: kms_key_arn counts for nothing: it is for environment_variables, and b has none"},
		"a key for one function":   {config: `{"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/k", "lambda_functions": {"b": {"environment_variables": {"TABLE": "t"}}}}`},
		"read":                     {config: `{"iam_policy_file": "p.json", "autogen_policy": false}`},
		"read for one function":    {config: `{"iam_policy_file": "p.json", "lambda_functions": {"b": {"autogen_policy": false}}}`},
		"a flag has it read":       {config: `{"iam_policy_file": "p.json"}`, overrides: map[string]any{"autogen_policy": false}},
		"a flag has it unread":     {config: `{"iam_policy_file": "p.json", "autogen_policy": false}`, overrides: map[string]any{"autogen_policy": true}, want: "1:" + generated},
		"another value wins":       {config: `{"iam_policy_file": "p.json", "stages": {"dev": {"iam_policy_file": "q.json", "autogen_policy": false}}}`},
		"roles of somebody else's": {config: `{"iam_policy_file": "p.json", "manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:role/r"}`, want: "1: iam_policy_file counts for nothing: the role is the one that iam_role_arn names"},
	} {
		t.Run(name, func(t *testing.T) {
			stage, err := config.Parse([]byte(tc.config), config.Options{Overrides: tc.overrides})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(strings.Join(stage.Unused([]string{"a", "b"}), "\n"), config.File+":", "")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
