package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

// TestCheckLiterals looks for expressions where only Terraform would evaluate
// them.
func TestCheckLiterals(t *testing.T) {
	s, err := config.Parse([]byte(`{"app_name": "${AWS::StackName}",
"tags": {"a": "${x}", "${y}": "x", "b": "x", "c": "${Token[TOKEN.1]}"},
"environment_variables": {"TEXT": "${x}"},
"layers": ["${Token[TOKEN.1]}", "${x}", {"Fn::Join": ["", ["arn:", "${x}"]]}],
"subnet_ids": "${var.subnets}", "security_group_ids": {"Fn::Split": [",", {"Fn::Sub": ["${Groups},${Own}", {"Own": "${x}"}]}]},
"api_gateway_custom_domain": {"domain_name": "a.test",
"certificate_arn": "${x}", "tags": {"a": {"Fn::Sub": "${A}"}}},
"lambda_functions": {"f": {
"iam_role_arn": "${x}"}}}`), config.Options{Stage: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	const (
		end = "has ${...} in it, which only Terraform fills in: write the value itself"
		or  = `, or a CloudFormation intrinsic such as {"Ref": "Name"}`
	)
	want := []string{
		".chalice/config.json:1: app_name " + end,
		".chalice/config.json:2: tags.a " + end + or,
		".chalice/config.json:2: tags.\"${y}\" " + end + or,
		".chalice/config.json:4: layers " + end + or,
		".chalice/config.json:5: subnet_ids " + end + or,
		".chalice/config.json:7: api_gateway_custom_domain.certificate_arn " + end + or,
		".chalice/config.json:9: lambda_functions.f.iam_role_arn " + end + or,
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), fmt.Sprint(s.CheckLiterals())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := config.New("dev").CheckLiterals(); err != nil {
		t.Errorf("a stage that no file gave: %v", err)
	}
}

// TestCheckFindsWhatAWSRefuses checks stages as a whole.
func TestCheckFindsWhatAWSRefuses(t *testing.T) {
	domain := func(name, region string) string {
		return fmt.Sprintf(`{"domain_name": %q, "certificate_arn": "arn:aws:acm:%s:123456789012:certificate/c"}`, name, region)
	}
	layer := `"arn:aws:lambda:eu-west-1:123456789012:layer:l:1"`
	for name, tc := range map[string]struct{ file, want string }{
		"a private API's domain": {
			`{"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": "vpce-1", "api_gateway_custom_domain": ` + domain("a.test", "us-east-1") + "}",
			"api_gateway_custom_domain is for an API that is PRIVATE, whose domains are not supported here yet: remove it, or make the API REGIONAL",
		},
		"an EDGE certificate elsewhere": {
			`{"api_gateway_custom_domain": ` + domain("a.test", "eu-west-1") + "}",
			"api_gateway_custom_domain.certificate_arn is of eu-west-1, but the certificate of an EDGE domain has to be of us-east-1: use one of there, or make the API REGIONAL",
		},
		"one where it has to be": {`{"api_gateway_custom_domain": ` + domain("a.test", "us-east-1") + "}", ""},
		"a REGIONAL one": {
			`{"api_gateway_endpoint_type": "REGIONAL", "api_gateway_custom_domain": ` + domain("a.test", "eu-west-1") + "}", "",
		},
		"one domain for both": {
			`{"api_gateway_custom_domain": ` + domain("a.test", "us-east-1") + `, "websocket_api_custom_domain": ` + domain("a.test", "eu-west-1") + "}",
			"websocket_api_custom_domain has the domain_name of api_gateway_custom_domain, a.test: API Gateway takes one domain for REST or for websockets, not both; use another",
		},
		"one domain in two spellings": {
			`{"api_gateway_custom_domain": ` + domain("a.test", "us-east-1") + `, "websocket_api_custom_domain": ` + domain("A.Test", "eu-west-1") + "}",
			"websocket_api_custom_domain has the domain_name of api_gateway_custom_domain, a.test: API Gateway takes one domain for REST or for websockets, not both; use another",
		},
		"a certificate of IAM's": {
			`{"websocket_api_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:aws:iam::123456789012:server-certificate/c"}}`,
			`websocket_api_custom_domain.certificate_arn is "arn:aws:iam::123456789012:server-certificate/c", but API Gateway takes a certificate of Certificate Manager's, arn:aws:acm:region:account:certificate/id`,
		},
		"a user for a role": {
			`{"manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:user/u"}`,
			`iam_role_arn is "arn:aws:iam::123456789012:user/u", which is not the ARN of a role, arn:aws:iam::account:role/name (function f)`,
		},
		"tags of a domain": {
			`{"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/c", "tags": {` + manyTags(51) + `}}}`,
			"api_gateway_custom_domain.tags are 51, 1 more than the 50 that API Gateway takes",
		},
		"layers": {
			`{"layers": [` + strings.Repeat(layer+", ", 5) + layer + "]}",
			"layers are 6, 1 more than the 5 that Lambda takes (function f)",
		},
		"five layers": {`{"layers": [` + strings.Repeat(layer+", ", 4) + layer + "]}", ""},
		"layers of the template": {
			`{"layers": [` + strings.Repeat(layer+", ", 5) + `{"Ref": "Layer"}]}`,
			"layers are 6, 1 more than the 5 that Lambda takes (function f)",
		},
		"a layer that may not be there": {`{"layers": [` + strings.Repeat(layer+", ", 5) + `{"Fn::If": ["A", "x", {"Ref": "AWS::NoValue"}]}]}`, ""},
		"one domain of the template": {
			strings.ReplaceAll(`{"api_gateway_custom_domain": DOMAIN, "websocket_api_custom_domain": DOMAIN}`, "DOMAIN", `{"domain_name": {"Ref": "Domain"}, "certificate_arn": {"Ref": "Certificate"}}`),
			`websocket_api_custom_domain has the domain_name of api_gateway_custom_domain, {"Ref":"Domain"}: API Gateway takes one domain for REST or for websockets, not both; use another`,
		},
		"half a VPC of the template": {
			`{"subnet_ids": {"Ref": "Subnets"}}`, "subnet_ids needs security_group_ids beside it: a VPC takes both (function f)",
		},
		"a VPC of the template": {`{"subnet_ids": {"Ref": "Subnets"}, "security_group_ids": "${var.groups}"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{Stage: "dev"})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := s.Check([]string{"f", "g"}, nil); err != nil {
				got = strings.TrimPrefix(err.Error(), ".chalice/config.json:1: ")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestStageNames loads stages whose names AWS takes, and others.
func TestStageNames(t *testing.T) {
	for name, good := range map[string]bool{
		"dev": true, "prod-2": true, "v1.2": true, "a_b": true,
		"a b": false, "$default": false, "../../x": false, "..": false, "a/b": false, ".": false, "ä": false, "${x}": false,
	} {
		_, err := config.Parse([]byte(`{}`), config.Options{Stage: name})
		if (err == nil) != good {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for name, good := range map[string]bool{"Shop/Nested": true, "a b": true, "ä": true, "$default": false, "${x}": false} {
		_, err := config.Parse([]byte(`{}`), config.Options{Stage: name, AnyStage: true})
		if (err == nil) != good {
			t.Errorf("in a tag alone, %q: got %v", name, err)
		}
	}
	_, err := config.Parse([]byte(`{"api_gateway_stage": "`+strings.Repeat("x", 129)+`"}`), config.Options{})
	if err == nil || !strings.Contains(err.Error(), "api_gateway_stage must be a name of letters, digits, - and _, 128 at most") {
		t.Errorf("129 characters: got %v", err)
	}
}

// manyTags returns the members of an object with a number of tags.
func manyTags(n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"t%d": "x"`, i))
	}
	return strings.Join(members, ", ")
}
