package review_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// TestSecrets: a value is shown unless it is, or may be, a secret.
func TestSecrets(t *testing.T) {
	const hidden = review.Hidden
	for name, tc := range map[string]struct{ variable, value, want string }{
		"a plain value":                    {"LEVEL", "debug", "debug"},
		"a number":                         {"RETRIES", "3", "3"},
		"a name of a secret":               {"SECRET_NAME", "prod/db", "prod/db"},
		"an ARN of a secret":               {"SECRET_ARN", "arn:aws:secretsmanager:x", "arn:aws:secretsmanager:x"},
		"a password":                       {"DB_PASSWORD", "hunter2", hidden},
		"a password in another spelling":   {"dbPasswd", "hunter2", hidden},
		"a token":                          {"GITHUB_TOKEN", "x", hidden},
		"an API key":                       {"STRIPE_API_KEY", "x", hidden},
		"a key":                            {"STRIPE_KEY", "x", hidden},
		"an access key":                    {"AWS_SECRET_ACCESS_KEY", "x", hidden},
		"a connection string":              {"DATABASE_CONNECTION_STRING", "x", hidden},
		"a DSN":                            {"SENTRY_DSN", "https://x@sentry", hidden},
		"a URL with a password":            {"DATABASE_URL", "postgres://u:p@h/d", hidden},
		"a URL without":                    {"DATABASE_URL", "postgres://h/d", "postgres://h/d"},
		"a private key":                    {"CERT", "-----BEGIN RSA PRIVATE KEY-----\nx", hidden},
		"an access key's id":               {"ID", "AKIAIOSFODNN7EXAMPLE", hidden},
		"a JWT":                            {"X", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", hidden},
		"a token by its form":              {"X", "ghp_0123456789abcdefghijABCDEFGHIJ", hidden},
		"a Slack hook":                     {"X", "https://hooks.slack.com/services/T/B/x", hidden},
		"a switch that is called so":       {"TOKEN_ENABLED", "true", "true"},
		"a dynamic reference":              {"DB_PASSWORD", "{{resolve:secretsmanager:prod/db:SecretString:password}}", "{{resolve:secretsmanager:prod/db:SecretString:password}}"},
		"a dynamic reference in something": {"DB_PASSWORD", "x{{resolve:ssm:a}}", hidden},
	} {
		t.Run(name, func(t *testing.T) {
			env := func(value string) *review.Stack {
				text, err := json.Marshal(map[string]any{"Resources": map[string]any{"F": map[string]any{
					"Type": "AWS::Lambda::Function", "Properties": map[string]any{"Environment": map[string]any{"Variables": map[string]any{tc.variable: value}}},
				}}})
				if err != nil {
					t.Fatal(err)
				}
				return stack(t, string(text))
			}
			rows := reviewed(env("before-"+tc.variable), env(tc.value)).Rows
			if len(rows) != 1 || len(rows[0].Properties) != 1 || rows[0].Properties[0].After != tc.want {
				t.Errorf("got %v, want %s", rowLines(rows), tc.want)
			}
		})
	}
}

// A parameter with NoEcho, in the root and passed to a nested stack, hides
// every value that uses it.
func TestNoEcho(t *testing.T) {
	read := func(prefix string) *review.Stack {
		s, err := review.ReadStack([]review.File{
			{Name: "template.yaml", Data: []byte(`
Parameters: {Word: {Type: String, NoEcho: true, Default: s3cr3t}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {A: !Ref Word, B: !Sub "` + prefix + `-${Word}", C: {nested: [!Ref Word, ` + prefix + `]}}}}}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./part.yaml, Parameters: {P: !Ref Word, Q: s3cr3t}}}
`)},
			{Name: "part.yaml", Data: []byte(`
Parameters: {P: {Type: String}, Q: {Type: String, NoEcho: "true"}}
Resources: {G: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {D: !Sub "` + prefix + `${P}${Q}"}}}}}
`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Parameters = map[string]string{"Word": "s3cr3t"}
		return s
	}
	r := reviewed(read("x"), read("y"))
	want := []string{
		"changed F", "  Environment.Variables.B: (not shown) -> (not shown)", "  Environment.Variables.C.nested: x -> y",
		"changed N/G", "  Environment.Variables.D: (not shown) -> (not shown)",
	}
	if diff := cmp.Diff(want, rowLines(r.Rows)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestAnotherSecret: the review says that a parameter with NoEcho changes, and
// shows neither value.
func TestAnotherSecret(t *testing.T) {
	with := func(value, other string) *review.Stack {
		s := stack(t, `
Parameters: {Word: {Type: String, NoEcho: true}}
Resources: {F: {Type: AWS::Lambda::Function, Properties: {Timeout: 1, Environment: {Variables: {A: !Ref Word, B: `+other+`}}, Layers: [!Sub "x${Word}"]}}}
`)
		s.Parameters = map[string]string{"Word": value}
		return s
	}
	if r := reviewed(with("****", "b"), with("****", "b")); !r.Empty() {
		t.Errorf("got %v", rowLines(r.Rows))
	}
	want := []string{"changed F", "  Environment.Variables.A: (not shown) -> (not shown)", `  Layers: ["(not shown)"] -> ["(not shown)"]`}
	if diff := cmp.Diff(want, rowLines(reviewed(with("****", "b"), with("hunter2", "b")).Rows)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	want = slices.Insert(want, 2, "  Environment.Variables.B: b -> c")
	if diff := cmp.Diff(want, rowLines(reviewed(with("****", "b"), with("hunter2", "c")).Rows)); diff != "" {
		t.Errorf("beside another difference: want -, got +\n%s", diff)
	}
}

// TestNothingIsPrinted: a secret anywhere in two templates and a change set is
// neither in a review nor in a comparison.
func TestNothingIsPrinted(t *testing.T) {
	const secret = "s3cr3t-value"
	places := func(n int) string {
		return fmt.Sprintf(`
F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {DB_PASSWORD: "%[1]s%[2]d", U: "https://u:%[1]s%[2]d@h"}}}}
D: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: "%[1]s%[2]d"}}
S: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: '{"a": "%[1]s%[2]d"}'}}
T: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: c, Environment: [{Name: API_TOKEN, Value: "%[1]s%[2]d"}]}]}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: x.amazonaws.com, EventSourceToken: "%[1]s%[2]d"}}
R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: "111122223333"}, Action: sts:AssumeRole, Condition: {StringEquals: {sts:ExternalId: "%[1]s%[2]d"}}}}}}
A: {Type: AWS::Amplify::App, Properties: {OauthToken: "%[1]s%[2]d", BasicAuthConfig: {Password: "%[1]s%[2]d"}}}
`, secret, n)
	}
	before, after := resources(t, places(1)), resources(t, places(2))
	changes := review.Compare(before, after)
	if len(changes) != 7 {
		t.Fatalf("got %d changes", len(changes))
	}
	resolved := review.PropertyChange{
		Attribute: "Properties", Name: "Environment", Path: "/Properties/Environment/Variables",
		Before: `{"API_KEY": "` + secret + `1", "X": 1}`, After: `{"API_KEY": "` + secret + `2", "X": 2}`,
	}
	other := resources(t, "F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {PLAIN: '{{resolve:ssm:p}}'}}}}")
	dynamic := review.PropertyChange{Attribute: "Properties", Name: "Environment", Path: "/Properties/Environment/Variables/PLAIN", Before: secret + "1", After: secret + "2"}
	for name, r := range map[string]any{
		"compared": changes,
		"reviewed": reviewed(before, after),
		"first":    reviewed(nil, after),
		"a change set": review.Of(review.Input{Before: other, After: other, Changes: []review.Change{
			{Action: review.Modify, LogicalID: "F", Type: "AWS::Lambda::Function", Properties: []review.PropertyChange{resolved, dynamic}},
			{Action: review.Modify, LogicalID: "Unknown", Type: "AWS::Lambda::Function", Properties: []review.PropertyChange{resolved}},
		}}),
	} {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), secret) {
			t.Errorf("%s: the secret is in %s", name, text)
		}
	}
}
