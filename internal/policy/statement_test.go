package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy"
)

func constant(s string) policy.Name { return policy.Name{{Kind: policy.Constant, Text: s}} }
func variable(s string) policy.Name { return policy.Name{{Kind: policy.Variable, Text: s}} }

func target(service, field, typ string, name policy.Name) policy.Target {
	return policy.Target{Service: service, Field: field, Types: strings.Split(typ, ","), Name: name}
}

func needs(actions ...policy.Action) *policy.Needs { return &policy.Needs{Actions: actions} }

func action(name string, targets ...policy.Target) policy.Action {
	return policy.Action{Name: name, Targets: targets}
}

// TestResources shows what ARN each kind of name gives.
func TestResources(t *testing.T) {
	env := map[string]any{
		"NAME": "orders", "EMPTY": "", "TOKEN": "${Token[TOKEN.1]}", "ARNTOKEN": "arn:${Token[TOKEN.2]}", "ARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
		"URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
		"REF": map[string]any{"Ref": "Thing"}, "GETATT": map[string]any{"Fn::GetAtt": []any{"Thing", "Arn"}},
		"SUBURL":   map[string]any{"Fn::Sub": "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/jobs"},
		"SUB":      map[string]any{"Fn::Sub": "a-${AWS::AccountId}-${Thing}"},
		"SUBTOKEN": map[string]any{"Fn::Sub": "a-${Token[TOKEN.1]}"},
		"IMPORT":   map[string]any{"Fn::ImportValue": "thing"},
	}
	sub := func(s string) string { return `{"Fn::Sub":"` + s + `"}` }
	with := func(s, value string) string { return `{"Fn::Sub":["` + s + `",{"Value1":` + value + `}]}` }
	for name, tc := range map[string]struct {
		action string
		target policy.Target
		want   []string // as JSON; none means any, with a warning
	}{
		"a bucket":                     {"s3:ListBucket", target("s3", "Bucket", "bucket", constant("b")), []string{sub("arn:${AWS::Partition}:s3:::b")}},
		"a bucket's objects":           {"s3:GetObject", target("s3", "Bucket", "object", constant("b")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"an access point":              {"s3:GetObject", target("s3", "Bucket", "object", constant("arn:aws:s3:us-east-1:1:accesspoint/a")), []string{`"arn:aws:s3:us-east-1:1:accesspoint/a/object/*"`}},
		"a bucket by Ref":              {"s3:GetObject", target("s3", "Bucket", "object", variable("REF")), []string{with("arn:${AWS::Partition}:s3:::${Value1}/*", `{"Ref":"Thing"}`)}},
		"a bucket's ARN":               {"s3:GetObject", target("s3", "Bucket", "object", variable("GETATT")), []string{with("${Value1}/*", `{"Fn::GetAtt":["Thing","Arn"]}`)}},
		"a token":                      {"s3:ListBucket", target("s3", "Bucket", "bucket", variable("TOKEN")), []string{with("arn:${AWS::Partition}:s3:::${Value1}", `"${Token[TOKEN.1]}"`)}},
		"an ARN's token":               {"s3:GetObject", target("s3", "Bucket", "object", variable("ARNTOKEN")), []string{with("${Value1}/*", `"arn:${Token[TOKEN.2]}"`)}},
		"a copy's source":              {"s3:GetObject", target("s3", "CopySource", "object", constant("from/a/key")), []string{sub("arn:${AWS::Partition}:s3:::from/*")}},
		"a table and indexes":          {"dynamodb:Query", target("dynamodb", "TableName", "table,index", variable("NAME")), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"), sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders/index/*")}},
		"a table's ARN":                {"dynamodb:GetItem", target("dynamodb", "TableName", "table", variable("ARN")), []string{`"arn:aws:dynamodb:eu-west-1:123456789012:table/orders"`}},
		"a prefix":                     {"dynamodb:GetItem", target("dynamodb", "TableName", "table", policy.Name{{Text: "a-"}, {Kind: policy.Anything}}), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/a-*")}},
		"not configured":               {"dynamodb:GetItem", target("dynamodb", "TableName", "table", variable("MISSING")), nil},
		"configured as empty":          {"dynamodb:GetItem", target("dynamodb", "TableName", "table", variable("EMPTY")), nil},
		"a queue's URL":                {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", variable("URL")), []string{sub("arn:${AWS::Partition}:sqs:eu-west-1:123456789012:jobs")}},
		"a queue's URL by Sub":         {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", variable("SUBURL")), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs")}},
		"a queue's URL in parts":       {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", policy.Name{{Kind: policy.Anything}, {Text: "/123456789012/jobs"}}), []string{sub("arn:${AWS::Partition}:sqs:*:*:jobs")}},
		"a queue's URL at an endpoint": {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", constant("https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/jobs")), []string{sub("arn:${AWS::Partition}:sqs:*:123456789012:jobs")}},
		"a queue by name":              {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", constant("jobs")), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs")}},
		"a bucket by Sub":              {"s3:GetObject", target("s3", "Bucket", "object", variable("SUB")), []string{with("arn:${AWS::Partition}:s3:::a-${AWS::AccountId}-${Value1}/*", `{"Ref":"Thing"}`)}},
		"a token within Sub":           {"s3:ListBucket", target("s3", "Bucket", "bucket", variable("SUBTOKEN")), []string{with("arn:${AWS::Partition}:s3:::${Value1}", `{"Fn::Sub":"a-${Token[TOKEN.1]}"}`)}},
		"a queue by Ref":               {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", variable("REF")), []string{with("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Value1}", `{"Fn::Select":[4,{"Fn::Split":["/",{"Ref":"Thing"}]}]}`)}},
		"a queue's ARN":                {"sqs:SendMessage", target("sqs", "QueueUrl", "queue", variable("GETATT")), []string{`{"Fn::GetAtt":["Thing","Arn"]}`}},
		"a topic":                      {"sns:Publish", target("sns", "TopicArn", "topic", constant("arn:aws:sns:eu-west-1:1:t")), []string{`"arn:aws:sns:eu-west-1:1:t"`}},
		"a topic by import":            {"sns:Publish", target("sns", "TopicArn", "topic", variable("IMPORT")), []string{`{"Fn::ImportValue":"thing"}`}},
		"a topic's name":               {"sns:Publish", target("sns", "TopicArn", "topic", constant("news")), nil},
		"a secret":                     {"secretsmanager:GetSecretValue", target("secretsmanager", "SecretId", "secret", constant("db")), []string{sub("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:db-??????")}},
		"a secret by Ref":              {"secretsmanager:GetSecretValue", target("secretsmanager", "SecretId", "secret", variable("REF")), nil},
		"a parameter":                  {"ssm:GetParameter", target("ssm", "Name", "parameter", constant("/a/b:2")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/b")}},
		"parameters of a path":         {"ssm:GetParametersByPath", target("ssm", "Path", "parameter", constant("/a/")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/*")}},
		"a function":                   {"lambda:InvokeFunction", target("lambda", "FunctionName", "function", constant("f")), []string{sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f")}},
		"a key's alias":                {"kms:Decrypt", target("kms", "KeyId", "key", constant("alias/k")), nil},
		"a key":                        {"kms:Decrypt", target("kms", "KeyId", "key", constant("arn:aws:kms:eu-west-1:1:key/k")), []string{`"arn:aws:kms:eu-west-1:1:key/k"`}},
		"a log group":                  {"logs:FilterLogEvents", target("cloudwatchlogs", "LogGroupName", "log-group", constant("/app")), []string{sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app"), sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app:*")}},
		"a stream":                     {"kinesis:PutRecord", target("kinesis", "StreamName", "stream", constant("s")), []string{sub("arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/s")}},
		"a bus":                        {"events:PutEvents", target("eventbridge", "EventBusName", "event-bus", constant("default")), []string{sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default")}},
		"nothing known":                {"dynamodb:GetItem", policy.Target{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a := action(tc.action)
			if tc.target.Service != "" {
				a = action(tc.action, tc.target)
			}
			statements, warnings := needs(a).Statements(env, policy.StatementOptions{})
			if len(statements) != 1 {
				t.Fatalf("got %d statements", len(statements))
			}
			want := tc.want
			if want == nil {
				want = []string{`"*"`}
			}
			if diff := cmp.Diff(want, resourcesJSON(t, statements[0])); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			if got := len(warnings) > 0; got != (tc.want == nil) {
				t.Errorf("warnings: %v", warnings)
			}
		})
	}
}

func resourcesJSON(t *testing.T, s policy.Statement) []string {
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
	b, c := target("s3", "Bucket", "object", constant("b")), target("s3", "Bucket", "object", constant("c"))
	n := policy.Union(
		needs(
			action("iam:PassRole", target("lambda", "Role", "role", constant("arn:aws:iam::1:role/r"))),
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
	n := needs(action("kinesis:PutRecord", target("kinesis", "StreamName", "stream", constant("s"))))
	n.AnyRegion = true
	statements, _ := n.Statements(nil, policy.StatementOptions{})
	if got, want := resourcesJSON(t, statements[0])[0], `{"Fn::Sub":"arn:${AWS::Partition}:kinesis:*:${AWS::AccountId}:stream/s"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestConfigure merges functions whose variables have different values.
func TestConfigure(t *testing.T) {
	n := needs(action("dynamodb:GetItem", target("dynamodb", "TableName", "table", variable("TABLE"))))
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
