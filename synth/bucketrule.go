package synth

import (
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// bucketRule invokes a function when objects of an S3 bucket change, by way of
// EventBridge. bucketNotifications has the bucket send its events there.
type bucketRule struct {
	event
	target
	Model *app.S3Model
}

var _ Resource = (*bucketRule)(nil)

func newBucketRule(m *app.S3Model, f *function) *bucketRule {
	return &bucketRule{event{f, "s3event"}, target{Retry: m.Retry, DeadLetters: m.DeadLetterQueue}, m}
}

// Outline is a line of the bucket's.
func (r *bucketRule) Outline() Outline {
	return r.outside("bucket", r.Model.Bucket, "on", objects(r.Model.Events, r.Model.Keys()), "by EventBridge")
}

func (r *bucketRule) sam(t *samTemplate) error {
	t.samEvent(r.event, r.samType(), serverless.Function_Properties{
		CloudWatchEventEvent: &serverless.Function_CloudWatchEventEvent{Pattern: r.Model.BridgePattern()},
	}, r.samFurther()...)
	return r.check()
}

func (r *bucketRule) cloudformation(t *cfnTemplate) error {
	t.addRule(r.event, r.target, &events.Rule{EventPattern: r.Model.BridgePattern()})
	return r.check()
}

// check reports names that no stack can have.
func (r *bucketRule) check() error {
	if err := checkBucketName(r.Model.Bucket); err != nil {
		return err
	}
	return checkFilledIn(r.DeadLetters)
}

func (r *bucketRule) terraform(m *tfModule) error {
	bucket := m.standIns.readable(r.Model.Bucket) // so that what is one has one name
	notification, err := m.tfNotification(bucket)
	if err != nil {
		return err
	}
	notification.Set("eventbridge", true)
	marked := *r.Model
	marked.Bucket = bucketMark
	pattern, err := patternJSON(marked.BridgePattern())
	if err != nil {
		return err
	}
	// The bucket can be an expression; the rest of the pattern is text.
	text := strings.Replace(tfText(pattern), bucketMark, bucket, 1)
	m.tfRule(r.event, r.target, ordered.New("event_pattern", text))
	return nil
}

// bucketMark stands for the bucket in a pattern, where it is the first text that isn't
// known.
const bucketMark = "\uE000"
