package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// OnLogEvents declares a function that gets what is written to a log group of Amazon
// CloudWatch Logs, given by its name, such as /aws/lambda/shop-dev. The group has to be
// there when the app is deployed: Lambda makes that of a function when it first runs.
// A group can have two subscriptions, whoever makes them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
//
// A function that gets the events of its own log group would be invoked again by
// each line that it logs. That is a mistake where it shows.
func (d *declarations) OnLogEvents(group string, handler func(context.Context, *LogsEvent) error, options ...LogsOption) {
	f := &functionDeclaration{site: here(), kind: LogsKind, read: reader(NewLogsEvent), symbol: symbol(handler), invoke: logsHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.logs(&f.functionSettings)
		}
	}
	f.describe = func(_ reporter, m *FunctionModel) {
		m.Logs = &LogsModel{Group: group, FilterPattern: f.filterPattern.value}
	}
	d.add(f)
}

// logsHandler is [eventHandler] without what CloudWatch Logs sends only to see whether
// somebody is there.
func logsHandler(handler func(context.Context, *LogsEvent) error) Handler {
	invoke := eventHandler(handler)
	if invoke == nil {
		return nil
	}
	return func(ctx context.Context, event any) (any, error) {
		if e, ok := event.(*LogsEvent); ok && e.MessageType() == controlMessage {
			return nil, nil
		}
		return invoke(ctx, event)
	}
}

// LogsOption is an option of OnLogEvents.
type LogsOption interface{ logs(*functionSettings) }

type logsOption func(*functionSettings)

func (o logsOption) logs(s *functionSettings) { o(s) }

// FilterPattern says which events of a log group the function gets, in the language of
// CloudWatch Logs: terms, such as "ERROR -retrying", a pattern for events that are
// JSON, such as "{ $.level = ERROR }", or one for events of words, such as
// "[ip, user, ..., status = 5*]". It has at most 1,024 characters. Without this option
// the function gets all events.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func FilterPattern(pattern string) LogsOption {
	return logsOption(func(s *functionSettings) { put(&s.settings, &s.filterPattern, "FilterPattern", pattern) })
}

// LogsEvent is a batch of events of one stream of a log group.
type LogsEvent struct {
	event
	data                                               string
	owner, group, stream, filters, messageType, events string
}

// maxLogs is how many bytes a LogsEvent can have decompressed, ten times what an event of
// Lambda's can have compressed. More is no log.
const maxLogs = 64 << 20

// controlMessage is the type of a message of CloudWatch Logs itself.
const controlMessage = "CONTROL_MESSAGE"

// NewLogsEvent makes an event of its JSON, in which there is base64 of what is
// compressed with gzip. It is an error if that is more than 64 MB decompressed.
func NewLogsEvent(data []byte) (*LogsEvent, error) {
	e := &LogsEvent{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	packed := text(member(member(e.raw, "awslogs"), "data"))
	if packed == "" {
		return nil, e.missing("CloudWatch Logs", "awslogs.data")
	}
	if err := e.unpack(packed); err != nil {
		return nil, fmt.Errorf("decode awslogs.data: %w", err)
	}
	return e, nil
}

// unpack decodes what CloudWatch Logs packed.
func (e *LogsEvent) unpack(packed string) error {
	compressed, err := decodeBase64(packed)
	if err != nil {
		return err
	}
	data, err := gunzip(compressed, maxLogs)
	if err != nil {
		return err
	}
	if e.data = view(data); !valid(e.data) {
		return syntaxError(data)
	}
	o := object{data: e.data}
	for o.next() {
		switch v := o.value(); o.key {
		case "owner":
			e.owner = v
		case "logGroup":
			e.group = v
		case "logStream":
			e.stream = v
		case "subscriptionFilters":
			e.filters = v
		case "messageType":
			e.messageType = v
		case "logEvents":
			e.events = v
		}
	}
	if e.events == "" || e.events[0] != '[' {
		return errors.New("the list of logEvents is missing")
	}
	return nil
}

// Decoded returns what CloudWatch Logs sent, as JSON that isn't compressed. Raw and
// ToMap return it as it came.
func (e *LogsEvent) Decoded() []byte { return []byte(e.data) }

// Owner is the id of the account with the log group.
func (e *LogsEvent) Owner() string { return text(e.owner) }

// LogGroup is the name of the log group.
func (e *LogsEvent) LogGroup() string { return text(e.group) }

// LogStream is the name of the stream that the events are of.
func (e *LogsEvent) LogStream() string { return text(e.stream) }

// SubscriptionFilters are the names of the subscriptions that the events passed.
func (e *LogsEvent) SubscriptionFilters() []string { return texts(e.filters) }

// MessageType is DATA_MESSAGE. What has the type CONTROL_MESSAGE is from CloudWatch Logs
// itself, to see whether somebody is there: middleware sees it, and handlers don't.
func (e *LogsEvent) MessageType() string { return text(e.messageType) }

// Events returns the events, in the order in which they were written.
func (e *LogsEvent) Events() []*LogEvent {
	found := []*LogEvent{}
	l := list{data: e.events}
	for l.next() {
		r := &LogEvent{event: event{l.value()}}
		o := object{data: r.raw}
		for o.next() {
			switch v := o.value(); o.key {
			case "id":
				r.id = v
			case "timestamp":
				r.timestamp = v
			case "message":
				r.message = v
			case "extractedFields":
				r.extracted = v
			}
		}
		found = append(found, r)
	}
	return found
}

// LogEvent is an event of a log group.
type LogEvent struct {
	event
	id, timestamp, message, extracted string
}

// ID identifies the event.
func (e *LogEvent) ID() string { return text(e.id) }

// Timestamp is when the event happened, to the millisecond, as whoever wrote it says;
// the zero time if that isn't known.
func (e *LogEvent) Timestamp() time.Time { return millisecondsOf(e.timestamp) }

// Message is the event's text.
func (e *LogEvent) Message() string { return text(e.message) }

// JSON decodes the message as [json.Unmarshal] does.
func (e *LogEvent) JSON(v any) error {
	return withText(e.message, func(data []byte) error { return unmarshal(data, v) })
}

// ExtractedFields are the words of the message by the names in the subscription's
// [FilterPattern], with a dollar sign, if that is one for events of words: $status, or
// $4 for a word without a name. Otherwise it is nil.
func (e *LogEvent) ExtractedFields() map[string]string { return textMap(e.extracted) }
