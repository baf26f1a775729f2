package apptest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
)

// LogMessage is an event of a log group. Fields that are left out have fixed values.
type LogMessage struct {
	Message string
	ID      string // empty: log-event-id, log-event-id-2 and so on
	// Timestamp is the time of the event in milliseconds since 1970; 0: a fixed time.
	Timestamp int64
	// Fields are the words that a filter pattern for events of words extracts, by
	// their names with a dollar sign.
	Fields map[string]string
}

// Logs makes an event of messages that were written to a log group, compressed as
// CloudWatch Logs does. The first has the id log-event-id, the second log-event-id-2,
// and so on. [Client.Deliver] applies the function's filter pattern, [Lambda.Invoke]
// doesn't.
func (e *Events) Logs(group string, messages ...string) json.RawMessage {
	e.t.Helper()
	all := make([]LogMessage, len(messages))
	for i, message := range messages {
		all[i].Message = message
	}
	return e.LogMessages(group, all...)
}

// LogMessages is like Logs, for events that have more than a message.
func (e *Events) LogMessages(group string, messages ...LogMessage) json.RawMessage {
	e.t.Helper()
	all := make([]object, len(messages))
	for i, m := range messages {
		if m.ID == "" {
			m.ID = numbered("log-event-id", i)
		}
		if m.Timestamp == 0 {
			m.Timestamp = 1440442987000
		}
		all[i] = object{"id": m.ID, "timestamp": m.Timestamp, "message": m.Message}
		if m.Fields != nil {
			all[i]["extractedFields"] = m.Fields
		}
	}
	return e.event(object{"awslogs": object{"data": e.packed(object{
		"messageType":         "DATA_MESSAGE",
		"owner":               account,
		"logGroup":            group,
		"logStream":           "log-stream",
		"subscriptionFilters": []string{"subscription"},
		"logEvents":           all,
	})}})
}

// packed compresses what CloudWatch Logs sends.
func (e *Events) packed(data object) string {
	e.t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(e.event(data)); err != nil {
		e.t.Errorf("make an event: compress: %v", err)
	}
	if err := w.Close(); err != nil {
		e.t.Errorf("make an event: compress: %v", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
