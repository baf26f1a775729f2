package synth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/iam"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// bucketNotifications has an S3 bucket that exists already invoke the app's
// functions. CloudFormation can configure no bucket but those it has made
// itself, so this is a custom resource, which the bucketNotifier looks after.
// All of a bucket's are one, since S3 takes them together.
type bucketNotifications struct {
	Bucket        string
	Notifications []*bucketNotification
	Rules         []*bucketRule // which need the bucket to send its events to EventBridge
	Notifier      *bucketNotifier
}

var _ Resource = (*bucketNotifications)(nil)

// bucketNotifications adds what configures the buckets of the functions' events.
func (b *builder) bucketNotifications() {
	var buckets []*bucketNotifications
	byName := map[string]*bucketNotifications{}
	of := func(name string) *bucketNotifications {
		if byName[name] == nil {
			byName[name] = &bucketNotifications{Bucket: name}
			buckets = append(buckets, byName[name])
		}
		return byName[name]
	}
	for _, r := range b.resources {
		switch r := r.(type) {
		case *bucketNotification:
			bucket := of(r.Bucket)
			bucket.Notifications = append(bucket.Notifications, r)
		case *bucketRule:
			bucket := of(r.Model.Bucket)
			bucket.Rules = append(bucket.Rules, r)
		}
	}
	if len(buckets) == 0 {
		return
	}
	notifier := b.bucketNotifier()
	b.add(notifier)
	for _, bucket := range buckets {
		bucket.Notifier = notifier
		b.add(bucket)
	}
}

// ID returns "notifications of bucket" and the bucket's name.
func (b *bucketNotifications) ID() string { return "notifications of bucket " + b.Bucket }

// Refs returns the notifier, and for each notification its permission and its
// function.
func (b *bucketNotifications) Refs() []string {
	refs := []string{b.Notifier.ID()}
	for _, n := range b.Notifications {
		refs = append(refs, n.ID(), n.Function.ID())
	}
	return refs
}

// Outline is a line of the bucket's.
func (b *bucketNotifications) Outline() Outline {
	set := Line{ID: b.ID(), Label: "set", Text: "by " + b.Notifier.ID()}
	return Outline{Kind: "bucket", Name: b.Bucket, Outside: true, Lines: []Line{set}}
}

func (b *bucketNotifications) sam(t *samTemplate) error { return b.stack(t.stack) }

func (b *bucketNotifications) cloudformation(t *cfnTemplate) error { return b.stack(t.stack) }

func (b *bucketNotifications) stack(t *stack) error {
	if !isBucketName(b.Bucket) {
		return nil // its first notification has said so
	}
	b.checkOverlaps(t)
	policy := b.logicalID("Policy", t)
	// A policy for each bucket, rather than one for all, since CloudFormation
	// deletes things in the opposite order: the notifier must be able to remove
	// the notifications of a bucket that the app has no more.
	t.add(policy, b.ID(), &iam.Policy{
		PolicyName:     policy,
		Roles:          []string{t.text(cfn.Ref(notifierRoleID))},
		PolicyDocument: bucketPolicy(b.Bucket),
	})
	resource := &notificationsResource{
		ServiceToken:   t.text(cfn.GetAtt(notifierID, "Arn")),
		ServiceTimeout: notificationsTimeout,
		Bucket:         b.Bucket,
		Notifications:  []notificationResource{}, // which the notifier expects
		EventBridge:    len(b.Rules) > 0,
	}
	dependsOn := []string{policy}
	id := b.logicalID("Notifications", t)
	for _, n := range b.Notifications {
		for _, c := range n.configurations(t) {
			t.followItem(id, "Notifications", len(resource.Notifications), n.Function.logicalID(t))
			resource.Notifications = append(resource.Notifications, c)
		}
		dependsOn = append(dependsOn, n.permissionID(t))
	}
	t.add(id, b.ID(), resource).dependsOn = dependsOn
	t.awaitBucket(b.Bucket, id)
	if only := b.functions(); len(only) == 1 {
		t.about(only[0], policy)
		t.about(only[0], id)
	}
	return nil
}

// functions are those that the bucket's events invoke.
func (b *bucketNotifications) functions() []*function {
	var all []*function
	for _, n := range b.Notifications {
		all = append(all, n.Function)
	}
	for _, r := range b.Rules {
		all = append(all, r.Function)
	}
	return all
}

// logicalID has a digest, as names such as data-1 and data1 differ in what ids lack.
func (b *bucketNotifications) logicalID(what string, t *stack) string {
	return "S3" + t.id(t.standIns.inID(b.Bucket)) + what + digest(b.Bucket)
}

