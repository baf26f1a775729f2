package delivery

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

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

// logData is what CloudWatch Logs sends, in awslogs.data of the event: base64 of JSON
// that is compressed with gzip.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
type logData struct {
	rest   map[string]json.RawMessage
	group  string
	events []logEvent
}

// logEvent is an event of a log.
type logEvent struct {
	text    json.RawMessage
	id      string
	message string
}

// with returns the event with the words that a pattern extracts, if it does.
func (e logEvent) with(fields map[string]string) json.RawMessage {
	if len(fields) == 0 {
		return e.text
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(e.text, &members) != nil {
		return e.text
	}
	members["extractedFields"] = encode(fields)
	return encode(members)
}

func (l *logs) receive(e *Event) Delivery {
	data, err := openLogData(e.raw)
	if err != nil {
		return none("the event has nothing of a log group: %v", err)
	}
	if data.group != l.group {
		return none("it is for the log group %s, and these are events of %s", l.group, data.group)
	}
	var d Delivery
	var pass []json.RawMessage
	for _, event := range data.events {
		if l.pattern.Match(event.message) {
			pass = append(pass, event.with(l.pattern.Fields(event.message)))
		} else {
			d.Filtered = append(d.Filtered, event.id)
		}
	}
	switch {
	case len(pass) == 0:
		d.Why = fmt.Sprintf("its FilterPattern %s matches none of the %d events", l.text, len(data.events))
		if len(data.events) == 1 {
			d.Why = fmt.Sprintf("its FilterPattern %s doesn't match the event", l.text)
		}
	default:
		d.Payloads = []Payload{{Event: data.with(pass)}}
	}
	return d
}

// maxLogData is the size in bytes that the data of an event may have when it is
// decompressed.
const maxLogData = 64 << 20

func openLogData(event []byte) (*logData, error) {
	var envelope struct {
		Logs struct {
			Data []byte `json:"data"` // of base64
		} `json:"awslogs"`
	}
	if err := json.Unmarshal(event, &envelope); err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(envelope.Logs.Data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(z, maxLogData))
	if err != nil {
		return nil, err
	}
	data := &logData{}
	if err := json.Unmarshal(text, &data.rest); err != nil {
		return nil, err
	}
	var known struct {
		LogGroup  string            `json:"logGroup"`
		LogEvents []json.RawMessage `json:"logEvents"`
	}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, err
	}
	data.group = known.LogGroup
	for _, text := range known.LogEvents {
		var about struct{ ID, Message string }
		if err := json.Unmarshal(text, &about); err != nil {
			return nil, err
		}
		data.events = append(data.events, logEvent{text, about.ID, about.Message})
	}
	return data, nil
}

// with returns the event with only some of the events of the log.
func (d *logData) with(events []json.RawMessage) []byte {
	rest := make(map[string]json.RawMessage, len(d.rest))
	for name, value := range d.rest {
		rest[name] = value
	}
	rest["logEvents"] = encode(events)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(encode(rest)) // a buffer takes everything
	z.Close()
	return encode(map[string]any{"awslogs": map[string]string{"data": base64.StdEncoding.EncodeToString(b.Bytes())}})
}
