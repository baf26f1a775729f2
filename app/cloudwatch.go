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

// OnCloudWatchEvent declares a function that is invoked for the events of a [Bus] that
// match a pattern; without that option the bus is the account's default one.
func (d *declarations) OnCloudWatchEvent(pattern Pattern, handler func(context.Context, *CloudWatchEvent) error, options ...CloudWatchOption) {
	f := &functionDeclaration{site: here(), kind: CloudWatchKind, read: reader(NewCloudWatchEvent), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.cloudWatch(&f.functionSettings)
		}
	}
	if pattern == nil {
		pattern = Pattern{} // a model has no null
	}
	data, err := json.Marshal(pattern) // now, as the caller can change the map later
	if path := f.inputPath; f.input.given || path.given && path.value != wholeEvent {
		f.read = reader(newPayload)
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.CloudWatch = &CloudWatchModel{
			Pattern:         decodeMap(string(data)),
			Bus:             f.busName(r),
			Input:           f.inputJSON(r),
			InputPath:       f.inputPathText(r),
			Retry:           f.retry(r),
			DeadLetterQueue: f.deadLetters(r),
		}
		if err != nil {
			r.report("the event pattern can't be written as JSON: %v", err)
		}
	}
	d.add(f)
}

// CloudWatchOption is an option of OnCloudWatchEvent.
type CloudWatchOption interface{ cloudWatch(*functionSettings) }

type cloudWatchOption func(*functionSettings)

func (o cloudWatchOption) cloudWatch(s *functionSettings) { o(s) }

// Bus is the event bus whose events invoke the function: the name of a bus of the
// account, custom or of a partner, or the ARN of a bus of any account in the same
// region, whose policy has to let this account put rules on it.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
func Bus(nameOrARN string) CloudWatchOption {
	return cloudWatchOption(func(s *functionSettings) { put(&s.settings, &s.bus, "Bus", nameOrARN) })
}

func (s *functionSettings) busName(r reporter) string {
	reportEmpty(r, "Bus", s.bus, "the name or the ARN of an event bus, or leave it out for the default one")
	return s.bus.value
}

// wholeEvent is the path of an event itself.
const wholeEvent = "$"

// InputPath has the function get a part of each event in place of the event, such as
// "$.detail". [CloudWatchEvent.JSON] decodes the part, and the other methods of the event
// return the zero value. Of JSONPath EventBridge knows names of letters, digits, - and _,
// array indices, and * for all members: $.detail.items[0].name, $['detail'].
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func InputPath(path string) CloudWatchOption {
	return cloudWatchOption(func(s *functionSettings) { put(&s.settings, &s.inputPath, "InputPath", path) })
}

func (s *functionSettings) inputPathText(r reporter) string {
	if s.inputPath.given && s.inputPath.value == "" {
		r.report("InputPath is empty: give a path such as $.detail, or leave it out")
	}
	return s.inputPath.value
}

// CloudWatchEvent is an event of Amazon EventBridge, or of its schedules. A function with
// an [Input] or an [InputPath] gets other JSON, which Raw, ToMap and JSON return; all
// other methods return the zero value then.
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

// newPayload makes an event of JSON that is no event.
func newPayload(data []byte) (*CloudWatchEvent, error) {
	e := &CloudWatchEvent{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	return e, nil
}

// JSON decodes all that the function got as [json.Unmarshal] does: an [Input], what an
// [InputPath] selects, or the whole event.
func (e *CloudWatchEvent) JSON(v any) error { return unmarshalText(e.raw, v) }

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
// nothing. Of EventBridge Scheduler, which has its detail as JSON in a text, it is that
// JSON.
func (e *CloudWatchEvent) Detail() json.RawMessage {
	detail := e.detailJSON()
	if detail == "" {
		return nil
	}
	return json.RawMessage(detail)
}

// DecodeDetail decodes the detail as [json.Unmarshal] does. A missing detail is
// an error.
func (e *CloudWatchEvent) DecodeDetail(v any) error {
	detail := e.detailJSON()
	if detail == "" {
		if e.source == "" && e.detailType == "" {
			return errors.New("there is no detail: with Input or InputPath a function gets other JSON than an event, which CloudWatchEvent.JSON decodes")
		}
		return errors.New("the event has no detail")
	}
	return unmarshalText(detail, v)
}

// DetailAs decodes the detail of an event into a new T, as [CloudWatchEvent.DecodeDetail]
// does:
//
//	order, err := app.DetailAs[Order](e)
func DetailAs[T any](e *CloudWatchEvent) (T, error) {
	var detail T
	err := e.DecodeDetail(&detail)
	return detail, err
}

// detailJSON returns the detail, which EventBridge Scheduler sends as the text "{}".
func (e *CloudWatchEvent) detailJSON() string {
	if isText(e.detail) && sharedText(e.source) == "aws.scheduler" {
		if inner := plainText(e.detail); valid(inner) {
			return inner
		}
	}
	return e.detail
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
