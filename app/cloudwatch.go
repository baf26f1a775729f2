package app

import (
	"context"
	"encoding/json"
	"errors"
)

// Pattern is an event pattern of Amazon EventBridge: which events a function
// is invoked for. Values stand in lists.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
type Pattern map[string]any

// OnCloudWatchEvent declares a function that is invoked for the events of the
// account's default event bus that match a pattern.
func (d *declarations) OnCloudWatchEvent(pattern Pattern, handler func(context.Context, *CloudWatchEvent) error, options ...CloudWatchOption) {
	f := &functionDeclaration{site: here(), kind: CloudWatchKind, read: reader(NewCloudWatchEvent), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.cloudWatch(&f.settings)
		}
	}
	if pattern == nil {
		pattern = Pattern{} // a model has no null
	}
	data, err := json.Marshal(pattern) // now, as the caller can change the map later
	f.describe = func(r reporter, m *FunctionModel) {
		m.CloudWatch = &CloudWatchModel{Pattern: decodeMap(string(data))}
		if err != nil {
			r.report("the event pattern can't be written as JSON: %v", err)
		}
	}
	d.add(f)
}

// CloudWatchOption is an option of OnCloudWatchEvent.
type CloudWatchOption interface{ cloudWatch(*settings) }

// CloudWatchEvent is an event of Amazon EventBridge, or of its schedules.
type CloudWatchEvent struct {
	event
	version, account, region, detail, detailType, source, time, id, resources string
}

// NewCloudWatchEvent makes an event of its JSON, which has to have a source or
// a detail-type. The event's methods return the zero value for anything else
// that isn't there.
func NewCloudWatchEvent(data []byte) (*CloudWatchEvent, error) {
	e := &CloudWatchEvent{event: newEvent(data)}
	o := object{data: e.raw}
	for o.next() {
		switch v := o.value(); o.key {
		case "version":
			e.version = v
		case "account":
			e.account = v
		case "region":
			e.region = v
		case "detail":
			e.detail = v
		case "detail-type":
			e.detailType = v
		case "source":
			e.source = v
		case "time":
			e.time = v
		case "id":
			e.id = v
		case "resources":
			e.resources = v
		}
	}
	if !atEnd(e.raw, o.pos) {
		return nil, syntaxError(data)
	}
	if e.source == "" && e.detailType == "" {
		return nil, e.missing("CloudWatch", "source")
	}
	return e, nil
}

// Version is the version of the event's format.
func (e *CloudWatchEvent) Version() string { return looseText(e.version) }

// Account is the AWS account that the event is about.
func (e *CloudWatchEvent) Account() string { return looseText(e.account) }

// Region is the region that the event is about.
func (e *CloudWatchEvent) Region() string { return text(e.region) }

// DetailType is the kind of the event, as its source calls it.
func (e *CloudWatchEvent) DetailType() string { return text(e.detailType) }

// Source is the service that sent the event, such as "aws.ec2".
func (e *CloudWatchEvent) Source() string { return text(e.source) }

// Time is when the event happened, in the format of RFC 3339, as it came.
func (e *CloudWatchEvent) Time() string { return text(e.time) }

// EventID identifies the event.
func (e *CloudWatchEvent) EventID() string { return text(e.id) }

// Resources are the ARNs of what the event is about.
func (e *CloudWatchEvent) Resources() []string { return texts(e.resources) }

// Detail returns a copy of what the source says about the event; nil if it says
// nothing.
func (e *CloudWatchEvent) Detail() json.RawMessage {
	if e.detail == "" {
		return nil
	}
	return json.RawMessage(e.detail)
}

// DecodeDetail decodes the detail as [json.Unmarshal] does. A missing detail is
// an error.
func (e *CloudWatchEvent) DecodeDetail(v any) error {
	if e.detail == "" {
		return errors.New("the event has no detail")
	}
	return unmarshalText(e.detail, v)
}

// texts decodes a list of strings.
func texts(raw string) []string {
	if raw == "" || raw[0] != '[' {
		return nil
	}
	found := []string{}
	l := list{data: raw}
	for l.next() {
		found = append(found, text(l.value()))
	}
	return found
}
