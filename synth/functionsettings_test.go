package synth_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestKeyOfTheEnvironment: a role may decrypt what is there to decrypt, with the
// functions' own keys and no other.
func TestKeyOfTheEnvironment(t *testing.T) {
	const (
		key       = `"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/a"`
		variables = `"environment_variables": {"TABLE": "things"}`
		statement = `{"Action":["kms:Decrypt"],"Effect":"Allow","Resource":"arn:aws:kms:eu-west-1:123456789012:key/a","Sid":"EnvironmentKey"}`
	)
	for name, tc := range map[string]struct {
		file string
		want string // of the policy; empty: nothing of KMS
	}{
		"no key":       {`{` + variables + `}`, ""},
		"no variables": {`{` + key + `}`, ""},
		"a key":        {`{` + variables + `,` + key + `}`, statement},
		"one function's alone": {
			`{` + variables + `,"lambda_functions": {"websocket_message": {` + key + `}}}`, statement,
		},
		"a policy of the user's own": {`{"autogen_policy": false,` + variables + `,` + key + `}`, ""},
		"a role of the user's own":   {`{"manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:role/r",` + variables + `,` + key + `}`, ""},
		"an alias": {
			`{` + variables + `,"kms_key_arn": "arn:aws-cn:kms:cn-north-1:123456789012:alias/team/a"}`,
			`{"Action":["kms:Decrypt"],"Condition":{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/team/a"}},"Effect":"Allow","Resource":"arn:aws-cn:kms:cn-north-1:123456789012:key/*","Sid":"EnvironmentKey"}`,
		},
		"an intrinsic": {
			`{` + variables + `,"kms_key_arn": {"Fn::GetAtt": ["Key", "Arn"]}}`,
			`{"Action":["kms:Decrypt"],"Effect":"Allow","Resource":{"Fn::GetAtt":["Key","Arn"]},"Sid":"EnvironmentKey"}`,
		},
		"an alias in a text": {
			`{` + variables + `,"kms_key_arn": {"Fn::Sub": "arn:aws:kms:${AWS::Region}:123456789012:alias/a"}}`,
			`"Condition":{"ForAnyValue:StringEquals":{"kms:ResourceAliases":{"Fn::Select":[5,{"Fn::Split":[":",{"Fn::Sub":"arn:aws:kms:${AWS::Region}:123456789012:alias/a"}]}]}}}`,
		},
		"two keys": {
			`{` + variables + `,` + key + `,"lambda_functions": {"websocket_message": {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/b"}}}`,
			`{"Action":["kms:Decrypt"],"Effect":"Allow","Resource":["arn:aws:kms:eu-west-1:123456789012:key/a","arn:aws:kms:eu-west-1:123456789012:key/b"],"Sid":"EnvironmentKey"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			stage, err := config.Parse([]byte(tc.file), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			in := valueInput(stage)
			in.Files = map[string][]byte{".chalice/policy-dev.json": []byte(`{"Version": "2012-10-17", "Statement": []}`)}
			template := render(t, in, "cloudformation")
			template.Merge(parsedPart(t, valueTemplate))
			data, err := template.JSON()
			if err != nil {
				t.Fatal(err)
			}
			got := spelled(lookup(decoded(t, data), "Resources", "cloudformation"))
			if named := strings.Contains(got, "KmsKeyArn"); named && name == "no variables" {
				t.Errorf("a function has a key that encrypts nothing: %s", got)
			}
			if n := strings.Count(got, "kms:Decrypt"); (n > 0) != (tc.want != "") || !strings.Contains(got, tc.want) {
				t.Errorf("got %d statements of KMS in %s\nwant %s", n, got, tc.want)
			}
		})
	}
}

// TestKeysOfTerraform: policies name keys alone, also where the key of an alias is meant.
func TestKeysOfTerraform(t *testing.T) {
	for key, want := range map[string]string{
		"${aws_kms_key.a.arn}":              "${aws_kms_key.a.arn}",
		"${aws_kms_alias.a.arn}":            "${aws_kms_alias.a.target_key_arn}",
		"${data.aws_kms_alias.arn.arn}":     "${data.aws_kms_alias.arn.target_key_arn}",
		"${aws_kms_alias.a[0].arn}":         "${aws_kms_alias.a[0].target_key_arn}",
		"${aws_kms_alias.a.target_key_arn}": "${aws_kms_alias.a.target_key_arn}",
		"${aws_kms_key.a.key_id}":           "",
		"${aws_kms_alias.a.name}":           "",
	} {
		t.Run(key, func(t *testing.T) {
			quoted, _ := json.Marshal(key)
			stage, err := config.Parse([]byte(`{"environment_variables": {"TABLE": "things"}, "kms_key_arn": `+string(quoted)+`}`), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			graph, err := synth.Build(valueInput(stage))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = synth.Terraform(graph); want == "" {
				if err == nil || !strings.Contains(err.Error(), "kms_key_arn is "+key+", but takes the ARN of a key") {
					t.Errorf("got %v", err)
				}
				return
			}
			var policy struct{ Statement []struct{ Resource any } }
			text, _ := lookup(valueRendered(t, stage, "terraform", ""), "resource.aws_iam_role_policy.default-role.policy", "terraform").(string)
			if err := json.Unmarshal([]byte(text), &policy); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if got := policy.Statement[0].Resource; got != want {
				t.Errorf("a key is %v, not %s", got, want)
			}
		})
	}
}

// TestKeysAreForTheirFunctions: with roles of their own, functions may use their own keys.
func TestKeysAreForTheirFunctions(t *testing.T) {
	stage, err := config.Parse([]byte(`{"iam_roles": "per_function", "environment_variables": {"TABLE": "things"},
		"lambda_functions": {"websocket_message": {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/b"}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := valueRendered(t, stage, "sam", "")
	for id, want := range map[string]bool{"WebsocketMessageRole": true, "ApiHandlerRole": false} {
		if role := spelled(lookup(got, "Resources."+id, "sam")); strings.Contains(role, "kms:Decrypt") != want {
			t.Errorf("%s is %s; may it decrypt: want %v", id, role, want)
		}
	}
}

// TestNamesOfTerraform: a name that is configured can be the one that another function
// has without one, which CloudFormation doesn't give it.
func TestNamesOfTerraform(t *testing.T) {
	stage, err := config.Parse([]byte(`{"lambda_functions": {"b": {"function_name": "demo-dev-a"}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := synth.Input{Stage: stage, Version: "1.0.0", Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
		{Name: "a", Kind: app.LambdaKind}, {Name: "b", Kind: app.LambdaKind},
	}}}
	graph := build(t, in)
	if _, err := synth.CloudFormation(graph, synth.Code{}); err != nil {
		t.Error(err)
	}
	const want = "the functions a and b would both have the name demo-dev-a in AWS: change function_name of one of them, or rename it"
	if _, err := synth.Terraform(graph); err == nil || err.Error() != want {
		t.Errorf("got %v; want %s", err, want)
	}
}

// TestNamesAreChecked: what Lambda would refuse of a name is a mistake before anything
// is made.
func TestNamesAreChecked(t *testing.T) {
	stage, err := config.Parse([]byte("{\n\"function_name\": \"{app}\"}"), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = ".chalice/config.json:2: function_name gives the name demo to function api_handler, too: put {function} into it, or give each its own (function websocket_message)"
	if _, err := synth.Build(valueInput(stage)); err == nil || err.Error() != want {
		t.Errorf("got %v; want %s", err, want)
	}
}

// TestOwnLogByName: a function that gets the events of its own log group is found under
// the name that the configuration gives it.
func TestOwnLogByName(t *testing.T) {
	stage, err := config.Parse([]byte(`{"function_name": "acme-{function}"}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for group, circle := range map[string]bool{"/aws/lambda/acme-watch": true, "/aws/lambda/demo-dev-watch": false} {
		_, err := synth.Build(synth.Input{Stage: stage, Version: "1.0.0", Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
			{Name: "watch", Kind: app.LogsKind, Logs: &app.LogsModel{Group: group}},
		}}})
		if circle != (err != nil && strings.Contains(err.Error(), "gets what it logs itself")) {
			t.Errorf("%s: got %v; is it its own: %v", group, err, circle)
		}
	}
}
