package arn_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

func constant(s string) arn.Name { return arn.Name{{Kind: arn.Constant, Text: s}} }
func variable(s string) arn.Name { return arn.Name{{Kind: arn.Variable, Text: s}} }

func target(service, field, typ string, name arn.Name) arn.Target {
	return arn.Target{Service: service, Field: field, Types: strings.Split(typ, ","), Name: name}
}

// allowed returns what targets stand for, without conditions.
func allowed(m *arn.Maker, targets ...arn.Target) (resources []arn.Resource, why string) {
	scopes, why := m.Scopes(targets)
	for _, s := range scopes {
		resources = append(resources, s.Resources...)
	}
	return resources, why
}

func asJSON(t *testing.T, resources []arn.Resource) []string {
	t.Helper()
	var all []string
	for _, r := range resources {
		data, err := json.Marshal(r.CloudFormation())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
	return all
}

// TestResources shows what ARN each kind of name gives.
func TestResources(t *testing.T) {
	env := map[string]any{
		"NAME": "orders", "ACCOUNT": "210987654321", "EMPTY": "", "TOKEN": "${Token[TOKEN.1]}", "ARNTOKEN": "arn:${Token[TOKEN.2]}", "ARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
		"URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
		"REF": map[string]any{"Ref": "Thing"}, "GETATT": map[string]any{"Fn::GetAtt": []any{"Thing", "Arn"}}, "KEYID": map[string]any{"Fn::GetAtt": []any{"Thing", "KeyId"}},
		"SUBURL":   map[string]any{"Fn::Sub": "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/jobs"},
		"SUB":      map[string]any{"Fn::Sub": "a-${AWS::AccountId}-${Thing}"},
		"SUBLABEL": map[string]any{"Fn::Sub": "/a/${Thing}:2"}, "SUBARN": map[string]any{"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:1:parameter/${Thing}"},
		"SUBTOKEN": map[string]any{"Fn::Sub": "a-${Token[TOKEN.1]}"},
		"IMPORT":   map[string]any{"Fn::ImportValue": "thing"},
	}
	sub := func(s string) string { return `{"Fn::Sub":"` + s + `"}` }
	statement := func(n arn.Name) arn.Target {
		return target("dynamodb", "Statement", "dynamodb:table,dynamodb:index", n)
	}
	with := func(s, value string) string { return `{"Fn::Sub":["` + s + `",{"Value1":` + value + `}]}` }
	for name, tc := range map[string]struct {
		target arn.Target
		want   []string // as JSON; none means any
	}{
		"a bucket":                     {target("s3", "Bucket", "s3:bucket", constant("b")), []string{sub("arn:${AWS::Partition}:s3:::b")}},
		"a bucket's objects":           {target("s3", "Bucket", "s3:object", constant("b")), []string{sub("arn:${AWS::Partition}:s3:::b/*")}},
		"an access point":              {target("s3", "Bucket", "s3:object", constant("arn:aws:s3:us-east-1:1:accesspoint/a")), []string{`"arn:aws:s3:us-east-1:1:accesspoint/a/object/*"`}},
		"a bucket by Ref":              {target("s3", "Bucket", "s3:object", variable("REF")), []string{with("arn:${AWS::Partition}:s3:::${Value1}/*", `{"Ref":"Thing"}`)}},
		"a bucket's ARN":               {target("s3", "Bucket", "s3:object", variable("GETATT")), []string{with("${Value1}/*", `{"Fn::GetAtt":["Thing","Arn"]}`)}},
		"a token":                      {target("s3", "Bucket", "s3:bucket", variable("TOKEN")), []string{with("arn:${AWS::Partition}:s3:::${Value1}", `"${Token[TOKEN.1]}"`)}},
		"an ARN's token":               {target("s3", "Bucket", "s3:object", variable("ARNTOKEN")), []string{with("${Value1}/*", `"arn:${Token[TOKEN.2]}"`)}},
		"a URI's bucket":               {target("athena", "OutputLocation", "s3:object", constant("s3://results/daily/")), []string{sub("arn:${AWS::Partition}:s3:::results/*")}},
		"a URI of a bucket":            {target("athena", "OutputLocation", "s3:bucket", constant("s3://results")), []string{sub("arn:${AWS::Partition}:s3:::results")}},
		"a URI with a variable":        {target("athena", "OutputLocation", "s3:bucket", arn.Name{{Text: "s3://"}, {Kind: arn.Variable, Text: "REF"}, {Text: "/daily"}}), []string{with("arn:${AWS::Partition}:s3:::${Value1}", `{"Ref":"Thing"}`)}},
		"a URI without a bucket":       {target("athena", "OutputLocation", "s3:bucket", constant("s3:///daily")), nil},
		"a URI that is a reference":    {target("athena", "OutputLocation", "s3:bucket", variable("REF")), nil},
		"a place that isn't in S3":     {target("transcribe", "MediaFileUri", "s3:object", constant("https://example.com/a")), nil},
		"a place that is an ARN":       {target("iot", "LogDestination", "s3:bucket", constant("arn:aws:s3:::logs")), []string{`"arn:aws:s3:::logs"`}},
		"a copy's source":              {target("s3", "CopySource", "s3:object", constant("from/a/key")), []string{sub("arn:${AWS::Partition}:s3:::from/*")}},
		"a table and indexes":          {target("dynamodb", "TableName", "dynamodb:table,dynamodb:index", variable("NAME")), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"), sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders/index/*")}},
		"a table's ARN":                {target("dynamodb", "TableName", "dynamodb:table", variable("ARN")), []string{`"arn:aws:dynamodb:eu-west-1:123456789012:table/orders"`}},
		"a prefix":                     {target("dynamodb", "TableName", "dynamodb:table", arn.Name{{Text: "a-"}, {Kind: arn.Anything}}), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/a-*")}},
		"not configured":               {target("dynamodb", "TableName", "dynamodb:table", variable("MISSING")), nil},
		"configured as empty":          {target("dynamodb", "TableName", "dynamodb:table", variable("EMPTY")), nil},
		"a queue's URL":                {target("sqs", "QueueUrl", "sqs:queue", variable("URL")), []string{sub("arn:${AWS::Partition}:sqs:eu-west-1:123456789012:jobs")}},
		"a queue's URL by Sub":         {target("sqs", "QueueUrl", "sqs:queue", variable("SUBURL")), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs")}},
		"a queue's URL in parts":       {target("sqs", "QueueUrl", "sqs:queue", arn.Name{{Kind: arn.Anything}, {Text: "/123456789012/jobs"}}), []string{sub("arn:${AWS::Partition}:sqs:*:*:jobs")}},
		"a queue's URL at an endpoint": {target("sqs", "QueueUrl", "sqs:queue", constant("https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/jobs")), []string{sub("arn:${AWS::Partition}:sqs:*:123456789012:jobs")}},
		"a queue by name":              {target("sqs", "QueueUrl", "sqs:queue", constant("jobs")), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs")}},
		"a bucket by Sub":              {target("s3", "Bucket", "s3:object", variable("SUB")), []string{with("arn:${AWS::Partition}:s3:::a-${AWS::AccountId}-${Value1}/*", `{"Ref":"Thing"}`)}},
		"a token within Sub":           {target("s3", "Bucket", "s3:bucket", variable("SUBTOKEN")), []string{with("arn:${AWS::Partition}:s3:::${Value1}", `{"Fn::Sub":"a-${Token[TOKEN.1]}"}`)}},
		"a queue by Ref":               {target("sqs", "QueueUrl", "sqs:queue", variable("REF")), []string{with("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Value1}", `{"Fn::Select":[4,{"Fn::Split":["/",{"Ref":"Thing"}]}]}`)}},
		"a queue's ARN":                {target("sqs", "QueueUrl", "sqs:queue", variable("GETATT")), []string{`{"Fn::GetAtt":["Thing","Arn"]}`}},
		"a topic":                      {target("sns", "TopicArn", "sns:topic", constant("arn:aws:sns:eu-west-1:1:t")), []string{`"arn:aws:sns:eu-west-1:1:t"`}},
		"a topic by import":            {target("sns", "TopicArn", "sns:topic", variable("IMPORT")), []string{`{"Fn::ImportValue":"thing"}`}},
		"a topic's name":               {target("sns", "TopicArn", "sns:topic", constant("news")), nil},
		"a secret":                     {target("secretsmanager", "SecretId", "secretsmanager:secret", constant("db")), []string{sub("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:db-??????")}},
		"a secret by Ref":              {target("secretsmanager", "SecretId", "secretsmanager:secret", variable("REF")), nil},
		"a parameter":                  {target("ssm", "Name", "ssm:parameter", constant("/a/b:2")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/b")}},
		"parameters of a path":         {target("ssm", "Path", "ssm:parameter", constant("/a/")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/*")}},
		"a parameter's label":          {target("ssm", "Name", "ssm:parameter", arn.Name{{Kind: arn.Variable, Text: "NAME"}, {Text: ":live"}}), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/orders")}},
		"a label behind a Ref":         {target("ssm", "Name", "ssm:parameter", arn.Name{{Kind: arn.Variable, Text: "REF"}, {Text: ":live"}}), []string{with("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Value1}", `{"Ref":"Thing"}`), with("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Value1}", `{"Ref":"Thing"}`)}},
		"a label in a Sub":             {target("ssm", "Name", "ssm:parameter", variable("SUBLABEL")), []string{with("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/${Value1}", `{"Ref":"Thing"}`)}},
		"a parameter's ARN":            {target("ssm", "Name", "ssm:parameter", constant("arn:aws:ssm:eu-west-1:1:parameter/a/b:2")), []string{`"arn:aws:ssm:eu-west-1:1:parameter/a/b"`}},
		"a label behind an attribute":  {target("ssm", "Name", "ssm:parameter", arn.Name{{Kind: arn.Variable, Text: "SUBARN"}, {Text: ":live"}}), []string{with("arn:${AWS::Partition}:ssm:${AWS::Region}:1:parameter/${Value1}", `{"Ref":"Thing"}`)}},
		"a public parameter":           {target("ssm", "Name", "ssm:parameter", constant("/aws/service/ecs/image:3")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service/ecs/image")}},
		"public parameters":            {target("ssm", "Path", "ssm:parameter", constant("/aws/service")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service/*")}},
		"perhaps a public parameter":   {target("ssm", "Name", "ssm:parameter", arn.Name{{Text: "/aws/"}, {Kind: arn.Anything}}), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/aws/*"), sub("arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/*")}},
		"a name like a public one":     {target("ssm", "Name", "ssm:parameter", constant("/aws/services")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/aws/services")}},
		"a secret's parameter":         {target("ssm", "Name", "ssm:parameter", constant("/aws/reference/secretsmanager/db")), []string{sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/aws/reference/secretsmanager/db")}},
		"the secret of a parameter":    {target("ssm", "Name", "secretsmanager:secret", constant("/aws/reference/secretsmanager/app/db:AWSPREVIOUS")), []string{sub("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:app/db-??????")}},
		"some secret of a parameter":   {target("ssm", "Name", "secretsmanager:secret", arn.Name{{Text: "/aws/reference/secretsmanager/"}, {Kind: arn.Variable, Text: "REF"}}), []string{sub("arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*")}},
		"a directory bucket":           {target("s3", "Bucket", "s3express:bucket", constant("b--usw2-az1--x-s3")), []string{sub("arn:${AWS::Partition}:s3express:${AWS::Region}:${AWS::AccountId}:bucket/b--usw2-az1--x-s3")}},
		"its access point":             {target("s3", "Bucket", "s3express:accesspoint", constant("b--usw2-az1--xa-s3")), []string{sub("arn:${AWS::Partition}:s3express:${AWS::Region}:${AWS::AccountId}:accesspoint/b--usw2-az1--xa-s3")}},
		"an access point's alias":      {target("s3", "Bucket", "s3:object", constant("a-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias")), nil},
		"an escaped source":            {target("s3", "CopySource", "s3:object", constant("from%2Fa%2Fkey")), []string{sub("arn:${AWS::Partition}:s3:::from/*")}},
		"a copy of a directory's":      {target("s3", "CopySource", "s3express:bucket", constant("b--usw2-az1--x-s3/k")), []string{sub("arn:${AWS::Partition}:s3express:${AWS::Region}:${AWS::AccountId}:bucket/b--usw2-az1--x-s3")}},
		"a copy from an access point":  {target("s3", "CopySource", "s3:object", constant("arn:aws:s3:us-east-1:1:accesspoint/a/object/k/l")), []string{`"arn:aws:s3:us-east-1:1:accesspoint/a/object/*"`}},
		"a function":                   {target("lambda", "FunctionName", "lambda:function", constant("f")), []string{sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f")}},
		"a key's alias":                {target("kms", "KeyId", "kms:key", constant("alias/k")), []string{sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*")}},
		"an alias's ARN":               {target("kms", "KeyId", "kms:key", constant("arn:aws:kms:eu-west-1:1:alias/k")), []string{`"arn:aws:kms:eu-west-1:1:key/*"`}},
		"a key":                        {target("kms", "KeyId", "kms:key", constant("arn:aws:kms:eu-west-1:1:key/k")), []string{`"arn:aws:kms:eu-west-1:1:key/k"`}},
		"a key's id":                   {target("kms", "KeyId", "kms:key", constant("1234abcd-12ab-34cd-56ef-1234567890ab")), []string{sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab")}},
		"a key's id by attribute":      {target("kms", "KeyId", "kms:key", variable("KEYID")), []string{with("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Value1}", `{"Fn::GetAtt":["Thing","KeyId"]}`)}},
		"a key or an alias by Ref":     {target("kms", "KeyId", "kms:key", variable("REF")), nil},
		"perhaps an alias":             {target("kms", "KeyId", "kms:key", arn.Name{{Text: "al"}, {Kind: arn.Anything}}), nil},
		"the start of a key's id":      {target("kms", "KeyId", "kms:key", arn.Name{{Text: "mrk-"}, {Kind: arn.Anything}}), []string{sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/mrk-*")}},
		"a log group":                  {target("cloudwatchlogs", "LogGroupName", "logs:log-group", constant("/app")), []string{sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app"), sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app:*")}},
		"a stream":                     {target("kinesis", "StreamName", "kinesis:stream", constant("s")), []string{sub("arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/s")}},
		"a topic that is made":         {target("sns", "Name", "sns:topic", constant("news")), []string{sub("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:news")}},
		"a topic that is made by Ref":  {target("sns", "Name", "sns:topic", variable("REF")), []string{with("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Value1}", `{"Ref":"Thing"}`)}},
		"a topic of an output":         {target("sns", "TopicArn", "sns:topic", constant("news").OfType("sns:topic", nil)), []string{sub("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:news")}},
		"a configured one":             {target("sns", "TopicArn", "sns:topic", variable("REF").OfType("sns:topic", nil)), []string{with("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Value1}", `{"Ref":"Thing"}`)}},
		"a state machine that is made": {target("sfn", "Name", "states:statemachine", constant("m")), []string{sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:m")}},
		"a state machine of an output": {target("sfn", "StateMachineArn", "states:statemachine", constant("m").OfType("states:statemachine", nil)), []string{sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:m")}},
		"a queue of another account":   {target("sqs", "QueueName", "sqs:queue", constant("jobs").OfType("sqs:queue", constant("123456789012"))), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:123456789012:jobs")}},
		"a queue of some account":      {target("sqs", "QueueUrl", "sqs:queue", constant("jobs").OfType("sqs:queue", arn.Name{{Kind: arn.Anything}})), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:*:jobs")}},
		"of a configured account":      {target("sqs", "QueueUrl", "sqs:queue", variable("NAME").OfType("sqs:queue", variable("ACCOUNT"))), []string{sub("arn:${AWS::Partition}:sqs:${AWS::Region}:210987654321:orders")}},
		"an ARN of a type":             {target("sns", "TopicArn", "sns:topic", constant("arn:aws:sns:eu-west-1:1:t").OfType("sns:topic", nil)), []string{`"arn:aws:sns:eu-west-1:1:t"`}},
		"a key's alias's own ARN":      {target("kms", "AliasName", "kms:alias", constant("alias/k")), []string{sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/k")}},
		"a schedule":                   {target("scheduler", "Name", "scheduler:schedule", constant("s").Within(constant("g"))), []string{sub("arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/g/s")}},
		"a schedule of some group":     {target("scheduler", "Name", "scheduler:schedule", constant("s").Within(arn.Name{{Kind: arn.Anything}})), []string{sub("arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/*/s")}},
		"a group":                      {target("scheduler", "Name", "scheduler:schedule-group", constant("g")), []string{sub("arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/g")}},
		"a rule of the default bus":    {target("eventbridge", "Name", "events:rule-on-default-event-bus", constant("r").Within(constant("default"))), []string{sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/r")}},
		"a rule of a bus":              {target("eventbridge", "Name", "events:rule-on-custom-event-bus", constant("r").Within(constant("b"))), []string{sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/b/r")}},
		"a rule of a bus by Ref":       {target("eventbridge", "Name", "events:rule-on-custom-event-bus", constant("r").Within(variable("REF"))), []string{with("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${Value1}/r", `{"Ref":"Thing"}`)}},
		"a rule of a bus by attribute": {target("eventbridge", "Name", "events:rule-on-custom-event-bus", constant("r").Within(variable("GETATT"))), nil},
		"a rule of some bus":           {target("eventbridge", "Name", "events:rule-on-custom-event-bus", constant("r").Within(arn.Name{{Kind: arn.Anything}})), []string{sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*/r"), sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/r")}},
		"a rule of a bus's ARN":        {target("eventbridge", "Rule", "events:rule-on-custom-event-bus", constant("r").Within(constant("arn:aws:events:eu-west-1:1:event-bus/b"))), []string{`"arn:aws:events:eu-west-1:1:rule/b/r"`}},
		"a rule of the default's ARN":  {target("eventbridge", "Rule", "events:rule-on-custom-event-bus", constant("r").Within(constant("arn:aws:events:eu-west-1:1:event-bus/default"))), []string{`"arn:aws:events:eu-west-1:1:rule/r"`}},
		"a destination of logs":        {target("cloudwatchlogs", "DestinationArn", "logs:destination", constant("arn:aws:logs:eu-west-1:1:destination:d")), []string{`"arn:aws:logs:eu-west-1:1:destination:d"`}},
		"a destination by name":        {target("cloudwatchlogs", "DestinationName", "logs:destination", constant("d")), []string{sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:destination:d")}},
		"a destination elsewhere":      {target("cloudwatchlogs", "DestinationArn", "logs:destination,kinesis:stream", constant("arn:aws:kinesis:eu-west-1:1:stream/s")), []string{`"arn:aws:kinesis:eu-west-1:1:stream/s"`}},
		"a log group's ARN":            {target("cloudwatchlogs", "LogGroupIdentifier", "logs:log-group", constant("arn:aws:logs:eu-west-1:1:log-group:/app:*")), []string{`"arn:aws:logs:eu-west-1:1:log-group:/app"`, `"arn:aws:logs:eu-west-1:1:log-group:/app:*"`}},
		"another account's function":   {target("lambda", "FunctionName", "lambda:function", constant("123456789012:function:f")), []string{sub("arn:${AWS::Partition}:lambda:${AWS::Region}:123456789012:function:f")}},
		"a function and its version":   {target("lambda", "FunctionName", "lambda:function", constant("f:live")), []string{sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f:live")}},
		"a statement's table":          {statement(constant(`SELECT * FROM "orders" WHERE id = ?`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"without quotes":               {statement(constant("select id from orders where a = 'from x'")), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"a statement's index":          {statement(constant(`SELECT * FROM "orders"."by-day" WHERE day = ?`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders/index/by-day")}},
		"an index without quotes":      {statement(constant(`SELECT * FROM orders.byDay`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders/index/byDay")}},
		"an insertion":                 {statement(constant(`INSERT INTO "orders" VALUE {'id': ?}`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"an update":                    {statement(constant("UPDATE orders\n SET a = 1")), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"a deletion":                   {statement(constant(`DELETE FROM "orders" WHERE id = ?`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"a check":                      {statement(constant(`EXISTS(SELECT * FROM "orders" WHERE id = ?)`)), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"a statement with a variable":  {statement(arn.Name{{Text: `SELECT * FROM "`}, {Kind: arn.Variable, Text: "NAME"}, {Text: `" WHERE id = ?`}}), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders")}},
		"a statement with a Ref":       {statement(arn.Name{{Text: `SELECT * FROM "`}, {Kind: arn.Variable, Text: "REF"}, {Text: `"."i-`}, {Kind: arn.Variable, Text: "REF"}, {Text: `" WHERE id = ?`}}), []string{`{"Fn::Sub":["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Value1}/index/i-${Value2}",{"Value1":{"Ref":"Thing"},"Value2":{"Ref":"Thing"}}]}`}},
		"the start of a table":         {statement(arn.Name{{Text: `SELECT * FROM "or`}, {Kind: arn.Anything}}), []string{sub("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/or*")}},
		"a statement of some table":    {statement(arn.Name{{Text: `SELECT * FROM "`}, {Kind: arn.Anything}}), nil},
		"the start of a statement":     {statement(arn.Name{{Text: `SELECT `}, {Kind: arn.Anything}}), nil},
		"another statement":            {statement(constant("DROP TABLE orders")), nil},
		"a table by its ARN":           {statement(constant(`SELECT * FROM "arn:aws:dynamodb:eu-west-1:1:table/orders"."i"`)), []string{`"arn:aws:dynamodb:eu-west-1:1:table/orders/index/i"`}},
		"an index of another service":  {target("kendra", "IndexId", "kendra:index", constant("i")), nil},
		"a bus":                        {target("eventbridge", "EventBusName", "events:event-bus", constant("default")), []string{sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default")}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.target.Name = tc.target.Name.Configure(env)
			resources, why := allowed(&arn.Maker{}, tc.target)
			if got := why != ""; got != (tc.want == nil) {
				t.Errorf("why: %q", why)
			}
			if diff := cmp.Diff(tc.want, asJSON(t, resources)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnyRegion has a program that sets a region of its own.
func TestAnyRegion(t *testing.T) {
	stream := target("kinesis", "StreamName", "kinesis:stream", constant("s"))
	resources, _ := allowed(&arn.Maker{AnyRegion: true}, stream)
	want := []string{`{"Fn::Sub":"arn:${AWS::Partition}:kinesis:*:${AWS::AccountId}:stream/s"}`}
	if diff := cmp.Diff(want, asJSON(t, resources)); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	resources, _ = allowed(&arn.Maker{AnyRegion: true}, target("sns", "TopicArn", "sns:topic", constant("t").OfType("sns:topic", nil)))
	want = []string{`{"Fn::Sub":"arn:${AWS::Partition}:sns:*:${AWS::AccountId}:t"}`}
	if diff := cmp.Diff(want, asJSON(t, resources)); diff != "" {
		t.Errorf("resources of an output (-want +got):\n%s", diff)
	}
}

// TestUnknown says which of several targets keeps an action from being limited.
func TestUnknown(t *testing.T) {
	_, why := allowed(&arn.Maker{}, target("s3", "Bucket", "s3:bucket", constant("b")), target("s3", "Bucket", "s3:bucket", variable("BUCKET")))
	if want := "the environment variable BUCKET isn't configured"; why != want {
		t.Errorf("got %q, want %q", why, want)
	}
}

// TestUses has names that decide which actions are needed.
func TestUses(t *testing.T) {
	anything := arn.NamePart{Kind: arn.Anything}
	for name, tc := range map[string]struct {
		action string
		target arn.Target
		want   []string // with the types that they are for
	}{
		"a bucket":                 {"s3:GetObject", target("s3", "Bucket", "s3:object", constant("b")), []string{"s3:GetObject s3:object"}},
		"a directory bucket":       {"s3:GetObject", target("s3", "Bucket", "s3:object", constant("b--use1-az4--x-s3")), []string{"s3express:CreateSession s3express:bucket"}},
		"a policy of one":          {"s3:GetBucketPolicy", target("s3", "Bucket", "s3:bucket", constant("b--use1-az4--x-s3")), []string{"s3express:GetBucketPolicy s3express:bucket"}},
		"an access point of one":   {"s3:PutObject", target("s3", "Bucket", "s3:object", constant("b--use1-az4--xa-s3")), []string{"s3express:CreateSession s3express:accesspoint"}},
		"one that is configured":   {"s3:GetObject", target("s3", "Bucket", "s3:object", variable("DIRECTORY")), []string{"s3express:CreateSession s3express:bucket"}},
		"one by Sub":               {"s3:GetObject", target("s3", "Bucket", "s3:object", variable("SUB")), []string{"s3express:CreateSession s3express:bucket"}},
		"one with a variable":      {"s3:GetObject", target("s3", "Bucket", "s3:object", arn.Name{{Kind: arn.Variable, Text: "X"}, {Text: "--x-s3"}}), []string{"s3express:CreateSession s3express:bucket"}},
		"not configured":           {"s3:GetObject", target("s3", "Bucket", "s3:object", variable("X")), []string{"s3:GetObject s3:object"}},
		"a copy from one":          {"s3:GetObject", target("s3", "CopySource", "s3:object", constant("/b--use1-az4--x-s3/k")), []string{"s3express:CreateSession s3express:bucket"}},
		"a session with one":       {"s3express:CreateSession", target("s3", "Bucket", "s3express:bucket", constant("b--use1-az4--xa-s3")), []string{"s3express:CreateSession s3express:accesspoint"}},
		"a role for S3":            {"iam:PassRole", target("s3", "Role", "iam:role", constant("r--x-s3")), []string{"iam:PassRole iam:role"}},
		"a copy":                   {"s3:GetObject", target("s3", "CopySource", "s3:object", constant("b/k")), []string{"s3:GetObject s3:object"}},
		"a copy of a version":      {"s3:GetObject", target("s3", "CopySource", "s3:object", constant("b/k?versionId=1")), []string{"s3:GetObject s3:object", "s3:GetObjectVersion s3:object"}},
		"a configured version":     {"s3:GetObject", target("s3", "CopySource", "s3:object", variable("VERSION")), []string{"s3:GetObject s3:object", "s3:GetObjectVersion s3:object"}},
		"a parameter":              {"ssm:GetParameter", target("ssm", "Name", "ssm:parameter", constant("/a")), []string{"ssm:GetParameter ssm:parameter"}},
		"a secret's":               {"ssm:GetParameters", target("ssm", "Names", "ssm:parameter", constant("/aws/reference/secretsmanager/s")), []string{"ssm:GetParameters ssm:parameter", "secretsmanager:GetSecretValue secretsmanager:secret"}},
		"a configured secret's":    {"ssm:GetParameter", target("ssm", "Name", "ssm:parameter", variable("SECRET")), []string{"ssm:GetParameter ssm:parameter", "secretsmanager:GetSecretValue secretsmanager:secret"}},
		"perhaps a secret's":       {"ssm:GetParameter", target("ssm", "Name", "ssm:parameter", arn.Name{{Text: "/aws/"}, anything}), []string{"ssm:GetParameter ssm:parameter", "secretsmanager:GetSecretValue secretsmanager:secret"}},
		"hardly a secret's":        {"ssm:GetParameter", target("ssm", "Name", "ssm:parameter", arn.Name{{Text: "/"}, anything}), []string{"ssm:GetParameter ssm:parameter"}},
		"a path":                   {"ssm:GetParametersByPath", target("ssm", "Path", "ssm:parameter", constant("/aws/reference/secretsmanager/")), []string{"ssm:GetParametersByPath ssm:parameter"}},
		"a statement's action":     {"dynamodb:PartiQLSelect", target("dynamodb", "Statement", "dynamodb:table", constant("select * from t")), []string{"dynamodb:PartiQLSelect dynamodb:table"}},
		"not a statement's action": {"dynamodb:PartiQLDelete", target("dynamodb", "Statement", "dynamodb:table", constant("select * from t")), nil},
		"a statement of any verb":  {"dynamodb:PartiQLDelete", target("dynamodb", "Statement", "dynamodb:table", constant("EXISTS(SELECT * FROM t)")), []string{"dynamodb:PartiQLDelete dynamodb:table"}},
		"of another service's API": {"kinesis:PutRecord", target("kinesis", "StreamName", "kinesis:stream", constant("a--x-s3")), []string{"kinesis:PutRecord kinesis:stream"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.target.Name = tc.target.Name.Configure(map[string]any{
				"DIRECTORY": "b--use1-az4--x-s3", "VERSION": "b/k?versionId=1", "SECRET": "/aws/reference/secretsmanager/s",
				"SUB": map[string]any{"Fn::Sub": "${AWS::StackName}--use1-az4--x-s3"},
			})
			var got []string
			for _, u := range arn.Uses(tc.action, tc.target) {
				got = append(got, u.Action+" "+strings.Join(u.Target.Types, ","))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("uses (-want +got):\n%s", diff)
			}
		})
	}
}

// TestConditions has names of keys that no ARN in a policy can have.
func TestConditions(t *testing.T) {
	m := &arn.Maker{}
	own, other := `{"Fn::Sub":"arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"}`, `"arn:aws:kms:eu-west-1:1:key/*"`
	k := target("kms", "KeyId", "kms:key", constant("alias/k"))
	for name, tc := range map[string]struct {
		targets []arn.Target
		want    []string
	}{
		"an alias": {[]arn.Target{k}, []string{own + ` {"StringEquals":{"kms:RequestAlias":"alias/k"}}`}},
		"two aliases": {
			[]arn.Target{target("kms", "KeyId", "kms:key", constant("alias/z")), k, k},
			[]string{own + ` {"StringEquals":{"kms:RequestAlias":["alias/k","alias/z"]}}`},
		},
		"an alias of another account": {
			[]arn.Target{k, target("kms", "KeyId", "kms:key", constant("arn:aws:kms:eu-west-1:1:alias/o"))},
			[]string{own + ` {"StringEquals":{"kms:RequestAlias":"alias/k"}}`, other + ` {"StringEquals":{"kms:RequestAlias":"alias/o"}}`},
		},
		"an alias and a key": {
			[]arn.Target{k, target("kms", "KeyId", "kms:key", constant("arn:aws:kms:eu-west-1:1:key/k"))},
			[]string{`"arn:aws:kms:eu-west-1:1:key/k" null`, own + ` {"StringEquals":{"kms:RequestAlias":"alias/k"}}`},
		},
		"the start of an alias": {
			[]arn.Target{target("kms", "KeyId", "kms:key", arn.Name{{Text: "alias/a-"}, {Kind: arn.Anything}})},
			[]string{own + ` {"StringLike":{"kms:RequestAlias":"alias/a-*"}}`},
		},
		"an alias by Sub": {
			[]arn.Target{target("kms", "KeyId", "kms:key", variable("SUB"))},
			[]string{own + ` {"StringEquals":{"kms:RequestAlias":{"Fn::Sub":["alias/${Value1}",{"Value1":{"Ref":"AWS::StackName"}}]}}}`},
		},
		"a key that another service uses": {
			[]arn.Target{target("s3", "SSEKMSKeyId", "kms:key", constant("alias/k"))},
			[]string{own + ` {"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/k"}}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range tc.targets {
				tc.targets[i].Name = tc.targets[i].Name.Configure(map[string]any{"SUB": map[string]any{"Fn::Sub": "alias/${AWS::StackName}"}})
			}
			scopes, why := m.Scopes(tc.targets)
			var got []string
			for _, s := range scopes {
				condition, err := json.Marshal(s.Condition.CloudFormation())
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.Join(asJSON(t, s.Resources), " ")+" "+string(condition))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || why != "" {
				t.Errorf("scopes (-want +got):\n%s%s", diff, why)
			}
		})
	}
}

// TestStatements has one statement for what is allowed on the same resources.
func TestStatements(t *testing.T) {
	b, anyResource := []arn.Resource{{{Text: "arn:aws:s3:::b"}}}, []arn.Resource{arn.AnyResource()}
	var got []string
	for _, s := range arn.Statements([]arn.Grant{
		{Action: "s3:PutObject", Scope: arn.Scope{Resources: b}},
		{Action: "iam:PassRole", Scope: arn.Scope{Resources: anyResource, Condition: arn.PassedTo([]string{"ecs.amazonaws.com", "lambda.amazonaws.com"})}},
		{Action: "s3:GetObject", Scope: arn.Scope{Resources: b}},
		{Action: "s3:ListAllMyBuckets", Scope: arn.Scope{Resources: anyResource}},
	}) {
		data, err := json.Marshal(s.CloudFormation())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(data))
	}
	want := []string{
		`{"Action":["iam:PassRole"],"Condition":{"StringEquals":{"iam:PassedToService":["ecs.amazonaws.com","lambda.amazonaws.com"]}},"Effect":"Allow","Resource":["*"],"Sid":"IAMWrite"}`,
		`{"Action":["s3:ListAllMyBuckets"],"Effect":"Allow","Resource":["*"],"Sid":"S3Read"}`,
		`{"Action":["s3:PutObject","s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::b"],"Sid":"S3ReadWrite"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
}
