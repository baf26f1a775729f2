package synth

import (
	"fmt"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// bucketNotification invokes a function when objects of an S3 bucket change.
// In a stack it is the bucket's permission to do so; bucketNotifications has
// the bucket do it.
type bucketNotification struct {
	event
	Bucket string
	Events []string
	Keys   []app.KeyFilterModel // one of which has to fit
}

var _ Resource = (*bucketNotification)(nil)

// newBucketNotification makes a notification, or a rule where the events come by way of
// EventBridge.
func newBucketNotification(m app.FunctionModel, f *function) Resource {
	if m.S3.EventBridge {
		return newBucketRule(m.S3, f)
	}
	n := &bucketNotification{
		event:  event{f, "s3event"},
		Bucket: m.S3.Bucket,
		Events: m.S3.Events,
		Keys:   m.S3.Keys(),
	}
	if len(n.Events) == 0 {
		n.Events = []string{"s3:ObjectCreated:*"}
	}
	return n
}

// Outline is a line of the bucket's.
func (n *bucketNotification) Outline() Outline {
	return n.outside("bucket", n.Bucket, "on", objects(n.Events, n.Keys), "")
}

// objects returns a text that says for which changes of which objects a function is
// invoked.
func objects(events []string, keys []app.KeyFilterModel) string {
	var parts []string
	for _, e := range events {
		parts = append(parts, strings.TrimPrefix(e, "s3:"))
	}
	s := strings.Join(parts, ", ")
	for i, k := range keys {
		switch {
		case k == app.KeyFilterModel{}:
			continue
		case i > 0:
			s += " |"
		}
		s += " " + k.Prefix + "…" + k.Suffix
	}
	return s
}

func (n *bucketNotification) sam(t *samTemplate) error { return n.stack(t.stack) }

func (n *bucketNotification) cloudformation(t *cfnTemplate) error { return n.stack(t.stack) }

// stack lets S3 invoke the function on behalf of the bucket, as long as that is
// of the stack's own account: a bucket's name can pass to somebody else.
func (n *bucketNotification) stack(t *stack) error {
	if err := checkBucketName(n.Bucket); err != nil {
		return err
	}
	t.add(n.permissionID(t), n.ID(), &lambda.Permission{
		FunctionName:  t.text(n.Function.callee(t)),
		Action:        "lambda:InvokeFunction",
		Principal:     "s3.amazonaws.com",
		SourceAccount: new(t.text(cfn.Ref("AWS::AccountId"))),
		SourceArn:     new(t.text(bucketARN(n.Bucket))),
	})
	t.follow(n.permissionID(t), n.Function.logicalID(t))
	return nil
}

// bucketName matches the names that S3 has, also those of its first years. No
// other can be in a policy, where * and ? would mean further buckets. Of names
// with something to fill in, nothing has been checked before.
var bucketName = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$`)

func isBucketName(s string) bool { return bucketName.MatchString(withoutTokens(s)) }

// checkBucketName reports what no stack can have as the name of a bucket.
func checkBucketName(s string) error {
	if isBucketName(s) {
		return nil
	}
	return fmt.Errorf("%q is no name of a bucket; give the name as S3 has it, in Terraform also as an expression such as ${aws_s3_bucket.NAME.id}", s)
}

func bucketARN(bucket string) *ordered.Object {
	return cfn.Sub("arn:${AWS::Partition}:s3:::" + cfn.Literal(bucket))
}

func (n *bucketNotification) permissionID(t *stack) string {
	return n.Function.logicalID(t) + t.id(n.name()) + "Permission"
}

// terraform adds the function to the bucket's notification, once for each kind of keys.
func (n *bucketNotification) terraform(m *tfModule) error {
	bucket := m.standIns.readable(n.Bucket) // so that what is one has one name
	notification, err := m.tfNotification(bucket)
	if err != nil {
		return err
	}
	for _, k := range n.Keys {
		target := ordered.New("events", ordered.Texts(n.Events), "lambda_function_arn", n.Function.tfInvoked())
		if k.Prefix != "" {
			target.Add("filter_prefix", tfText(filterText(k.Prefix)))
		}
		if k.Suffix != "" {
			target.Add("filter_suffix", tfText(filterText(k.Suffix)))
		}
		appendTo(notification, "lambda_function", target)
	}
	// S3 takes a notification only if it can invoke the function already.
	appendTo(notification, "depends_on", tfPermission+"."+n.name())
	m.add(tfPermission, n.name(), n.Function.tfQualify(ordered.New(
		"statement_id", n.name(),
		"action", "lambda:InvokeFunction",
		"function_name", n.Function.tf("arn"),
		"principal", "s3.amazonaws.com",
		"source_account", tfAccount,
		"source_arn", "arn:"+tfPartition+":s3:::"+bucket,
	)))
	return nil
}

// appendTo adds an item to a list in Terraform.
func appendTo(o *ordered.Object, name string, item any) {
	list, _ := ordered.Get[[]any](o, name)
	o.Set(name, append(list, item))
}

// tfNotification returns the one resource with all notifications of a bucket: the
// provider replaces all that a bucket has.
func (m *tfModule) tfNotification(bucket string) (*ordered.Object, error) {
	name := tfBucketName(bucket) + "_notify"
	if notification, ok := ordered.Get[*ordered.Object](m.resource.Child("aws_s3_bucket_notification"), name); ok {
		if other := notification.Text("bucket"); !sameTFBucket(other, bucket, name) {
			return nil, fmt.Errorf("the buckets %s and %s would share the notification %s in Terraform; give one of them as a reference such as ${aws_s3_bucket.NAME.id}", other, bucket, name)
		}
		return notification, nil
	}
	notification := ordered.New("bucket", bucket)
	m.add("aws_s3_bucket_notification", name, notification)
	return notification, nil
}

// sameTFBucket reports whether two buckets with one name in Terraform are one: if
// they are spelt alike, or if, as in the reference, one is the resource of the
// other's name.
func sameTFBucket(a, b, notification string) bool {
	plain := strings.TrimSuffix(notification, "_notify")
	reference := "${aws_s3_bucket." + plain + "."
	return a == b ||
		strings.HasPrefix(a, reference) && (b == plain || strings.HasPrefix(b, reference)) ||
		strings.HasPrefix(b, reference) && a == plain
}

// tfBucketName returns the name by which Terraform knows a bucket: the
// resource's, where the bucket is a reference such as ${aws_s3_bucket.media.id},
// or what Terraform takes of the bucket's own, or of the expression for it.
func tfBucketName(bucket string) string {
	if _, ref, ok := strings.Cut(bucket, "{aws_s3_bucket."); ok {
		name, _, _ := strings.Cut(ref, ".")
		return name
	}
	name := strings.Trim(notTFName().ReplaceAllString(bucket, "-"), "-")
	if !tfName.MatchString(name) {
		name = "_" + name
	}
	return name
}

var notTFName = lazyregexp.New(`[^A-Za-z0-9_-]+`)
