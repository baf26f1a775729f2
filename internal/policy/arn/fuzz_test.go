package arn_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

// FuzzNames makes ARNs of names of any form: each is one of known form, or there is a
// reason why there is none.
func FuzzNames(f *testing.F) {
	for _, seed := range []string{
		"orders", "/a/b:2", ":", "/", "*", "arn:", "arn:aws:kms:eu-west-1:1:alias/k", "alias/", "https://sqs.eu-west-1.amazonaws.com/1/jobs",
		"b--use1-az4--x-s3", "b/k?versionId=1", "s3://b/k", "s3://", "/aws/reference/secretsmanager/", "/aws/service/x", "default/r", "*/r",
		`SELECT * FROM "a"."b"`, "1:function:f", "arn:aws:events:eu-west-1:1:event-bus/default/r",
	} {
		f.Add(seed, 0, uint8(0))
		f.Add(seed, len(seed)/2, uint8(1))
		f.Add(seed, len(seed), uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, at int, kind uint8) {
		at = max(0, min(at, len(text)))
		name := arn.Name{{Text: text[:at]}, {Kind: arn.Constant, Text: text[at:]}}
		switch kind % 3 {
		case 1:
			name = arn.Name{{Text: text[:at]}, {Kind: arn.Configured, Value: map[string]any{"Fn::Sub": text[at:]}}}
		case 2:
			name = arn.Name{{Kind: arn.Configured, Value: map[string]any{"Ref": "X"}}, {Text: text[at:]}, {Kind: arn.Anything}}
		}
		for _, target := range []arn.Target{
			target("s3", "Bucket", "s3:bucket,s3:object", name), target("s3", "CopySource", "s3:object", name), target("kms", "KeyId", "kms:key", name),
			target("ssm", "Name", "ssm:parameter", name), target("ssm", "Path", "ssm:parameter", name), target("sqs", "QueueUrl", "sqs:queue", name),
			target("secretsmanager", "SecretId", "secretsmanager:secret", name), target("dynamodb", "Statement", "dynamodb:table,dynamodb:index", name),
			target("eventbridge", "Rule", "events:rule-on-custom-event-bus", name), target("lambda", "FunctionName", "lambda:function", name),
			target("cloudwatchlogs", "LogGroupName", "logs:log-group", name), target("textract", "S3Uri", "s3:object", name),
		} {
			for _, u := range arn.Uses("ssm:GetParameter", target) {
				scopes, why := (&arn.Maker{}).Scopes([]arn.Target{u.Target})
				for _, s := range scopes {
					for _, r := range s.Resources {
						if text := r.String(); why == "" && !strings.HasPrefix(text, "arn:") && !strings.HasPrefix(text, "{") {
							t.Errorf("%s of %s is %q", u.Target.Types, name, text)
						}
					}
				}
			}
		}
	})
}
