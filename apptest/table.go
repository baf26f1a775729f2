package apptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/sample"
)

// Change is a change of an item of a DynamoDB table. Keys, New and Old are the
// item's primary key and the item after and before the change, as values that
// encode to JSON objects: maps, or structs with json tags. Numbers become
// DynamoDB's N, texts S, and so on.
type Change struct {
	Keys, New, Old any
	// EventName is INSERT, MODIFY or REMOVE. If it is empty, it follows from which
	// of New and Old there are.
	EventName string
}

// DynamoDB makes an event of changes of a table, given by its name or the ARN
// of its stream. The first change has the sequence number 12345, the second
// 12346, and so on.
func (e *Events) DynamoDB(table string, changes ...Change) json.RawMessage {
	e.t.Helper()
	source := table
	if !strings.HasPrefix(table, "arn:") {
		source = arn("dynamodb", region, account, "table/"+table+"/stream/2018-06-26T19:41:38.695")
	}
	all := make([]object, len(changes))
	for i, c := range changes {
		change, err := c.object()
		if err != nil {
			e.t.Errorf("change %d of table %s: %v", i, table, err)
			return json.RawMessage("null")
		}
		change["SequenceNumber"] = fmt.Sprint(12345 + i)
		all[i] = object{
			"awsRegion":      region,
			"dynamodb":       change,
			"eventID":        numbered("event-id", i),
			"eventName":      c.name(),
			"eventSource":    "aws:dynamodb",
			"eventSourceARN": source,
			"eventVersion":   "1.1",
		}
	}
	return e.event(records(all...))
}

func (c Change) name() string {
	switch {
	case c.EventName != "":
		return c.EventName
	case c.New == nil && c.Old != nil:
		return "REMOVE"
	case c.Old != nil:
		return "MODIFY"
	}
	return "INSERT"
}

func (c Change) object() (object, error) {
	change := object{"ApproximateCreationDateTime": 1545084650, "StreamViewType": "NEW_AND_OLD_IMAGES"}
	size := 0
	for _, part := range []struct {
		name  string
		value any
	}{{"Keys", c.Keys}, {"NewImage", c.New}, {"OldImage", c.Old}} {
		if part.value == nil {
			continue
		}
		item, n, err := itemOf(part.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
		change[part.name] = item
		size += n
	}
	change["SizeBytes"] = size
	return change, nil
}

// itemOf returns a value in DynamoDB's own form, and its approximate size in
// bytes.
func itemOf(value any) (item object, size int, err error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, 0, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var plain object
	if err := d.Decode(&plain); err != nil {
		return nil, 0, fmt.Errorf("a %T is no item: %w", value, err)
	}
	return sample.Item(plain), len(data), nil
}
