package awsrules

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/nearest"
)

// bucketEvents are the events of which a bucket can notify a function.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
var bucketEvents = []string{
	"s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload",
	"s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated",
	"s3:ObjectRestore:*", "s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete",
	"s3:ReducedRedundancyLostObject",
	"s3:Replication:*", "s3:Replication:OperationFailedReplication", "s3:Replication:OperationMissedThreshold",
	"s3:Replication:OperationReplicatedAfterThreshold", "s3:Replication:OperationNotTracked",
	"s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete", "s3:LifecycleExpiration:DeleteMarkerCreated",
	"s3:LifecycleTransition",
	"s3:IntelligentTiering",
	"s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
	"s3:ObjectAcl:Put",
	"s3:ObjectAnnotation:*", "s3:ObjectAnnotation:Put", "s3:ObjectAnnotation:Delete",
	"s3:ObjectRetention:Put",
}

// bucketName matches the names that S3 allows, including those of its first
// years, which buckets keep.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$`)

// maxKey is the length in bytes of the longest key, and so of the longest part
// of one.
const maxKey = 1024

func (p place) bucket(m *app.S3Model) {
	_, err := netip.ParseAddr(m.Bucket)
	switch {
	case m.Bucket == "":
		p.fail("the bucket's name is empty")
	case filledIn(m.Bucket):
	case strings.HasPrefix(m.Bucket, "arn:"):
		p.fail("bucket %q is an ARN: give the bucket's name", m.Bucket)
	case err == nil:
		p.fail("%q is no name of a bucket: it is an IP address", m.Bucket)
	case !bucketName.MatchString(m.Bucket):
		p.fail("%q is no name of a bucket: that has at least 3 letters, digits, - and ., and ends in a letter or digit", m.Bucket)
	}
	for _, event := range m.Events {
		if !slices.Contains(bucketEvents, event) {
			p.fail("event %q is none of S3's%s", event, eventHint(event))
		}
	}
	p.keys(m)
	switch {
	case m.EventBridge:
		p.bridge(m)
	case m.Retry != nil || m.DeadLetterQueue != "":
		p.fail("MaxRetries, MaxAge and DeadLetterQueue are for events that EventBridge delivers: give ViaEventBridge too, or leave them out")
	}
}

// keys checks which keys of objects the function is for.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func (p place) keys(m *app.S3Model) {
	if slices.ContainsFunc(m.Keys(), func(k app.KeyFilterModel) bool { return len(k.Prefix) > maxKey || len(k.Suffix) > maxKey }) {
		p.fail("a prefix and a suffix can have %d bytes at most, as the key of an object can", maxKey)
	}
	if len(m.KeyFilters) > 0 && slices.Contains(m.Keys(), app.KeyFilterModel{}) {
		p.fail("KeyFilter has neither a prefix nor a suffix, which is every key: give one of them, or leave out KeyFilter")
		return
	}
	for i, k := range m.Keys() {
		for _, other := range m.Keys()[:i] {
			switch {
			case k == other:
				p.fail("KeyFilter(%q, %q) is given twice", k.Prefix, k.Suffix)
			case !m.EventBridge && k.Overlaps(other) && !filledIn(k.Prefix+k.Suffix+other.Prefix+other.Suffix):
				p.fail("KeyFilter(%q, %q) and KeyFilter(%q, %q) overlap, which S3 does not allow: let them exclude each other, or give ViaEventBridge, which allows it",
					other.Prefix, other.Suffix, k.Prefix, k.Suffix)
			}
		}
	}
}

// bridge checks events that come by way of EventBridge.
func (p place) bridge(m *app.S3Model) {
	for _, event := range m.NotBridged() {
		if slices.Contains(bucketEvents, event) {
			p.fail("S3 doesn't send event %q to EventBridge: leave it out, or leave out ViaEventBridge and have S3 invoke the function itself", event)
		}
	}
	p.pattern(eventpattern.EventBridge, "the event pattern of Events and KeyFilter", m.BridgePattern())
	p.retry(m.Retry, deliveryRetries)
	p.deadLetters(m.DeadLetterQueue, "EventBridge")
}

// eventHint suggests an event in place of one that S3 doesn't have.
func eventHint(event string) string {
	if all := event + ":*"; slices.Contains(bucketEvents, all) {
		return "; did you mean " + all + "?"
	}
	if hint := nearest.Question(event, bucketEvents); hint != "" {
		return hint
	}
	return ": they are such as s3:ObjectCreated:* and s3:ObjectRemoved:*"
}
