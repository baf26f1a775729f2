package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

type mistakesCase struct {
	file string
	want string // all messages, without the file's name
}

func TestMistakes(t *testing.T) {
	checkMistakes(t, map[string]mistakesCase{
		"no JSON":               {`{"version": "2.0", "app_name": }`, `1:32: this is not valid JSON: invalid character '}' looking for beginning of value`},
		"no end":                {"{\n\"é\": [", `2:6: this is not valid JSON: unexpected end of JSON input`},
		"nothing":               {"", `1:1: this is not valid JSON: unexpected end of JSON input`},
		"no UTF-8":              {"{\n  \"a\": \"\xff\"}", `2:9: this is not valid JSON: this byte isn't UTF-8`},
		"a list":                {`[]`, `1: the configuration must be an object, not a list`},
		"version of the future": {`{"version": "3.0"}`, `1: version "3.0" is unknown; this chalice reads 1.0 and 2.0`},
		"version of the future as a number": {
			`{"version": 2.1}`, `1: version 2.1 is unknown; this chalice reads 1.0 and 2.0`,
		},
		"version that is none": {`{"version": "two"}`, `1: version "two" is unknown; this chalice reads 1.0 and 2.0`},
		"version null":         {`{"version": null}`, `1: version null is unknown; this chalice reads 1.0 and 2.0`},
		"version not a number": {`{"version": "NaN"}`, `1: version "NaN" is unknown; this chalice reads 1.0 and 2.0`},
		"unknown keys": {
			"{\n\"lamda_timeout\": 1,\n\"nonsense\": 2,\n\"timeout\": 3,\n\"envrionment_variables\": {}, \"Tags\": {}\n}",
			`2: lamda_timeout is not a key of the configuration; did you mean lambda_timeout?
3: nonsense is not a key of the configuration
4: timeout is not a key of the configuration; did you mean lambda_timeout?
5: envrionment_variables is not a key of the configuration; did you mean environment_variables?
5: Tags is not a key of the configuration; did you mean tags?`,
		},
		"unknown keys in blocks": {
			"{\"stages\": {\n\"dev\": {\"lambda_functions\": {\"f g\": {\n\"lambda_time\": 1}}},\n\"prod\": {\"api_gatewaystage\": 1, \"$schema\": 1}}}",
			`3: stages.dev.lambda_functions."f g".lambda_time is not a key of the configuration; did you mean lambda_timeout?
4: stages.prod.api_gatewaystage is not a key of the configuration; did you mean api_gateway_stage?
4: stages.prod.$schema is not a key of the configuration`,
		},
		"a near name is one that can stand there": {
			`{"lambda_functions": {"f": {"api_gateway_stag": "x"}}}`,
			`1: lambda_functions.f.api_gateway_stag is not a key of the configuration`,
		},
		"in the wrong place": {
			`{"lambda_functions": {"f": {"lambda_architecture": "arm64", "app_name": "x"}}, "stages": {"dev": {"stages": {}}}}`,
			`1: lambda_functions.f.lambda_architecture belongs to the top level or a stage, not to a function
1: lambda_functions.f.app_name belongs to the top level, not to a function
1: stages.dev.stages belongs to the top level, not to a stage`,
		},
		"twice": {
			"{\"app_name\": \"a\",\n\"app_name\": \"b\", \"tags\": {\"x\": \"1\", \"x\": \"1\"}}",
			`2: app_name is there twice, first on line 1
2: tags.x is there twice, first on line 2`,
		},
		"alarms": {
			"{\"alarms\": {\"errors\": \"yes\",\n\"duration\": \"101%\",\n\"topic\": \"arn:aws:sqs:eu-west-1:123456789012:queue\",\n\"dead_letter_queue\": \"https://sqs.eu-west-1.amazonaws.com/123456789012/q\", \"latency\": 1},\n\"lambda_functions\": {\"f\": {\"alarms\": {\"duration\": 80, \"dead_letter_queue\": \"arn:aws:sns:eu-west-1:123456789012:topic\"}}}}",
			`1: alarms.errors must be true or false, not "yes"
2: alarms.duration must be a part of lambda_timeout, such as 80%, not "101%"
3: alarms.topic must be the ARN of a topic, such as arn:aws:sns:eu-central-1:123456789012:NAME, not "arn:aws:sqs:eu-west-1:123456789012:queue"
4: alarms.dead_letter_queue must be the ARN or the name of a queue, not "https://sqs.eu-west-1.amazonaws.com/123456789012/q"
4: alarms.latency is not a key of the configuration
5: lambda_functions.f.alarms.duration must be a part of lambda_timeout, such as 80%, not 80
5: lambda_functions.f.alarms.dead_letter_queue must be the ARN or the name of a queue, not "arn:aws:sns:eu-west-1:123456789012:topic"`,
		},
		"layers of its own": {
			`{"automatic_layer": false}`,
			`1: automatic_layer has no meaning in Go: one artifact holds everything; remove the key`,
		},
		"wrong types": {
			`{
"app_name": 1,
"stages": [],
"lambda_functions": "f",
"lambda_timeout": "5",
"lambda_memory_size": 128.5,
"xray": "yes",
"layers": "arn:x",
"subnet_ids": [1, "", "s"],
"tags": {"a": 1, "aws:b": "x"},
"environment_variables": [],
"api_gateway_custom_domain": "a.test",
"api_gateway_endpoint_vpce": {},
"iam_role_arn": ["arn:x"]
}`,
			`2: app_name must be a name of letters, digits, - and _, not 1
3: stages must be an object of stages, not a list
4: lambda_functions must be an object of functions, not "f"
5: lambda_timeout must be a whole number from 1 to 900, not "5"
6: lambda_memory_size must be a whole number from 128 to 10240, not 128.5
7: xray must be true or false, not "yes"
8: layers must be a list of strings, not "arn:x"
9: subnet_ids must be a list of strings, but item 1 is 1
9: subnet_ids must be a list of strings, but item 2 is "", which isn't a subnet's id
10: tags.a must be a string, not 1
10: tags.aws:b is a tag that AWS keeps for itself; choose another name
11: environment_variables must be an object of strings, not a list
12: api_gateway_custom_domain must be an object, not "a.test"
13: api_gateway_endpoint_vpce must be a string or a list of strings, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object
14: iam_role_arn must be an ARN, not a list`,
		},
		"wrong values": {
			`{"app_name": "my app", "minimum_compression_size": -1,
"log_retention_in_days": 2, "lambda_architecture": "amd64", "api_gateway_endpoint_type": "GLOBAL",
"iam_role_arn": "mine", "lambda_timeout": 901, "reserved_concurrency": 1e3, "api_gateway_stage": ""}`,
			`1: app_name must be a name of letters, digits, - and _, not "my app"
1: minimum_compression_size must be a whole number from 0 to 10485760, not -1
2: log_retention_in_days must be one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not 2
2: lambda_architecture must be one of arm64, x86_64, not "amd64"
2: api_gateway_endpoint_type must be one of EDGE, REGIONAL, PRIVATE, not "GLOBAL"
3: iam_role_arn must be an ARN, not "mine"
3: lambda_timeout must be a whole number from 1 to 900, not 901
3: reserved_concurrency must be a whole number from 0 to 1048576, not 1e3
3: api_gateway_stage must be a name of letters, digits, - and _, 128 at most, not ""`,
		},
		"tags that are too long": {
			`{"tags": {"a": "` + strings.Repeat("ü", 256) + `",
"b": "` + strings.Repeat("b", 257) + `", "c": "${` + strings.Repeat("c", 300) + `}",
"` + strings.Repeat("d", 129) + `": ""}}`,
			`2: tags.b has a value of 257 characters, 1 more than the 256 that AWS takes
3: tags has a tag whose name has 129 characters, 1 more than the 128 that AWS takes`,
		},
		"tags with other characters": {
			`{"tags": {"Kosten Stelle": "Büro 1_.:/=+-@", "ref": "${x}",
"team": "a,b",
"(x)": ""}, "api_gateway_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:aws:acm:us-east-1:1:certificate/c", "tags": {"a": "b,c"}}}`,
			`2: tags.team has a character that Lambda doesn't take in a tag: there are letters, digits, spaces and _ . : / = + - @
3: tags."(x)" has a character that Lambda doesn't take in a tag: there are letters, digits, spaces and _ . : / = + - @`,
		},
		"blocks that are none": {
			`{"stages": {"dev": 1}, "lambda_functions": {"f": []}}`,
			`1: stages.dev must be an object, the configuration of a stage, not 1
1: lambda_functions.f must be an object, the configuration of a function, not a list`,
		},
		"variables": {
			`{"environment_variables": {"RETRIES": 5, "NONE": null,
"AWS_REGION": "us-east-1", "a-b": "c", "REF": {"Ref": 1}, "TWO": {"Ref": "A", "Fn::Sub": "b"}, "OK": {"Fn::GetAtt": ["A", "B"]}}}`,
			`1: environment_variables.RETRIES is 5, but environment variable values must be strings
1: environment_variables.NONE is null, but environment variable values must be strings
2: environment_variables.AWS_REGION is a variable that Lambda sets itself; choose another name
2: environment_variables.a-b is no name for a variable in Lambda: it must have two characters or more, start with a letter, and have only letters, digits and _
2: environment_variables.REF must be a string, or a CloudFormation intrinsic such as {"Ref": "Table"}
2: environment_variables.TWO must be a string, or a CloudFormation intrinsic such as {"Ref": "Table"}`,
		},
		"what is no intrinsic": {
			`{"layers": {"Ref": "A", "Fn::Sub": "b"}, "subnet_ids": [{"ref": "A"}, {"Fn::Split": [",",
null]}, ["a"]],
"iam_role_arn": {"Ref": ["A"]}, "tags": {"a": {"B": "c"}, "b": {"Fn::Join": ["", [null]]}},
"api_gateway_custom_domain": {"domain_name": {}, "certificate_arn": [{"Ref": "A"}], "url_prefix": {"Fn::If": null}}}`,
			`1: layers must be a list of strings, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object
1: subnet_ids must be a list of strings, but item 1 is an object, which isn't a CloudFormation intrinsic such as {"Ref": "Name"}
2: subnet_ids has a null within its intrinsic, which CloudFormation takes nowhere
2: subnet_ids must be a list of strings, but item 3 is a list
3: iam_role_arn must be an ARN, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object
3: tags.a must be a string, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object
3: tags.b has a null within its intrinsic, which CloudFormation takes nowhere
4: api_gateway_custom_domain.domain_name must be a domain name, such as api.example.com, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object
4: api_gateway_custom_domain.certificate_arn must be an ARN, not a list
4: api_gateway_custom_domain.url_prefix must be one segment of a path, such as v1, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object`,
		},
		"intrinsics where nothing fills them in": {
			`{"app_name": {"Ref": "A"}, "lambda_timeout": {"Ref": "A"}, "xray": {"Ref": "A"}, "lambda_architecture": {"Ref": "A"},
"stack_name": {"Ref": "A"}, "api_gateway_stage": {"Ref": "A"}, "iam_policy_file": {"Ref": "A"}, "log_retention_in_days": {"Ref": "A"}}`,
			`1: app_name must be a name of letters, digits, - and _, not an object
1: lambda_timeout must be a whole number from 1 to 900, not an object
1: xray must be true or false, not an object
1: lambda_architecture must be one of arm64, x86_64, not an object
2: stack_name must be a name of letters, digits and -, 128 at most, that starts with a letter, not an object
2: api_gateway_stage must be a name of letters, digits, - and _, 128 at most, not an object
2: iam_policy_file must be the name of a file, not an object
2: log_retention_in_days must be one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not an object`,
		},
		"expressions for a list that are none": {
			`{"layers": "arn:${x}", "subnet_ids": "${a}${b}", "security_group_ids": "$${a}"}`,
			`1: layers must be a list of strings, not "arn:${x}"
1: subnet_ids must be a list of strings, not "${a}${b}"
1: security_group_ids must be a list of strings, not "$${a}"`,
		},
		"a variable of one letter": {
			`{"environment_variables": {"X": ""}}`,
			`1: environment_variables.X is no name for a variable in Lambda: it must have two characters or more, start with a letter, and have only letters, digits and _`,
		},
		"layers": {
			`{"layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:l"]}`,
			`1: layers must be a list of strings, but item 1 is "arn:aws:lambda:eu-west-1:123456789012:layer:l", which isn't the ARN of a layer's version, such as arn:aws:lambda:us-east-1:123456789012:layer:NAME:1`,
		},
		"domains": {
			`{"api_gateway_custom_domain": {"domain_name": "https://a.test/", "certificate_arn": "arn:c", "url_prefix": "a/b"},
"websocket_api_custom_domain": {"domain_name": "localhost", "certificate_arn": "arn:c", "url_prefix": "a b"}}`,
			`1: api_gateway_custom_domain.domain_name must be a domain name, such as api.example.com, not "https://a.test/"
1: api_gateway_custom_domain.url_prefix must be one segment of a path, such as v1, not "a/b"
2: websocket_api_custom_domain.domain_name must be a domain name, such as api.example.com, not "localhost"
2: websocket_api_custom_domain.url_prefix must be one segment of a path, such as v1, not "a b"`,
		},
		"expressions where nothing fills them in": {
			`{"lambda_architecture": "${X}",
"iam_roles": "${X}", "iam_policy_file": "p-${X}.json",
"api_gateway_endpoint_type": "${Token[TOKEN.1]}", "app_name": "${var.app}"}`,
			`1: lambda_architecture is "${X}", but packaging reads it itself, so that nothing fills that in: write the value
2: iam_roles is "${X}", but packaging reads it itself, so that nothing fills that in: write the value
2: iam_policy_file is "p-${X}.json", but packaging reads it itself, so that nothing fills that in: write the value
3: api_gateway_endpoint_type is "${Token[TOKEN.1]}", but packaging reads it itself, so that nothing fills that in: write the value`,
		},
		"TLS for websockets": {
			`{"websocket_api_custom_domain": {"domain_name": "a.test", "certificate_arn": "arn:c", "tls_version": "TLS_1_0"}}`,
			`1: websocket_api_custom_domain.tls_version must be one of TLS_1_2, not "TLS_1_0"`,
		},
		"a domain without its certificate": {
			`{"api_gateway_custom_domain": {"domain_name": "a.test", "tls_version": "TLS_9", "security_policy": "x"}}`,
			`1: api_gateway_custom_domain.tls_version must be one of TLS_1_0, TLS_1_1, TLS_1_2, not "TLS_9"
1: api_gateway_custom_domain.security_policy is not a key of the configuration
1: api_gateway_custom_domain.certificate_arn is missing`,
		},
		"an endpoint that isn't private": {
			"{\n\"api_gateway_endpoint_vpce\": \"vpce-1\"}",
			`2: api_gateway_endpoint_vpce is only for api_gateway_endpoint_type PRIVATE, but that is EDGE`,
		},
		"a private API with a policy too many": {
			`{"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": "vpce-1", "api_gateway_policy_file": "p.json"}`,
			`1: api_gateway_endpoint_vpce can't be combined with api_gateway_policy_file: the policy would be generated and read from a file`,
		},
		"a private API that nobody may call": {
			`{"stages": {"dev": {"api_gateway_endpoint_type": "PRIVATE", "api_gateway_endpoint_vpce": []}}}`,
			`1: api_gateway_endpoint_type PRIVATE needs api_gateway_endpoint_vpce or api_gateway_policy_file, to say who may call the API`,
		},
		"long values are cut": {
			`{"app_name": "` + strings.Repeat("ä", 100) + `"}`,
			`1: app_name must be a name of letters, digits, - and _, not "` + strings.Repeat("ä", 59) + `…"`,
		},
	})
}

