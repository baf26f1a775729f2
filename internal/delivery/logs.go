package delivery

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/logpattern"
)

// logs is a subscription filter of a log group.
type logs struct {
	group   string
	text    string // of the pattern
	pattern *logpattern.Matcher
}

func openLogs(f *app.FunctionModel) (subscription, error) {
	l := &logs{group: f.Logs.Group, text: f.Logs.FilterPattern}
	var err error
	l.pattern, err = logpattern.Compile(l.text)
	return l, err
}

func (*logs) sources() []*source { return []*source{logGroup} }

func (*logs) sends() ([]byte, bool) { return nil, false }

func (l *logs) receive(e *Event) Delivery {
	sent, err := app.NewLogsEvent(e.raw)
	if err != nil {
		return none("the event has nothing of a log group: %v", err)
	}
	if group := sent.LogGroup(); group != l.group {
		return none("it is for the log group %s, and these are events of %s", l.group, group)
	}
	all := sent.Events()
	var d Delivery
	var pass []json.RawMessage
	for _, event := range all {
		if message := event.Message(); l.pattern.Match(message) {
			pass = append(pass, extracted(event.Raw(), l.pattern.Fields(message)))
		} else {
			d.Filtered = append(d.Filtered, event.ID())
		}
	}
	switch {
	case len(pass) == 0:
		d.Why = fmt.Sprintf("its FilterPattern %s matches none of the %d events", l.text, len(all))
		if len(all) == 1 {
			d.Why = fmt.Sprintf("its FilterPattern %s doesn't match the event", l.text)
		}
	default:
		d.Payloads = []Payload{{Event: packed(sent.Decoded(), pass)}}
	}
	return d
}

// extracted returns an event of a log with the words that a pattern extracts, if it does.
func extracted(event json.RawMessage, fields map[string]string) json.RawMessage {
	var members map[string]json.RawMessage
	if len(fields) == 0 || json.Unmarshal(event, &members) != nil {
		return event
	}
	members["extractedFields"] = encode(fields)
	return encode(members)
}

// packed returns the event for some of the events of a log: awslogs.data has what
// CloudWatch Logs sends as base64 of JSON that is compressed with gzip.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func packed(sent []byte, events []json.RawMessage) []byte {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(sent, &members) // app.NewLogsEvent found the events in it
	members["logEvents"] = encode(events)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(encode(members)) // a buffer takes everything
	z.Close()
	return encode(map[string]any{"awslogs": map[string]string{"data": base64.StdEncoding.EncodeToString(b.Bytes())}})
}
