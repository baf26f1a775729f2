package synth

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// BucketNotification invokes a function when objects of an S3 bucket change.
type BucketNotification struct {
	event
	Bucket string
	Events []string
	Prefix string
	Suffix string
}

var _ Resource = (*BucketNotification)(nil)

func newBucketNotification(m app.FunctionModel, f *Function) Resource {
	n := &BucketNotification{
		event:  event{f, "s3event"},
		Bucket: m.S3.Bucket,
		Events: m.S3.Events,
		Prefix: m.S3.Prefix,
		Suffix: m.S3.Suffix,
	}
	if len(n.Events) == 0 {
		n.Events = []string{"s3:ObjectCreated:*"}
	}
	return n
}

func (n *BucketNotification) sam(*samTemplate) error { return errNoBucketEvents }

func (n *BucketNotification) cloudformation(*cfnTemplate) error { return errNoBucketEvents }

var errNoBucketEvents = errors.New("a CloudFormation or SAM template can't hold S3 events yet, as CloudFormation does not change " +
	"the notifications of a bucket that exists already; --pkg-format terraform can")

// terraform adds the function to the bucket's notification: the provider
// replaces all of a bucket's notifications, so there is one for each bucket.
func (n *BucketNotification) terraform(m *tfModule) error {
	target := object("events", texts(n.Events), "lambda_function_arn", n.Function.tf("arn"))
	if n.Prefix != "" {
		target.add("filter_prefix", n.Prefix)
	}
	if n.Suffix != "" {
		target.add("filter_suffix", n.Suffix)
	}
	notifications := m.resource.child("aws_s3_bucket_notification")
	name := tfBucketName(n.Bucket) + "_notify"
	if v, ok := notifications.Get(name); ok {
		notification := v.(*Object)
		if other, _ := get[string](notification, "bucket"); !sameTFBucket(other, n.Bucket, name) {
			return fmt.Errorf("the buckets %s and %s would share the notification %s in Terraform; give one of them as a reference such as ${aws_s3_bucket.NAME.id}", other, n.Bucket, name)
		}
		targets, _ := notification.Get("lambda_function")
		notification.Set("lambda_function", append(targets.([]any), target))
	} else {
		m.add("aws_s3_bucket_notification", name, object("bucket", n.Bucket, "lambda_function", []any{target}))
	}
	m.add("aws_lambda_permission", n.name(), object(
		"statement_id", n.name(),
		"action", "lambda:InvokeFunction",
		"function_name", n.Function.tf("arn"),
		"principal", "s3.amazonaws.com",
		"source_account", tfAccount,
		"source_arn", "arn:"+tfPartition+":s3:::"+n.Bucket,
	))
	return nil
}

// sameTFBucket tells whether two buckets with one name in Terraform are one: if
// they are spelt alike, or if, as in the reference, one is the resource of the
// other's name.
func sameTFBucket(a, b, notification string) bool {
	plain := strings.TrimSuffix(notification, "_notify")
	reference := "${aws_s3_bucket." + plain + "."
	return a == b ||
		strings.HasPrefix(a, reference) && (b == plain || strings.HasPrefix(b, reference)) ||
		strings.HasPrefix(b, reference) && a == plain
}

// tfBucketName gives the name by which Terraform knows a bucket: the
// resource's, where the bucket is a reference such as ${aws_s3_bucket.media.id},
// or what Terraform takes of the bucket's own, or of the expression for it.
func tfBucketName(bucket string) string {
	if _, ref, ok := strings.Cut(bucket, "{aws_s3_bucket."); ok {
		name, _, _ := strings.Cut(ref, ".")
		return name
	}
	name := strings.Trim(notTFName.ReplaceAllString(bucket, "-"), "-")
	if !tfName.MatchString(name) {
		name = "_" + name
	}
	return name
}

var notTFName = regexp.MustCompile(`[^A-Za-z0-9_-]+`)
