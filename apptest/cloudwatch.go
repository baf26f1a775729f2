package apptest

import "encoding/json"

// CloudWatchOption is an option of [Events.CloudWatch] and [Events.Schedule].
type CloudWatchOption func(event object)

// Resources are the ARNs of what an event is about. Without this option a
// schedule's event has the ARN of a rule, and others have none.
func Resources(arns ...string) CloudWatchOption {
	return func(event object) { event["resources"] = append([]string{}, arns...) }
}

// Region is the region of an event; without this option it is us-west-2.
func Region(name string) CloudWatchOption {
	return func(event object) { event["region"] = name }
}

// The id and the account of all events of EventBridge.
const (
	bridgeID      = "7bf73129-1428-4cd3-a780-95db273d1602"
	bridgeAccount = "123456789012"
)

// CloudWatch makes an event of Amazon EventBridge. Its detail is any value that
// encodes to a JSON object; nil stands for an empty one.
func (e *Events) CloudWatch(source, detailType string, detail any, opts ...CloudWatchOption) json.RawMessage {
	e.t.Helper()
	if detail == nil {
		detail = object{}
	}
	event := object{
		"version":     0,
		"id":          bridgeID,
		"detail-type": detailType,
		"source":      source,
		"account":     bridgeAccount,
		"time":        "2015-11-11T21:29:54Z",
		"region":      region,
		"resources":   []string{},
		"detail":      detail,
	}
	for _, set := range opts {
		set(event)
	}
	return e.event(event)
}

// Schedule makes an event of a schedule.
func (e *Events) Schedule(opts ...CloudWatchOption) json.RawMessage {
	e.t.Helper()
	rule := Resources("arn:aws:events:us-west-2:123456789012:rule/schedule")
	return e.CloudWatch("aws.events", "Scheduled Event", nil, append([]CloudWatchOption{rule}, opts...)...)
}
