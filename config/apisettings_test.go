package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

func TestAPISettings(t *testing.T) {
	for name, tc := range map[string]struct {
		file string
		want func(*config.Stage)
	}{
		"nothing": {`{}`, func(*config.Stage) {}},
		"a log":   {`{"access_log": true}`, func(s *config.Stage) { s.AccessLog = &config.AccessLog{} }},
		"a log of the app's that a stage doesn't want": {
			`{"access_log": {"retention_in_days": 7}, "stages": {"dev": {"access_log": false}}}`, func(*config.Stage) {},
		},
		"a log with a format": {
			`{"access_log": false, "stages": {"dev": {"access_log": {"format": "$context.requestId $context.status", "retention_in_days": 7}}}}`,
			func(s *config.Stage) {
				s.AccessLog = &config.AccessLog{Format: config.Value{Text: "$context.requestId $context.status"}, RetentionDays: 7}
			},
		},
		"limits": {
			`{"throttling": {"rate": 0.5, "burst": 1}, "usage_plan": {"rate": 10, "burst": 20, "quota": 1000, "period": "WEEK"}}`,
			func(s *config.Stage) {
				s.Throttling = &config.Throttling{Rate: 0.5, Burst: 1}
				s.UsagePlan = &config.UsagePlan{Throttling: &config.Throttling{Rate: 10, Burst: 20}, Quota: 1000, Period: config.PerWeek}
			},
		},
		"a plan without limits": {`{"usage_plan": {}}`, func(s *config.Stage) { s.UsagePlan = &config.UsagePlan{} }},
		"variables of both scopes": {
			`{"stage_variables": {"color": "blue", "size": "m"}, "stages": {"dev": {"stage_variables": {"color": "red"}}}}`,
			func(s *config.Stage) {
				s.StageVariables = map[string]config.Value{"color": {Text: "red"}, "size": {Text: "m"}}
			},
		},
		"a domain without a policy of its own": {
			`{"api_gateway_endpoint_type": "REGIONAL", "security_policy": "SecurityPolicy_TLS13_1_3_2025_09",
			"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:c"}}`,
			func(s *config.Stage) {
				s.EndpointType, s.SecurityPolicy = config.Regional, "SecurityPolicy_TLS13_1_3_2025_09"
				s.APIDomain = &config.Domain{Name: config.Value{Text: "a.test"}, CertificateARN: config.Value{Text: "arn:c"}, TLSVersion: s.SecurityPolicy}
			},
		},
		"a domain with a policy of its own": {
			`{"api_gateway_endpoint_type": "REGIONAL", "security_policy": "SecurityPolicy_TLS13_1_3_2025_09",
			"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:c", "tls_version": "TLS_1_2"}}`,
			func(s *config.Stage) {
				s.EndpointType, s.SecurityPolicy = config.Regional, "SecurityPolicy_TLS13_1_3_2025_09"
				s.APIDomain = &config.Domain{Name: config.Value{Text: "a.test"}, CertificateARN: config.Value{Text: "arn:c"}, TLSVersion: "TLS_1_2"}
			},
		},
		"the rest": {
			`{"api_keys": ["a", "b"], "disable_execute_api_endpoint": true, "security_policy": "TLS_1_2", "web_acl_arn": {"Ref": "ACL"}}`,
			func(s *config.Stage) {
				s.APIKeys, s.DisableExecuteAPIEndpoint, s.SecurityPolicy = []string{"a", "b"}, true, "TLS_1_2"
				s.WebACLARN = config.Value{Intrinsic: map[string]any{"Ref": "ACL"}}
			},
		},
		"what the API checks": {
			`{"request_validation": true}`, func(s *config.Stage) { s.RequestValidation = true },
		},
		"a stage that checks nothing": {
			`{"request_validation": true, "stages": {"dev": {"request_validation": false}}}`, func(*config.Stage) {},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := config.New("dev")
			tc.want(want)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Stage{}, config.Value{})); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestAPISettingMistakes(t *testing.T) {
	var variables []string // as many as a stage can have
	for i := range 100 {
		variables = append(variables, fmt.Sprintf(`"v%d": "x"`, i))
	}
	all := strings.Join(variables, ", ")
	line := func(length int) string { return "$context.requestId " + strings.Repeat("a", length-19) }
	for name, tc := range map[string]struct{ file, want string }{
		"a log that is none": {
			`{"access_log": "yes"}`, `1: access_log must be true, false or an object, not "yes"`,
		},
		"a log by an intrinsic": {
			`{"access_log": {"Ref": "A"}}`, `1: access_log.Ref is not a key of the configuration`,
		},
		"a format without the request's id": {
			`{"access_log": {"format": "$context.status"}}`,
			`1: access_log.format must be one line with $context.requestId or $context.extendedRequestId in it, not "$context.status"`,
		},
		"a format of two lines": {
			`{"access_log": {"format": "$context.requestId\nx"}}`,
			`1: access_log.format must be one line with $context.requestId or $context.extendedRequestId in it, not "$context.requestId\nx"`,
		},
		"half a limit": {`{"throttling": {"rate": 1}}`, `1: throttling.burst is missing`},
		"limits that are none": {
			`{"throttling": {"rate": -1, "burst": 1.5}, "usage_plan": {"rate": "1", "quota": 0, "period": "YEAR"}}`,
			`1: throttling.rate must be a number that isn't negative, not -1
1: throttling.burst must be a whole number from 0 to 2147483647, not 1.5
1: usage_plan.rate must be a number that isn't negative, not "1"
1: usage_plan.quota must be a whole number from 1 to 2147483647, not 0
1: usage_plan.period must be one of DAY, WEEK, MONTH, not "YEAR"`,
		},
		"halves of a plan": {
			`{"usage_plan": {"burst": 1, "period": "DAY"}}`,
			`1: usage_plan.burst needs rate beside it
1: usage_plan.period needs quota beside it`,
		},
		"keys by the same name": {`{"api_keys": ["a", "b", "a"]}`, `1: api_keys has "a" twice: each key needs a name of its own`},
		"names of keys": {
			`{"api_keys": ["a b"]}`,
			`1: api_keys must be a list of strings, but item 1 is "a b", which isn't a name of letters, digits, - and _, 128 at most`,
		},
		"variables": {
			`{"stage_variables": {"a-b": "x", "ok_1": "https://a.test/?b=c&d=e,f#g", "sp": "a b", "n": 1, "e": "${x}"}}`,
			`1: stage_variables.a-b is no name for a variable of an API's stage: it takes letters, digits and _
1: stage_variables.sp has a character that API Gateway doesn't take in a variable of a stage: there are letters, digits and - . _ ~ : / ? # & = ,
1: stage_variables.n must be a string, not 1`,
		},
		"variables that are too long": {
			fmt.Sprintf(`{"stage_variables": {"%065d": "x", "%064d": %q, "long": %q, "later": "${%s}"}}`,
				0, 0, strings.Repeat("a", 512), strings.Repeat("a", 513), strings.Repeat("x", 600)),
			`1: stage_variables has a variable whose name has 65 characters, 1 more than the 64 that API Gateway takes
1: stage_variables.long has a value of 513 characters, 1 more than the 512 that API Gateway takes`,
		},
		"too many variables": {
			`{"stage_variables": {` + all + `, "one": "more"}}`,
			"1: stage_variables are 101, 1 more than the 100 that API Gateway takes",
		},
		"too long a line": {
			`{"stage_variables": {` + all + `}, "access_log": {"format": "` + line(3073) + `"}}`,
			"1: access_log.format has 3073 bytes, 1 more than the 3072 that API Gateway takes",
		},
		"nothing that is too large": {
			`{"access_log": {"format": "` + line(3072) + `"}, "usage_plan": {"burst": 1}}`, "1: usage_plan.burst needs rate beside it",
		},
		"a policy for another endpoint": {
			`{"security_policy": "SecurityPolicy_TLS13_1_3_2025_09"}`,
			`1: security_policy is SecurityPolicy_TLS13_1_3_2025_09, which an API that is EDGE doesn't take: use one of TLS_1_0, TLS_1_2, SecurityPolicy_TLS13_2025_EDGE, SecurityPolicy_TLS12_PFS_2025_EDGE, SecurityPolicy_TLS12_2018_EDGE, or another api_gateway_endpoint_type`,
		},
		"a web ACL for CloudFront": {
			`{"web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"}`,
			`1: web_acl_arn must be the ARN of a regional web ACL, such as arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/NAME/ID, not "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"`,
		},
		"what an HTTP API can't do": {
			`{"api_type": "http", "access_log": true, "throttling": {"rate": 1, "burst": 1}, "stage_variables": {"a": "b"}, "disable_execute_api_endpoint": true,
"api_keys": ["a"],
"usage_plan": {},
"security_policy": "SecurityPolicy_TLS13_1_3_2025_09",
"web_acl_arn": {"Ref": "A"},
"request_validation": true}`,
			`2: api_keys is for REST APIs, the only ones with API keys: use api_type rest, or an authorizer on the routes (api_type is http)
3: usage_plan is for REST APIs, the only ones with API keys: use api_type rest, or throttling, which limits all callers together (api_type is http)
4: security_policy is for REST APIs, the only ones that take another than their own: use api_type rest, or leave it out (api_type is http)
5: web_acl_arn is for REST APIs, the only ones that AWS WAF can be in front of: use api_type rest, or put the web ACL of a distribution of CloudFront's in front of it (api_type is http)
6: request_validation is for REST APIs, the only ones that check requests: use api_type rest, or leave it out, since the program checks requests to typed routes in any case (api_type is http)`,
		},
		"requests that a URL doesn't check": {
			`{"api_type": "function_url", "stages": {"dev": {"request_validation": true}}}`,
			`1: request_validation is for REST APIs, the only ones that check requests: use api_type rest, or leave it out, since the program checks requests to typed routes in any case (api_type is function_url)`,
		},
		"no switch": {
			`{"request_validation": "yes"}`,
			`1: request_validation must be true or false, not "yes"`,
		},
		"what belongs to a stage": {
			`{"lambda_functions": {"f": {"access_log": true}}}`,
			`1: lambda_functions.f.access_log belongs to the top level or a stage, not to a function`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil {
				err = s.Check(nil, nil)
			}
			if err == nil {
				t.Fatalf("got no error, want %s", tc.want)
			}
			got := strings.ReplaceAll(err.Error(), ".chalice/config.json:", "")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	open := &app.Model{Routes: []app.RouteModel{{Path: "/"}}}
	keyed := &app.Model{Routes: []app.RouteModel{{Path: "/"}, {Path: "/orders", APIKeyRequired: true}}}
	typed := &app.Model{Routes: []app.RouteModel{{Path: "/"}, {Path: "/orders", Operation: []byte("{}")}}}
	const file = "{\"disable_execute_api_endpoint\": true,\n\"api_keys\": [\"a\"],\n\"usage_plan\": {}}"
	const nothing = " counts for nothing, since no route asks for a key: those do that are registered with app.APIKeyRequired()"
	const nameless = ".chalice/config.json:1: disable_execute_api_endpoint leaves the API without a name, since there is no api_gateway_custom_domain: unless a domain name is made elsewhere, nobody can call it"
	domain := strings.Replace(file, "{", `{"api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:c"}, `, 1)
	for name, tc := range map[string]struct {
		file  string
		model *app.Model
		want  []string
	}{
		"keys for nobody": {file, open, []string{
			nameless, ".chalice/config.json:2: api_keys" + nothing, ".chalice/config.json:3: usage_plan" + nothing,
		}},
		"keys that are asked for": {file, keyed, []string{nameless}},
		"a name":                  {domain, keyed, nil},
		"checks for nobody": {`{"request_validation": true}`, open, []string{
			".chalice/config.json:1: request_validation counts for nothing, since no route has types: those do that are registered with app.TypedRoute",
		}},
		"checks of a type":         {`{"request_validation": true}`, typed, nil},
		"no routes":                {file, &app.Model{}, nil},
		"nothing of it configured": {`{}`, open, nil},
	} {
		s, err := config.Parse([]byte(tc.file), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, s.Doubts(tc.model)); diff != "" {
			t.Errorf("%s: want -, got +\n%s", name, diff)
		}
	}
}