// checkMistakes reads configurations with mistakes.
func checkMistakes(t *testing.T, cases map[string]mistakesCase) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := config.Parse([]byte(tc.file), config.Options{})
			if err == nil {
				t.Fatalf("got no error, want\n%s", tc.want)
			}
			got := strings.ReplaceAll(err.Error(), ".chalice/config.json:", "")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestMistakeHasItsFacts(t *testing.T) {
	_, err := config.Parse([]byte("{\n\"stages\": {\"dev\": {\n\"lambda_timeout\": 0}}}"), config.Options{})
	mistake := (*config.Mistake)(nil)
	if !errors.As(err, &mistake) {
		t.Fatalf("got %v, want a *config.Mistake", err)
	}
	want := &config.Mistake{
		File: config.File, Line: 3, Key: "stages.dev.lambda_timeout", Message: "must be a whole number from 1 to 900, not 0",
	}
	if diff := cmp.Diff(want, mistake); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestOverridesAreChecked(t *testing.T) {
	_, err := config.Parse([]byte(`{"xray": "no"}`), config.Options{Overrides: map[string]any{
		"lambda_timeout": "soon", "version": "2.0",
	}})
	want := `.chalice/config.json:1: xray must be true or false, not "no"
lambda_timeout must be a whole number from 1 to 900, not "soon"
version belongs to the top level, not to a stage`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := config.Parse([]byte(`{}`), config.Options{Overrides: map[string]any{"tags": func() {}}}); err == nil {
		t.Error("overrides that can't be JSON: got no error")
	}
}

// tags returns that many members of an object.
func tags(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf("\"t%d\": \"\"", i)
	}
	return strings.Join(members, ",")
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		file      string
		functions []string
		want      string
	}{
		"half a VPC for all": {
			"{\n\"subnet_ids\": [\"s\"]}", []string{"f", "g"},
			`.chalice/config.json:2: subnet_ids needs security_group_ids beside it: a VPC takes both (function f)`,
		},
		"half a VPC for one": {
			"{\"subnet_ids\": [\"s\"], \"security_group_ids\": [\"g\"],\n\"lambda_functions\": {\"g\": {\"subnet_ids\": []}}}", []string{"f", "g"},
			`.chalice/config.json:1: security_group_ids needs subnet_ids beside it: a VPC takes both (function g)`,
		},
		"halves that make a whole": {
			`{"subnet_ids": ["s"], "lambda_functions": {"f": {"security_group_ids": ["g"]}}}`, []string{"f"}, ``,
		},
		"a role without its ARN": {
			"{\n\"manage_iam_role\": false, \"lambda_functions\": {\"f\": {\"iam_role_arn\": \"arn:r\"}}}", []string{"f", "g", "h"},
			`.chalice/config.json:2: manage_iam_role false needs iam_role_arn beside it, the role to use (function g)`,
		},
		"what an HTTP API can't do": {
			"{\"api_type\": \"http\",\n\"api_gateway_endpoint_type\": \"PRIVATE\",\n\"api_gateway_endpoint_vpce\": \"vpce-1\",\n\"api_gateway_policy_file\": \"p.json\",\n" +
				"\"minimum_compression_size\": 0, \"api_gateway_custom_domain\": {\"domain_name\": \"a.test\", \"certificate_arn\": \"arn:aws:acm:eu-west-1:1:certificate/c\", \"tls_version\": \"TLS_1_0\"}}", nil,
			`.chalice/config.json:2: api_gateway_endpoint_type is PRIVATE, as only a REST API can be: use api_type rest, or leave it out (api_type is http)
.chalice/config.json:3: api_gateway_endpoint_vpce is for a private REST API: use api_type rest, or leave it out (api_type is http)
.chalice/config.json:4: api_gateway_policy_file is a resource policy, which only a REST API has: use api_type rest, or an authorizer on the routes (api_type is http)
.chalice/config.json:5: api_gateway_custom_domain.tls_version is for REST APIs, and HTTP APIs have TLS_1_2 alone: use that, or api_type rest (api_type is http)`,
		},
		"what a function URL can't do": {
			"{\"stages\": {\"dev\": {\"api_type\": \"function_url\",\n\"api_gateway_custom_domain\": {\"domain_name\": \"a.test\", \"certificate_arn\": \"arn:aws:acm:eu-west-1:1:certificate/c\", \"tls_version\": \"TLS_1_0\"},\n\"api_gateway_stage\": \"$default\"}}}", nil,
			`.chalice/config.json:2: api_gateway_custom_domain is for APIs of API Gateway, and a function URL has no other name than its own: use api_type http or rest, or leave it out and give the name to a distribution of CloudFront's in front of the URL (api_type is function_url)
.chalice/config.json:3: api_gateway_stage is $default, the stage of an HTTP API, but api_type is function_url: use letters, digits, - and _, or leave it out`,
		},
		"the stage of an HTTP API without one": {
			`{"api_gateway_stage": "$default"}`, nil,
			`.chalice/config.json:1: api_gateway_stage is $default, the stage of an HTTP API, but api_type is rest: use letters, digits, - and _, or leave it out`,
		},
		"as many tags as there can be": {`{"tags": {` + tags(49) + `}}`, []string{"f"}, ``},
		"one tag too many": {
			"{\n\"tags\": {" + tags(30) + "}, \"lambda_functions\": {\"g\": {\n\"tags\": {\"a\": \"b\"," + tags(49) + "}}}}", []string{"f", "g"},
			`.chalice/config.json:3: tags are 51 with chalice's own, 1 more than the 50 that Lambda takes (function g)`,
		},
		"a misspelt function": {
			"{\"lambda_functions\": {\n\"reszie\": {}}, \"stages\": {\"dev\": {\"lambda_functions\": {\n\"reszie\": {}}}, \"prod\": {\"lambda_functions\": {\"x\": {}}}}}",
			[]string{"api_handler", "resize"},
			`.chalice/config.json:2: lambda_functions.reszie configures a function that the app doesn't have; did you mean resize?
.chalice/config.json:3: stages.dev.lambda_functions.reszie configures a function that the app doesn't have; did you mean resize?`,
		},
		"a function that nothing is like": {
			`{"lambda_functions": {"ghost": {}, "resize": {}}}`, []string{"notify", "resize"},
			`.chalice/config.json:1: lambda_functions.ghost configures a function that the app doesn't have; it has notify, resize`,
		},
		"a function of an app without any": {
			`{"lambda_functions": {"ghost": {}}}`, nil,
			`.chalice/config.json:1: lambda_functions.ghost configures a function that the app doesn't have`,
		},
		"the routes' function of an app without routes": {
			`{"lambda_functions": {"api_handler": {"xray": true}}}`, []string{"resize"}, ``,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := s.Check(tc.functions, nil); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestWhere(t *testing.T) {
	s, err := config.Parse([]byte("{\n\"lambda_timeout\": 5, \"lambda_functions\": {\"f\": {\n\"lambda_timeout\": 6}}}"),
		config.Options{Overrides: map[string]any{"lambda_memory_size": 256}})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		s.Where("", "lambda_timeout"), s.Where("f", "lambda_timeout"), s.Where("f", "tags"), s.Where("f", "lambda_memory_size"),
		config.New("dev").Where("f", "tags"),
	}
	want := []string{".chalice/config.json:2", ".chalice/config.json:3", "", "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
