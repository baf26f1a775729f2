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
		needs(action("dynamodb:GetItem"), action("s3:GetObject", c), action("s3:PutObject", b)),
	)
	n.Actions[1].PassedTo = []string{"lambda.amazonaws.com"}
	statements, _ := n.Statements(nil, policy.StatementOptions{Except: []string{"dynamodb:GetItem"}})
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
