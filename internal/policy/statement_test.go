package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/arn"
)

func constant(s string) arn.Name { return arn.Name{{Kind: arn.Constant, Text: s}} }
func variable(s string) arn.Name { return arn.Name{{Kind: arn.Variable, Text: s}} }

func target(service, field, typ string, name arn.Name) arn.Target {
	return arn.Target{Service: service, Field: field, Types: strings.Split(typ, ","), Name: name}
}

func needs(actions ...policy.Action) *policy.Needs { return &policy.Needs{Actions: actions} }

func action(name string, targets ...arn.Target) policy.Action {
	return policy.Action{Name: name, Targets: targets}
}

func resourcesJSON(t *testing.T, s arn.Statement) []string {
	t.Helper()
	var all []string
	for _, r := range s.Resources {
		data, err := json.Marshal(r.CloudFormation())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
	return all
}

func TestStatements(t *testing.T) {
	b, c := target("s3", "Bucket", "s3:object", constant("b")), target("s3", "Bucket", "s3:object", constant("c"))
	n := policy.Union(
		needs(
			action("iam:PassRole", target("lambda", "Role", "iam:role", constant("arn:aws:iam::1:role/r"))),
			action("s3:GetObject", b), action("s3:ListAllMyBuckets"), action("s3:PutObject", b),
		),
		needs(action("s3:GetObject", c), action("s3:PutObject", b)),
	)
	n.Actions[0].PassedTo = []string{"lambda.amazonaws.com"}
	statements, _ := n.Statements(nil, policy.StatementOptions{})
	var got []string
	for _, s := range statements {
		data, err := json.Marshal(s.CloudFormation())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(data))
	}
	want := []string{
		`{"Action":["iam:PassRole"],"Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}},"Effect":"Allow","Resource":["arn:aws:iam::1:role/r"],"Sid":"IAMWrite"}`,
		`{"Action":["s3:GetObject"],"Effect":"Allow","Resource":[{"Fn::Sub":"arn:${AWS::Partition}:s3:::b/*"},{"Fn::Sub":"arn:${AWS::Partition}:s3:::c/*"}],"Sid":"S3Read"}`,
		`{"Action":["s3:ListAllMyBuckets"],"Effect":"Allow","Resource":["*"],"Sid":"S3Read2"}`,
		`{"Action":["s3:PutObject"],"Effect":"Allow","Resource":[{"Fn::Sub":"arn:${AWS::Partition}:s3:::b/*"}],"Sid":"S3Write"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
}

// TestOwnConnections has the right to post to connections left out where the caller has
// a statement for the app's own API, and nobody else posts.
func TestOwnConnections(t *testing.T) {
	own := policy.Reason{Operation: "apigatewaymanagementapi.PostToConnection", File: "main.go", Line: 1, Connections: true}
	other := policy.Reason{Operation: "apigatewaymanagementapi.PostToConnection", File: "main.go", Line: 2}
	for name, tc := range map[string]struct {
		reasons []policy.Reason
		own     bool
		want    int
	}{
		"package websocket":               {[]policy.Reason{own}, true, 0},
		"the SDK's client":                {[]policy.Reason{other}, true, 1},
		"both":                            {[]policy.Reason{own, other}, true, 1},
		"an app without a websocket":      {[]policy.Reason{own}, false, 1},
		"a need of which nobody says why": {nil, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			n := needs(policy.Action{Name: "execute-api:ManageConnections", Reasons: tc.reasons})
			if statements, _ := n.Statements(nil, policy.StatementOptions{OwnConnections: tc.own}); len(statements) != tc.want {
				t.Errorf("%d statements, want %d", len(statements), tc.want)
			}
		})
	}
}

func TestAnyRegion(t *testing.T) {
	n := needs(action("kinesis:PutRecord", target("kinesis", "StreamName", "kinesis:stream", constant("s"))))
	n.AnyRegion = true
	statements, _ := n.Statements(nil, policy.StatementOptions{})
	if got, want := resourcesJSON(t, statements[0])[0], `{"Fn::Sub":"arn:${AWS::Partition}:kinesis:*:${AWS::AccountId}:stream/s"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestConfigure merges functions whose variables have different values.
func TestConfigure(t *testing.T) {
	n := needs(action("dynamodb:GetItem", target("dynamodb", "TableName", "dynamodb:table", variable("TABLE"))))
	union := policy.Union(n.Configure(map[string]any{"TABLE": "a"}), n.Configure(map[string]any{"TABLE": map[string]any{"Ref": "B"}}))
	statements, warnings := union.Statements(nil, policy.StatementOptions{})
	want := []string{
		`{"Fn::Sub":"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/a"}`,
		`{"Fn::Sub":["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Value1}",{"Value1":{"Ref":"B"}}]}`,
	}
	if diff := cmp.Diff(want, resourcesJSON(t, statements[0])); diff != "" || len(warnings) > 0 {
		t.Errorf("resources (-want +got):\n%s\n%v", diff, warnings)
	}
}

// TestPassedTo has functions that pass roles to services, one of which isn't known.
func TestPassedTo(t *testing.T) {
	pass := func(services ...string) *policy.Needs {
		return needs(policy.Action{Name: "iam:PassRole", PassedTo: services})
	}
	for name, tc := range map[string]struct {
		of   []*policy.Needs
		want []string
	}{
		"the same":     {[]*policy.Needs{pass("a"), pass("a")}, []string{"a"}},
		"several":      {[]*policy.Needs{pass("b"), pass("a")}, []string{"a", "b"}},
		"any":          {[]*policy.Needs{pass("a"), pass()}, nil},
		"any at first": {[]*policy.Needs{pass(), pass("a")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, policy.Union(tc.of...).Actions[0].PassedTo); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
		})
	}
}

// TestConfiguredNames has names that ask for other actions once they are configured, in
// a role that two functions share. A call that names something keeps its own reasons.
func TestConfiguredNames(t *testing.T) {
	at := func(line int, targets ...arn.Target) policy.Reason {
		return policy.Reason{Operation: "s3.GetObject", File: "main.go", Line: line, Targets: targets}
	}
	bucket, open := target("s3", "Bucket", "s3:object", variable("BUCKET")), at(3)
	open.Open = "a reason"
	n := needs(
		policy.Action{Name: "kms:Encrypt", Targets: []arn.Target{target("kms", "KeyId", "kms:key", variable("KEY"))}},
		policy.Action{Name: "s3:GetObject", Reasons: []policy.Reason{at(2, bucket), open}},
		policy.Action{Name: "ssm:GetParameter", Targets: []arn.Target{target("ssm", "Name", "ssm:parameter", variable("NAME"))}},
	)
	union := policy.Union(
		n.Configure(map[string]any{"NAME": "/aws/reference/secretsmanager/db", "KEY": "alias/a", "BUCKET": "b--use1-az4--x-s3"}),
		n.Configure(map[string]any{"NAME": "/own", "KEY": "alias/b", "BUCKET": "plain"}),
	)
	statements, _ := union.Statements(nil, policy.StatementOptions{})
	var got []string
	for _, s := range statements {
		got = append(got, strings.Join(s.Actions, " ")+" "+strings.Join(resourcesJSON(t, s), " ")+" "+s.Condition.String())
	}
	want := []string{
		`kms:Encrypt {"Fn::Sub":"arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"} kms:RequestAlias is alias/a or alias/b`,
		`s3:GetObject "*" `,
		`s3express:CreateSession {"Fn::Sub":"arn:${AWS::Partition}:s3express:${AWS::Region}:${AWS::AccountId}:bucket/b--use1-az4--x-s3"} `,
		`secretsmanager:GetSecretValue {"Fn::Sub":"arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:db-??????"} `,
		`ssm:GetParameter {"Fn::Sub":"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/aws/reference/secretsmanager/db"} {"Fn::Sub":"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/own"} `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	for _, a := range union.Actions {
		if a.Name == "s3express:CreateSession" && (len(a.Reasons) != 1 || a.Reasons[0].Line != 2) {
			t.Errorf("the session is for %+v", a.Reasons)
		}
	}
}
