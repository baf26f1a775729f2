package standin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/standin"
)

// types are those of the template that the cases refer to.
var types = map[string]string{
	"Jobs": "AWS::SQS::Queue", "News": "AWS::SNS::Topic", "Clicks": "AWS::Kinesis::Stream", "Orders": "AWS::DynamoDB::Table",
	"Uploads": "AWS::S3::Bucket", "Pool": "AWS::Cognito::UserPool", "Env": "String", "Machine": "AWS::StepFunctions::StateMachine",
}

func typeOf(id string) string { return types[id] }

func decode(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestText shows what a program sees, with N for what tells stand-ins apart.
func TestText(t *testing.T) {
	const name, inside, token, arnToken = "chalice-standin-N", "chalice-standin-in-N", "${Token[chalice.N]}", "arn:${Token[chalice.arn-N]}"
	const here = ":us-standin-1:731057731057:"
	for value, want := range map[string]string{
		`{"Ref": "Jobs"}`:                                                          "https://sqs.us-standin-1.amazonaws.com/731057731057/" + inside,
		`{"Fn::GetAtt": ["Jobs", "QueueUrl"]}`:                                     "https://sqs.us-standin-1.amazonaws.com/731057731057/" + inside,
		`{"Fn::GetAtt": ["Jobs", "Arn"]}`:                                          "arn:aws:sqs" + here + inside,
		`{"Fn::GetAtt": "Jobs.Arn"}`:                                               "arn:aws:sqs" + here + inside,
		`{"Fn::GetAtt": ["Jobs", "QueueName"]}`:                                    name,
		`{"Ref": "News"}`:                                                          "arn:aws:sns" + here + inside,
		`{"Fn::Sub": "${News}"}`:                                                   "arn:aws:sns" + here + inside,
		`{"Fn::GetAtt": ["News", "TopicName"]}`:                                    name,
		`{"Ref": "Clicks"}`:                                                        name,
		`{"Fn::GetAtt": ["Clicks", "Arn"]}`:                                        "arn:aws:kinesis" + here + "stream/" + inside,
		`{"Ref": "Orders"}`:                                                        name,
		`{"Fn::GetAtt": ["Orders", "Arn"]}`:                                        "arn:aws:dynamodb" + here + "table/" + inside,
		`{"Fn::GetAtt": ["Orders", "StreamArn"]}`:                                  "arn:aws:dynamodb" + here + "table/" + inside + "/stream/2000-01-01T00:00:00.000",
		`{"Fn::Sub": "${Orders.StreamArn}"}`:                                       "arn:aws:dynamodb" + here + "table/" + inside + "/stream/2000-01-01T00:00:00.000",
		`{"Ref": "Uploads"}`:                                                       name,
		`{"Fn::GetAtt": ["Uploads", "Arn"]}`:                                       "arn:aws:s3:::" + inside,
		`{"Fn::GetAtt": ["Pool", "Arn"]}`:                                          "arn:aws:cognito-idp" + here + "userpool/" + inside + "_1",
		`{"Fn::GetAtt": ["Jobs", "Other"]}`:                                        token,
		`{"Fn::GetAtt": ["Nowhere", "Arn"]}`:                                       arnToken,
		`{"Fn::GetAtt": ["Nowhere", "Name"]}`:                                      token,
		`{"Ref": "Nowhere"}`:                                                       token,
		`{"Ref": "Env"}`:                                                           token,
		`{"Ref": "Machine"}`:                                                       token,
		`{"Fn::ImportValue": "jobs-arn"}`:                                          token,
		`{"Fn::Sub": "${Env}-jobs"}`:                                               token,
		`{"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs"}`:         arnToken,
		`{"Fn::Sub": ["arn:aws:sqs:eu-west-1:1:${Name}", {"Name": "jobs"}]}`:       arnToken,
		`{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":sqs:x:1:jobs"]]}`: arnToken,
		`{"Fn::Join": [":", ["arn", "aws", "sqs"]]}`:                               arnToken,
		`{"Fn::Join": ["", [{"Fn::GetAtt": ["Uploads", "Arn"]}, "/*"]]}`:           arnToken,
		`{"Fn::Join": ["", [{"Ref": "News"}, "-x"]]}`:                              arnToken,
		`{"Fn::Join": ["", []]}`:                                                   token,
		`{"Fn::If": ["Prod", {"Ref": "News"}, "arn:aws:sns:eu-west-1:123456789012:other"]}`: arnToken,
		`{"Fn::If": ["Prod", {"Ref": "News"}, "other"]}`:                                    token,
		`{"Fn::GetAtt": ["Jobs"]}`:                                                          token,
		`{"Fn::GetAtt": [1, 2]}`:                                                            token,
		`{"Ref": 7}`:                                                                        token,
	} {
		v := standin.Of(decode(t, value), typeOf)
		if got := withoutHash(v.Text()); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	for expression, want := range map[string]string{
		"${aws_sqs_queue.jobs.arn}":               "arn:aws:sqs" + here + inside,
		"${aws_sqs_queue.jobs[0].arn}":            "arn:aws:sqs" + here + inside,
		"${data.aws_sqs_queue.jobs.arn}":          "arn:aws:sqs" + here + inside,
		"${aws_sqs_queue.jobs.url}":               "https://sqs.us-standin-1.amazonaws.com/731057731057/" + inside,
		"${aws_sqs_queue.jobs.id}":                "https://sqs.us-standin-1.amazonaws.com/731057731057/" + inside,
		"${aws_sqs_queue.jobs.name}":              name,
		"${aws_sns_topic.news.id}":                "arn:aws:sns" + here + inside,
		"${aws_kinesis_stream.clicks.arn}":        "arn:aws:kinesis" + here + "stream/" + inside,
		"${aws_kinesis_stream.clicks.name}":       name,
		"${aws_dynamodb_table.t.stream_arn}":      "arn:aws:dynamodb" + here + "table/" + inside + "/stream/2000-01-01T00:00:00.000",
		"${aws_s3_bucket.media.bucket}":           name,
		"${aws_s3_bucket.media.id}":               name,
		"${aws_s3_bucket.media.arn}":              "arn:aws:s3:::" + inside,
		"${var.queue_arn}":                        arnToken,
		"${module.queues.jobs.arn}":               arnToken,
		"arn:aws:sqs:eu-west-1:1:${var.jobs}":     arnToken,
		"${var.jobs}":                             token,
		"${var.prefix}-jobs":                      token,
		"${aws_sqs_queue.jobs.arn}/*":             token,
		"%{ if var.a }x%{ endif }":                token,
		`${aws_dynamodb_table.t["a"].stream_arn}`: "arn:aws:dynamodb" + here + "table/" + inside + "/stream/2000-01-01T00:00:00.000",
	} {
		v := standin.OfExpression(expression)
		if got := withoutHash(v.Text()); got != want {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

// withoutHash writes N for what tells stand-ins apart.
func withoutHash(text string) string {
	for i := 0; i+16 <= len(text); i++ {
		if strings.Trim(text[i:i+16], "0123456789abcdef") == "" {
			return text[:i] + "N" + text[i+16:]
		}
	}
	return text
}

// TestNames: the same value has the same stand-in, and others have others.
func TestNames(t *testing.T) {
	ref := func(id string) string { return standin.Of(map[string]any{"Ref": id}, typeOf).Text() }
	orders, again := ref("Orders"), ref("Orders")
	if orders != again || orders == ref("Clicks") || orders == ref("Uploads") {
		t.Errorf("Orders is %s and %s, Clicks %s", orders, again, ref("Clicks"))
	}
}

// TestFIFO: the names of FIFO queues and topics end so, and AWS has rules for them.
func TestFIFO(t *testing.T) {
	for value, want := range map[string]string{
		`{"Ref": "Jobs"}`:                       "https://sqs.us-standin-1.amazonaws.com/731057731057/chalice-standin-in-N.fifo",
		`{"Fn::GetAtt": ["Jobs", "QueueName"]}`: "chalice-standin-N.fifo",
		`{"Ref": "News"}`:                       "arn:aws:sns:us-standin-1:731057731057:chalice-standin-in-N.fifo",
	} {
		v := standin.Of(decode(t, value), typeOf)
		v.FIFO = true
		if got := withoutHash(v.Text()); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
		if parts := standin.Split("a" + v.Text() + "/b"); len(parts) != 3 || parts[1] != v.Text() {
			t.Errorf("%s is split into %q", v.Text(), parts)
		}
		if arn, ok := v.ARN(); ok && !strings.HasSuffix(arn.Text(), ".fifo") {
			t.Errorf("the ARN is %s", arn.Text())
		}
		if made := v.MadeUp(); !strings.HasSuffix(made, ".fifo") {
			t.Errorf("made up is %s", made)
		}
	}
}

// TestTable finds values again, in whatever form the program has them.
func TestTable(t *testing.T) {
	var table standin.Table
	v := standin.Of(map[string]any{"Ref": "News"}, typeOf)
	v.Variable = "TOPIC"
	known := table.Add(v)
	unknown := standin.Of(map[string]any{"Ref": "News"}, func(string) string { return "" }).Text()
	if known == unknown {
		t.Fatalf("both are %s", known)
	}
	imported := standin.Of(map[string]any{"Fn::ImportValue": "x"}, typeOf)
	imported.Variable = "IMPORTED"
	open := table.Add(imported)
	for text, want := range map[string]struct{ readable, madeUp string }{
		"a " + known + " b":                {"a ${News} b", "a arn:aws:sns:us-east-1:123456789012:News b"},
		unknown:                            {"${News}", "arn:aws:sns:us-east-1:123456789012:News"},
		"arn:" + open:                      {`arn:{"Fn::ImportValue":"x"}`, "arn:IMPORTED"},
		"${!" + open[2:]:                   {`{"Fn::ImportValue":"x"}`, "IMPORTED"},
		"chalice-standin-00112233":         {"chalice-standin-00112233", "chalice-standin-00112233"},
		"chalice-standin-0011223344556677": {"chalice-standin-0011223344556677", "unknown"},
		"arn:${Token[chalice.arn-0011223344556677]}": {"arn:${Token[chalice.arn-0011223344556677]}", "arn:aws:sqs:us-east-1:123456789012:unknown"},
		"plain": {"plain", "plain"},
	} {
		if diff := cmp.Diff(want.readable, table.Readable(text)); diff != "" {
			t.Errorf("%s: readable (-want +got)\n%s", text, diff)
		}
		if diff := cmp.Diff(want.madeUp, table.MadeUp(text)); diff != "" {
			t.Errorf("%s: made up (-want +got)\n%s", text, diff)
		}
	}
	for _, text := range []string{known, unknown} {
		if got, ok := table.Value(text); !ok || got.Variable != "TOPIC" {
			t.Errorf("%s stands for %v, %t", text, got, ok)
		}
	}
}

// TestARN: AWS wants the ARN, where the program has the URL of a queue, the name of a
// bucket or the id of a key.
func TestARN(t *testing.T) {
	arn, ok := standin.Of(map[string]any{"Ref": "Jobs"}, typeOf).ARN()
	if want := (map[string]any{"Fn::GetAtt": []any{"Jobs", "Arn"}}); !ok || !cmp.Equal(arn.Content, any(want)) || arn.Kind != standin.ARN {
		t.Errorf("got %v, %t", arn, ok)
	}
	for _, attribute := range []string{"id", "url"} {
		arn, ok = standin.OfExpression("${aws_sqs_queue.jobs[0]." + attribute + "}").ARN()
		if !ok || arn.Content != "${aws_sqs_queue.jobs[0].arn}" || arn.Kind != standin.ARN {
			t.Errorf("%s: got %v, %t", attribute, arn, ok)
		}
	}
	arn, ok = standin.Of(map[string]any{"Ref": "Uploads"}, typeOf).ARN()
	if want := (map[string]any{"Fn::GetAtt": []any{"Uploads", "Arn"}}); !ok || !cmp.Equal(arn.Content, any(want)) || arn.Kind != standin.ARN {
		t.Errorf("got %v, %t", arn, ok)
	}
	if arn, ok = standin.OfExpression("${aws_kms_key.k.key_id}").ARN(); !ok || arn.Content != "${aws_kms_key.k.arn}" {
		t.Errorf("got %v, %t", arn, ok)
	}
	for _, content := range []map[string]any{{"Ref": "Nowhere"}, {"Fn::GetAtt": []any{"Uploads", "Arn"}}, {"Fn::ImportValue": "x"}} {
		if arn, ok := standin.Of(content, typeOf).ARN(); ok {
			t.Errorf("%v has become %v", content, arn)
		}
	}
}

// TestPart: whatever a program takes out of a stand-in is found.
func TestPart(t *testing.T) {
	for _, v := range []string{`{"Ref": "Jobs"}`, `{"Fn::GetAtt": ["Orders", "StreamArn"]}`, `{"Ref": "Nowhere"}`, `{"Fn::GetAtt": ["Nowhere", "Arn"]}`, `{"Fn::GetAtt": ["Uploads", "Arn"]}`} {
		text := standin.Of(decode(t, v), typeOf).Text()
		whole := standin.Split("a" + text + "b")
		if diff := cmp.Diff([]string{"a", text, "b"}, whole); diff != "" {
			t.Errorf("%s is split otherwise (-want +got)\n%s", text, diff)
		}
		for _, separator := range []string{":", "/"} {
			found := false
			for _, part := range strings.Split(text, separator) {
				found = found || standin.Part(part) != ""
			}
			if !found {
				t.Errorf("nothing is found in the parts of %s between %q", text, separator)
			}
		}
	}
	for _, text := range []string{"", "plain", "${Token[TOKEN.12]}", "arn:aws:sqs:us-east-1:123456789012:jobs", "chalice", "${AWS::Region}"} {
		if part := standin.Part(text); part != "" {
			t.Errorf("%q has a part of a stand-in: %q", text, part)
		}
	}
}

// FuzzSplit takes any text apart and puts it together again.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "a${Token[TOKEN.1]}b", "${!Token[chalice.0011223344556677]}", "arn:${Token[chalice.arn-0011223344556677]}", "x-chalice-standin-0011223344556677/", "#{Token[TOKEN.3]}", "${Token[${Token[x]}]}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts := standin.Split(text)
		if strings.Join(parts, "") != text || len(parts)%2 == 0 {
			t.Errorf("%q is split into %q", text, parts)
		}
		if got := standin.Each(strings.ReplaceAll(text, "!", ""), func(s string) string { return s }); got != strings.ReplaceAll(text, "!", "") {
			t.Errorf("%q becomes %q", text, got)
		}
		var none standin.Table
		if made := none.MadeUp(text); standin.Part(made) != "" && standin.Part(text) == "" {
			t.Errorf("%q is made up as %q", text, made)
		}
	})
}

// FuzzOf asks of any JSON what stands for it, and whether it is an ARN.
func FuzzOf(f *testing.F) {
	for _, seed := range []string{
		`"arn:aws:s3:::b"`, `{"Fn::GetAtt": ["Q", "Arn"]}`, `{"Fn::GetAtt": ["Q"]}`, `{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}]]}`,
		`{"Fn::Join": ["", []]}`, `{"Fn::Join": ["", [{"Fn::Join": ["", ["arn:"]]}]]}`, `null`, `[]`, `7`, `{"Ref": "Jobs"}`, `{"Fn::Sub": "${Jobs.Arn}"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return
		}
		got := standin.Of(v, typeOf)
		if text, ok := v.(string); ok && (got.Kind == standin.ARN) != strings.HasPrefix(text, "arn:") {
			t.Errorf("%q is of kind %v", text, got.Kind)
		}
		joined := standin.Of(map[string]any{"Fn::Join": []any{"", []any{v, "x"}}}, typeOf)
		if (joined.Kind == standin.ARN) != (got.Kind == standin.ARN) && v != "arn" {
			t.Errorf("%s is of kind %v, and joined with more of %v", data, got.Kind, joined.Kind)
		}
		if parts := standin.Split(got.Text()); len(parts) != 3 || parts[1] != got.Text() {
			t.Errorf("%s has the stand-in %q, which is split into %q", data, got.Text(), parts)
		}
		standin.Readable(v)
	})
}

// TestShape shows what is known of a text before a deployment.
func TestShape(t *testing.T) {
	for content, want := range map[string]string{
		`"arn:aws:sqs:eu-west-1:123456789012:dead"`:                                                         "arn:aws:sqs:eu-west-1:123456789012:dead",
		`"arn:${data.aws_partition.x.partition}:sqs:eu-west-1:${local.account}:dead"`:                       "arn:*:sqs:eu-west-1:*:dead",
		`"${Token[chalice.arn-1]}"`:                                                                         "*",
		`{"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:dead"}`:                    "arn:*:sqs:*:*:dead",
		`{"Fn::Sub": ["arn:aws:sqs:${AWS::Region}:${Account}:${!x}", {"Account": "123456789012"}]}`:         "arn:aws:sqs:*:*:${x}",
		`{"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "sns", "eu-west-1", {"Ref": "A"}, "news"]]}`: "arn:*:sns:eu-west-1:*:news",
		`{"Fn::Join": ["", ["arn:aws:s3:::", {"Fn::Sub": "files-${AWS::Region}"}]]}`:                        "arn:aws:s3:::files-*",
		`{"Fn::Join": ["", {"Ref": "List"}]}`:                                                               "*",
		`{"Fn::Sub": "${Jobs.Arn}:x"}`:                                                                      "arn:aws:sqs:us-standin-1:731057731057:*:x",
		`{"Fn::Join": ["", [{"Ref": "News"}, "-x"]]}`:                                                       "arn:aws:sns:us-standin-1:731057731057:*-x",
		`"${aws_sqs_queue.jobs.arn}-x"`:                                                                     "arn:aws:sqs:us-standin-1:731057731057:*-x",
		`{"Fn::Sub": "${Nowhere.Arn}"}`:                                                                     "*",
		`{"Fn::ImportValue": "jobs-arn"}`:                                                                   "*",
		`{"Fn::If": ["Prod", "a", "b"]}`:                                                                    "*",
		`{"Fn::Sub": 1}`:                                                                                    "*",
	} {
		if got := standin.Shape(decode(t, content), typeOf); got != want {
			t.Errorf("%s: got %q, want %q", content, got, want)
		}
	}
}
