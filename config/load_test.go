package config_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/config"
)

var ignoreSource = cmpopts.IgnoreUnexported(config.Stage{})

func TestParse(t *testing.T) {
	plain := config.Function{MemorySize: 128, Timeout: 60}
	for name, tc := range map[string]struct {
		file  string
		stage string
		want  func(s *config.Stage) // what differs from the defaults
	}{
		"nothing": {
			file: `{}`,
			want: func(s *config.Stage) {},
		},
		"a byte order mark, and a $schema": {
			file: "\ufeff" + `{"$schema": "../schema.json", "version": 2.0, "stages": null}`,
			want: func(s *config.Stage) {},
		},
		"a stage's null is an empty stage": {
			file: `{"stages": {"dev": null}}`,
			want: func(s *config.Stage) {},
		},
		"everything once": {
			file: `{
				"version": "2.0", "app_name": "shop", "profile": "work",
				"lambda_architecture": "x86_64", "api_gateway_stage": "v1", "iam_roles": "per_function",
				"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": ["vpce-1"],
				"minimum_compression_size": 0, "nested_stacks": 4,
				"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:c", "tls_version": "TLS_1_0",
					"url_prefix": "v2", "tags": {"k": "v"}},
				"websocket_api_custom_domain": {"domain_name": "w.test", "certificate_arn": "arn:c", "url_prefix": "/"},
				"environment_variables": {"AA": "", "TABLE": {"Ref": "Table"}, "NN": {"Fn::Sub": ["${a}", {"a": 1}]}},
				"tags": {"aws-chalice": "mine", "team": "web"},
				"lambda_memory_size": 256, "lambda_timeout": 5, "reserved_concurrency": 0, "layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1", "arn:aws:lambda:eu-west-1:123456789012:layer:l:2"],
				"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1", "sg-2"],
				"xray": true, "log_retention_in_days": 7,
				"manage_iam_role": false, "iam_role_arn": "arn:r", "autogen_policy": false, "iam_policy_file": "unused.json"
			}`,
			want: func(s *config.Stage) {
				s.AppName, s.Profile = "shop", "work"
				s.Architecture, s.APIGatewayStage, s.HTTPAPIStage, s.IAMRoles = config.X86, "v1", "v1", config.RolePerFunction
				s.EndpointType, s.VPCEndpoints = config.Private, config.Texts("vpce-1")
				s.MinimumCompressionSize = new(0)
				s.NestedStacks = new(4)
				s.APIDomain = &config.Domain{
					Name: text("a.test"), CertificateARN: text("arn:c"), TLSVersion: "TLS_1_0", URLPrefix: text("v2"), Tags: map[string]config.Value{"k": text("v")},
				}
				s.WebsocketDomain = &config.Domain{Name: text("w.test"), CertificateARN: text("arn:c"), TLSVersion: "TLS_1_2"}
				s.Defaults = config.Function{
					MemorySize: 256, Timeout: 5, ReservedConcurrency: new(0), Layers: config.Texts("arn:aws:lambda:eu-west-1:123456789012:layer:l:1", "arn:aws:lambda:eu-west-1:123456789012:layer:l:2"),
					Environment: map[string]config.Value{
						"AA": {}, "TABLE": {Intrinsic: map[string]any{"Ref": "Table"}},
						"NN": {Intrinsic: map[string]any{"Fn::Sub": []any{"${a}", map[string]any{"a": json.Number("1")}}}},
					},
					Tags:      map[string]config.Value{"aws-chalice": text("mine"), "team": text("web")},
					RoleARN:   text("arn:r"),
					SubnetIDs: config.Texts("subnet-1"), SecurityGroupIDs: config.Texts("sg-1", "sg-2"),
					XRay: true, LogRetentionDays: 7,
				}
			},
		},
		"a VPC endpoint as a string, and policy files": {
			file: `{"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": "vpce-1", "autogen_policy": false,
				"stages": {"prod": {"lambda_functions": {"f": {"iam_policy_file": "sub/f.json"}}}}}`,
			stage: "prod",
			want: func(s *config.Stage) {
				s.EndpointType, s.VPCEndpoints = config.Private, config.List{Items: []config.Value{{Text: "vpce-1"}}, Single: true}
				s.Defaults.PolicyFile = ".chalice/policy-prod.json"
				f := plain
				f.PolicyFile = ".chalice/sub/f.json"
				s.Functions = map[string]config.Function{"f": f}
			},
		},
		"an HTTP API": {
			file: `{"api_type": "http", "api_gateway_endpoint_type": "EDGE", "minimum_compression_size": 1}`,
			want: func(s *config.Stage) { s.APIType, s.MinimumCompressionSize = config.HTTP, new(1) },
		},
		"an HTTP API's stage": {
			file: `{"api_gateway_stage": "v1", "stages": {"dev": {"api_type": "http"}}}`,
			want: func(s *config.Stage) { s.APIType, s.APIGatewayStage, s.HTTPAPIStage = config.HTTP, "v1", "v1" },
		},
		"an HTTP API's stage that is the default": {
			file: `{"api_type": "http", "api_gateway_stage": "$default"}`,
			want: func(s *config.Stage) { s.APIType = config.HTTP },
		},
		"a function URL": {
			file: `{"api_type": "function_url", "api_gateway_stage": "v1"}`,
			want: func(s *config.Stage) { s.APIType, s.APIGatewayStage, s.HTTPAPIStage = config.FunctionURL, "v1", "v1" },
		},
		"a resource policy": {
			file: `{"api_gateway_policy_file": "api.json", "api_gateway_endpoint_type": "PRIVATE"}`,
			want: func(s *config.Stage) {
				s.EndpointType, s.APIPolicyFile = config.Private, ".chalice/api.json"
			},
		},
		"a role's ARN counts only without a managed role": {
			file: `{"iam_role_arn": "arn:r", "lambda_functions": {"f": {"manage_iam_role": false}}}`,
			want: func(s *config.Stage) {
				f := plain
				f.RoleARN.Text = "arn:r"
				s.Functions = map[string]config.Function{"f": f}
			},
		},
		"what is filled in later isn't checked": {
			file: `{"iam_role_arn": "${aws_iam_role.mine.arn}", "manage_iam_role": false, "layers": ["${Token[TOKEN.1]}"]}`,
			want: func(s *config.Stage) {
				s.Defaults.RoleARN.Text, s.Defaults.Layers = "${aws_iam_role.mine.arn}", config.Texts("${Token[TOKEN.1]}")
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse([]byte(tc.file), config.Options{Stage: tc.stage})
			if err != nil {
				t.Fatal(err)
			}
			want := config.New(cmpOr(tc.stage, "dev"))
			tc.want(want)
			if diff := cmp.Diff(want, got, ignoreSource); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func text(s string) config.Value { return config.Value{Text: s} }

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestLoadFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := config.Load(dir, config.Options{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "new-project") {
		t.Errorf("without a file: got %v, want fs.ErrNotExist and the command that makes a project", err)
	}
	file := filepath.Join(dir, ".chalice", "config.json")
	if err := os.MkdirAll(file, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(dir, config.Options{}); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder for a file: got %v, want an error that isn't fs.ErrNotExist", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`{"app_name": "shop"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := config.Load(dir, config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.AppName != "shop" || s.Name != "dev" {
		t.Errorf("got app %q, stage %q; want shop, dev", s.AppName, s.Name)
	}
}
