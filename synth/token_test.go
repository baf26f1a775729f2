package synth_test

import (
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// TestTokens: a token of the CDK's stays as it is, which within Fn::Sub is only
// so as the value of a variable.
func TestTokens(t *testing.T) {
	const token = "${Token[TOKEN.12]}"
	sam, _ := rendered(t, &app.Model{
		Functions: []app.FunctionModel{
			{Kind: app.SQSKind, Name: "name", SQS: &app.SQSModel{Queue: "my-" + token + "-and-" + token}},
			{Kind: app.SQSKind, Name: "arn", SQS: &app.SQSModel{QueueARN: "arn:" + token}},
			{Kind: app.S3Kind, Name: "bucket", S3: &app.S3Model{Bucket: token}},
		},
	}, config.New("dev"))
	for function, wanted := range map[string]string{
		"Name": `{"Fn::Sub":["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:my-${Token1}-and-${Token2}",{"Token1":"` + token + `","Token2":"` + token + `"}]}`,
		"Arn":  "arn:" + token,
	} {
		want(t, function+"'s queue", at(sam, "Resources", function, "Properties", "Events", function+"SqsEventSource", "Properties", "Queue"), wanted)
	}
	want(t, "who calls bucket", at(sam, "Resources", "BucketBucketS3eventPermission", "Properties", "SourceArn"),
		`{"Fn::Sub":["arn:${AWS::Partition}:s3:::${Token1}",{"Token1":"`+token+`"}]}`)
}
