package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/config"
)

func TestSettingsOfFunctions(t *testing.T) {
	const key, other = "arn:aws:kms:eu-west-1:123456789012:key/1", "arn:aws:kms:eu-west-1:123456789012:alias/a"
	s, err := config.Parse([]byte(`{
		"ephemeral_storage": 512, "kms_key_arn": "`+key+`", "recursive_loop": "terminate", "ipv6": false, "function_name": "{app}-{function}",
		"lambda_functions": {"g": {"ephemeral_storage": 10240, "kms_key_arn": "`+other+`", "recursive_loop": "allow", "ipv6": true, "function_name": "g"}}
	}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for function, want := range map[string]config.Function{
		"f": {EphemeralStorage: 512, KMSKeyARN: config.Value{Text: key}, RecursiveLoop: config.TerminateLoops, IPv6: new(false), NamePattern: "{app}-{function}"},
		"g": {EphemeralStorage: 10240, KMSKeyARN: config.Value{Text: other}, RecursiveLoop: config.AllowLoops, IPv6: new(true), NamePattern: "g"},
	} {
		f := s.Function(function)
		got := config.Function{EphemeralStorage: f.EphemeralStorage, KMSKeyARN: config.Value{Text: f.KMSKeyARN.Text}, RecursiveLoop: f.RecursiveLoop, IPv6: f.IPv6, NamePattern: f.NamePattern}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(config.Value{})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", function, diff)
		}
	}
	none, err := config.Parse([]byte(`{}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f := none.Function("f"); f.EphemeralStorage != 0 || !f.KMSKeyARN.IsZero() || f.RecursiveLoop != "" || f.IPv6 != nil || f.NamePattern != "" {
		t.Errorf("what isn't configured is %+v, want nothing", f)
	}
}

func TestMistakesInSettingsOfFunctions(t *testing.T) {
	checkMistakes(t, map[string]mistakesCase{
		"out of range": {
			`{"ephemeral_storage": 511,
"lambda_functions": {"f": {"ephemeral_storage": 10241}}}`,
			`1: ephemeral_storage must be a whole number from 512 to 10240, not 511
2: lambda_functions.f.ephemeral_storage must be a whole number from 512 to 10240, not 10241`,
		},
		"keys that are none": {
			`{"kms_key_arn": "alias/a",
"lambda_functions": {"f": {"kms_key_arn": "arn:aws:s3:::bucket"}, "g": {"kms_key_arn": {"ref": "Key"}}}}`,
			`1: kms_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/ID, not "alias/a"
2: lambda_functions.f.kms_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/ID, not "arn:aws:s3:::bucket"
2: lambda_functions.g.kms_key_arn must be the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/ID, or a CloudFormation intrinsic such as {"Ref": "Name"}, not an object`,
		},
		"loops in other words": {
			`{"recursive_loop": "Allow", "ipv6": "yes"}`,
			`1: recursive_loop must be one of allow, terminate, not "Allow"
1: ipv6 must be true or false, not "yes"`,
		},
		"names": {
			`{"function_name": "my function",
"lambda_functions": {"f": {"function_name": "{app}-{name}"}, "g": {"function_name": ""}, "h": {"function_name": "${var.x}"}, "i": {"function_name": {"Ref": "Name"}}}}`,
			`1: function_name must be letters, digits, - and _, with {app}, {stage} and {function} for their names, not "my function"
2: lambda_functions.f.function_name must be letters, digits, - and _, with {app}, {stage} and {function} for their names, not "{app}-{name}"
2: lambda_functions.g.function_name must be letters, digits, - and _, with {app}, {stage} and {function} for their names, not ""
2: lambda_functions.h.function_name is "${var.x}", but packaging reads it itself, so that nothing fills that in: write the value
2: lambda_functions.i.function_name must be letters, digits, - and _, with {app}, {stage} and {function} for their names, not an object`,
		},
		"a container": {
			`{"stages": {"dev": {"container": {"image": "x"},
"lambda_functions": {"f": {"container": true}}}}}`,
			`1: stages.dev.container has no meaning in Go: a function is one static program in a zip, which needs no image and starts faster than one; remove the key
2: stages.dev.lambda_functions.f.container has no meaning in Go: a function is one static program in a zip, which needs no image and starts faster than one; remove the key`,
		},
	})
}

// TestIPv6NeedsAVPC: what is said to all functions may be for those in a VPC.
func TestIPv6NeedsAVPC(t *testing.T) {
	const vpc = `"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]`
	for name, tc := range map[string]struct{ file, want string }{
		"in a VPC":               {`{"ipv6": true, ` + vpc + `}`, ""},
		"in one by an intrinsic": {`{"ipv6": true, "subnet_ids": {"Ref": "Subnets"}, "security_group_ids": {"Ref": "Groups"}}`, ""},
		"only one function":      {`{"ipv6": true, "lambda_functions": {"g": {` + vpc + `}}}`, ""},
		"not wanted":             {`{"ipv6": false}`, ""},
		"none": {
			"{\n\"ipv6\": true}",
			".chalice/config.json:2: ipv6 is for functions in a VPC, and needs subnet_ids beside it: others reach IPv6 addresses not at all; give it subnets, or leave it out (function f)",
		},
		"another function": {
			"{\"lambda_functions\": {\"g\": {" + vpc + "},\n\"f\": {\"ipv6\": true}}}",
			".chalice/config.json:2: ipv6 is for functions in a VPC, and needs subnet_ids beside it: others reach IPv6 addresses not at all; give it subnets, or leave it out (function f)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := s.Check([]string{"f", "g"}, nil); err != nil {
				got = err.Error()
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestFunctionNames(t *testing.T) {
	for name, tc := range map[string]struct{ file, function, want string }{
		"by itself":                   {`{}`, "f", "model-dev-f"},
		"of the routes":               {`{}`, "api_handler", "model-dev"},
		"of a configured app":         {`{"app_name": "shop"}`, "f", "shop-dev-f"},
		"a pattern":                   {`{"app_name": "shop", "function_name": "{stage}_{app}_{function}_{stage}"}`, "f", "dev_shop_f_dev"},
		"the model's":                 {`{"function_name": "{app}-{function}"}`, "api_handler", "model-api_handler"},
		"a function's own":            {`{"function_name": "{app}", "lambda_functions": {"f": {"function_name": "mine"}}}`, "f", "mine"},
		"a placeholder within a name": {`{"app_name": "shop", "function_name": "{function}-{app}"}`, "{stage}", "{stage}-shop"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := s.FunctionName("model", tc.function); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestNamesThatLambdaRefuses: the placeholders decide whether a name is one.
func TestNamesThatLambdaRefuses(t *testing.T) {
	long := strings.Repeat("x", 60)
	for name, tc := range map[string]struct{ file, stage, want string }{
		"good": {`{"function_name": "{app}-{stage}-{function}"}`, "dev", ""},
		"one name for two": {
			"{\n\"function_name\": \"{app}-{stage}\"}", "dev",
			"2: function_name gives the name model-dev to function f, too: put {function} into it, or give each its own (function g)",
		},
		"two patterns, one name": {
			"{\"lambda_functions\": {\"f\": {\"function_name\": \"{app}-x\"},\n\"g\": {\"function_name\": \"model-x\"}}}", "dev",
			"2: function_name gives the name model-x to function f, too: put {function} into it, or give each its own (function g)",
		},
		"as long as can be": {`{"app_name": "` + long + `", "function_name": "{app}-{function}-x"}`, "dev", ""},
		"too long": {
			`{"app_name": "` + long + `", "lambda_functions": {"f": {"function_name": "{app}-{stage}-{function}"}}}`, "prod",
			"1: function_name gives the name " + long + "-prod-f, of 67 characters, 3 more than the 64 that Lambda takes: write something shorter, perhaps in place of a {placeholder} (function f)",
		},
		"a stage with a dot": {
			`{"function_name": "{app}-{function}-{stage}"}`, "v1.2",
			"1: function_name gives the name model-f-v1.2, but Lambda takes letters, digits, - and _: write the text itself in place of the {placeholder} that has another character (function f)",
		},
		"what Terraform fills in": {`{"app_name": "${var.app}.x", "function_name": "{app}-{function}"}`, "dev", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Parse([]byte(tc.file), config.Options{Stage: tc.stage})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := s.CheckNames("model", []string{"f", "g"}); err != nil {
				got = strings.TrimPrefix(err.Error(), ".chalice/config.json:")
				if mistake := (*config.Mistake)(nil); !errors.As(err, &mistake) {
					t.Errorf("%v is no *config.Mistake", err)
				}
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
