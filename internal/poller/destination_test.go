package poller_test

import (
	"testing"

	"github.com/chalice-go/chalice/internal/poller"
)

func TestDestination(t *testing.T) {
	for arn, want := range map[string]string{
		"": "",
		"arn:aws:sqs:eu-west-1:123456789012:failed":    "the queue failed",
		"arn:aws:sns:eu-west-1:123456789012:failed":    "the topic failed",
		"arn:aws:s3:::failed":                          "the bucket failed",
		"arn:aws:kafka:eu-west-1:123456789012:cluster": "arn:aws:kafka:eu-west-1:123456789012:cluster",
		"${Failed}": "${Failed}",
	} {
		if got := poller.Destination(arn); got != want {
			t.Errorf("%q is %q, and should be %q", arn, got, want)
		}
	}
}