// bucketPolicy lets the notifier change a bucket's notifications.
func bucketPolicy(bucket string) *ordered.Object {
	return ordered.New("Version", "2012-10-17", "Statement", []any{ordered.New(
		"Effect", "Allow",
		"Action", []any{"s3:GetBucketNotification", "s3:PutBucketNotification"},
		"Resource", bucketARN(bucket),
	)})
}

// notificationsTimeout is when CloudFormation gives up waiting for the notifier,
// in seconds: after Lambda has tried an invocation that fails three times.
const notificationsTimeout = 3*notifierTimeout + 300

// notificationsResource is the custom resource. S3 sees what is below
// Notifications, with the stack's name put before the ids.
type notificationsResource struct {
	ServiceToken   string                 `json:"ServiceToken"`
	ServiceTimeout int                    `json:"ServiceTimeout"`
	Bucket         string                 `json:"Bucket"`
	Notifications  []notificationResource `json:"Notifications"`
	EventBridge    bool                   `json:"EventBridge,omitempty"` // the notifier asks whether it is there
}

type notificationResource struct {
	ID       string              `json:"Id"`
	Function string              `json:"LambdaFunctionArn"`
	Events   []string            `json:"Events"`
	Filter   *notificationFilter `json:"Filter,omitempty"`
}

type notificationFilter struct {
	Key notificationKey `json:"Key"`
}

type notificationKey struct {
	FilterRules []notificationRule `json:"FilterRules"`
}

type notificationRule struct {
	Name  string `json:"Name"`
	Value string `json:"Value"`
}

// AWSCloudFormationType returns a type of our own.
func (*notificationsResource) AWSCloudFormationType() string { return "Custom::S3BucketNotifications" }

// MarshalJSON puts the properties where goformation's types have them.
func (r *notificationsResource) MarshalJSON() ([]byte, error) {
	type properties notificationsResource
	return json.Marshal(struct{ Properties *properties }{(*properties)(r)})
}

// configurations are the notifications as S3 has them, one for each kind of keys. The
// first has the id that an only one has, so that one more kind of keys changes no id.
func (n *bucketNotification) configurations(t *stack) []notificationResource {
	var all []notificationResource
	for i, k := range n.Keys {
		c := notificationResource{
			ID:       n.Function.FunctionName, // which tells the apps of one stack apart
			Function: t.text(n.Function.invoked(t)),
			Events:   n.Events,
		}
		if i > 0 {
			c.ID += fmt.Sprintf("/%d", i+1) // no function's name has a slash
		}
		var rules []notificationRule
		if k.Prefix != "" {
			rules = append(rules, notificationRule{"prefix", filterText(k.Prefix)})
		}
		if k.Suffix != "" {
			rules = append(rules, notificationRule{"suffix", filterText(k.Suffix)})
		}
		if len(rules) > 0 {
			c.Filter = &notificationFilter{notificationKey{rules}}
		}
		all = append(all, c)
	}
	return all
}

// terraform returns nothing: the provider knows the notifications of buckets,
// and each BucketNotification adds its own.
func (b *bucketNotifications) terraform(*tfModule) error { return nil }

// checkOverlaps refuses what S3 would: two notifications for one event of one
// object.
func (b *bucketNotifications) checkOverlaps(t *stack) {
	for i, n := range b.Notifications {
		for _, other := range b.Notifications[:i] {
			if event, ok := n.overlap(other); ok {
				t.fail(&Mistake{n.source(), fmt.Sprintf(
					"%s and %s%s would both be invoked for %s in bucket %s, which S3 does not allow: give them prefixes or suffixes that exclude each other, let one function do both, or give one of them app.ViaEventBridge",
					n.Function.Name, other.Function.Name, alsoAt(other.source()), event, b.Bucket)})
			}
		}
	}
}

// overlap names an event that two notifications have in common for some
// object.
func (n *bucketNotification) overlap(other *bucketNotification) (event string, ok bool) {
	if !slices.ContainsFunc(n.Keys, func(k app.KeyFilterModel) bool { return slices.ContainsFunc(other.Keys, k.Overlaps) }) {
		return "", false
	}
	for _, a := range n.Events {
		for _, b := range other.Events {
			switch {
			case covers(b, a):
				return a, true
			case covers(a, b):
				return b, true
			}
		}
	}
	return "", false
}

// covers reports whether one event is another, or a group such as
// s3:ObjectCreated:* that the other is in.
func covers(event, other string) bool {
	group, ok := strings.CutSuffix(event, "*")
	return event == other || ok && strings.HasPrefix(other, group)
}

// alsoAt says where something else is registered, if that is known.
func alsoAt(other *app.Source) string {
	if other == nil {
		return ""
	}
	return " (also at " + other.String() + ")"
}
