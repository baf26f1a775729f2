package app

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// OnDynamoDBRecord declares a function that gets the changes of a DynamoDB
// table, given by the ARN of the table's stream.
func (d *declarations) OnDynamoDBRecord(streamARN string, handler func(context.Context, *DynamoDBEvent) error, options ...DynamoDBOption) {
	f := &functionDeclaration{site: here(), kind: DynamoDBKind, read: reader(NewDynamoDBEvent), symbol: symbol(handler)}
	f.invoke = recordsHandler(f, handler)
	for _, o := range options {
		if o != nil {
			o.dynamoDB(&f.functionSettings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.DynamoDB = f.streamModel(r)
		m.DynamoDB.StreamARN = streamARN
	}
	d.add(f)
}

// DynamoDBOption is an option of OnDynamoDBRecord.
type DynamoDBOption interface{ dynamoDB(*functionSettings) }

// DynamoDBEvent is a batch of changes of a table.
type DynamoDBEvent struct{ records }

// NewDynamoDBEvent makes an event of its JSON.
func NewDynamoDBEvent(data []byte) (*DynamoDBEvent, error) {
	e := &DynamoDBEvent{}
	return e, e.read(data, "DynamoDB", "Amazon DynamoDB")
}

// Records are the batch's changes. If one doesn't say what changed, the list ends
// before it; it and those after it fail, see [BatchItemFailures].
func (e *DynamoDBEvent) Records() []*DynamoDBRecord {
	return allRecords(&e.records, func(raw string) (*DynamoDBRecord, error) {
		r := &DynamoDBRecord{event: event{raw}}
		changed := false
		o := object{data: raw}
		for o.next() {
			switch v := o.value(); o.key {
			case "dynamodb":
				changed = isObject(v)
				r.change(v)
			case "awsRegion":
				r.region = v
			case "eventID":
				r.id = v
			case "eventName":
				r.name = v
			case "eventSourceARN":
				r.sourceARN = v
			case "userIdentity":
				r.identity = v
			}
		}
		if !changed {
			return nil, r.missing("DynamoDB", "a record's dynamodb")
		}
		var err error
		r.time, err = seconds(r.timestamp)
		return r, err
	})
}

// DynamoDBRecord is a change of an item.
type DynamoDBRecord struct {
	event
	region, id, name, sourceARN, identity     string
	timestamp, sequenceNumber, size, viewType string
	keys, newImage, oldImage                  string

	time time.Time
}

func (r *DynamoDBRecord) of(e *DynamoDBEvent) []*DynamoDBRecord { return e.Records() }
func (r *DynamoDBRecord) identifier() string                    { return r.SequenceNumber() }
func (r *DynamoDBRecord) sequence() (string, bool)              { return "", true } // a batch is of one shard

func (r *DynamoDBRecord) change(raw string) {
	o := object{data: raw}
	for o.next() {
		switch v := o.value(); o.key {
		case "ApproximateCreationDateTime":
			r.timestamp = v
		case "SequenceNumber":
			r.sequenceNumber = v
		case "SizeBytes":
			r.size = v
		case "StreamViewType":
			r.viewType = v
		case "Keys":
			r.keys = v
		case "NewImage":
			r.newImage = v
		case "OldImage":
			r.oldImage = v
		}
	}
}

func (e *DynamoDBEvent) identify(raw string) string {
	return text(member(member(raw, "dynamodb"), "SequenceNumber"))
}

// Timestamp is about when the item changed, in UTC; zero if the record doesn't
// say.
func (r *DynamoDBRecord) Timestamp() time.Time { return r.time }

// Keys is the item's primary key, in DynamoDB's own form, such as
// {"id": {"N": "7"}}; nil if the stream doesn't have it. See also DecodeKeys.
func (r *DynamoDBRecord) Keys() map[string]any { return decodeMap(r.keys) }

// NewImage is the item after the change, in DynamoDB's own form; nil if it was
// removed, or if the stream doesn't have it. See also DecodeNew.
func (r *DynamoDBRecord) NewImage() map[string]any { return decodeMap(r.newImage) }

// OldImage is the item before the change, as NewImage.
func (r *DynamoDBRecord) OldImage() map[string]any { return decodeMap(r.oldImage) }

// DecodeKeys decodes the item's primary key as [json.Unmarshal] decodes plain
// JSON: {"id": {"N": "7"}} as {"id": 7}.
func (r *DynamoDBRecord) DecodeKeys(v any) error { return decodeImage(r.keys, v) }

// DecodeNew decodes the item after the change, as DecodeKeys does.
func (r *DynamoDBRecord) DecodeNew(v any) error { return decodeImage(r.newImage, v) }

// DecodeOld decodes the item before the change, as DecodeKeys does.
func (r *DynamoDBRecord) DecodeOld(v any) error { return decodeImage(r.oldImage, v) }

// SequenceNumber identifies the record in its shard, also in
// [BatchItemFailures].
func (r *DynamoDBRecord) SequenceNumber() string { return text(r.sequenceNumber) }

// SizeBytes is the record's size.
func (r *DynamoDBRecord) SizeBytes() int {
	n, _ := strconv.Atoi(r.size)
	return n
}

// StreamViewType tells which of keys and images the stream has.
func (r *DynamoDBRecord) StreamViewType() string { return text(r.viewType) }

// AWSRegion is the table's region.
func (r *DynamoDBRecord) AWSRegion() string { return text(r.region) }

// EventID identifies the change.
func (r *DynamoDBRecord) EventID() string { return text(r.id) }

// EventName is INSERT, MODIFY or REMOVE.
func (r *DynamoDBRecord) EventName() string { return text(r.name) }

// EventSourceARN is the ARN of the table's stream.
func (r *DynamoDBRecord) EventSourceARN() string { return text(r.sourceARN) }

// TableName is the name of the table, as its stream's ARN has it.
func (r *DynamoDBRecord) TableName() string {
	parts := strings.SplitN(r.EventSourceARN(), ":", 6)
	if len(parts) != 6 {
		return ""
	}
	resource := strings.Split(parts[5], "/")
	if len(resource) < 2 {
		return ""
	}
	return resource[1]
}

// UserIdentity is who changed the item, where the stream says so, which it does of
// deletions by Time to Live alone; otherwise both fields are empty.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Identity.html
func (r *DynamoDBRecord) UserIdentity() UserIdentity {
	return UserIdentity{Type: text(member(r.identity, "type")), PrincipalID: text(member(r.identity, "principalId"))}
}

// UserIdentity is who changed an item of a DynamoDB table.
type UserIdentity struct {
	Type        string // such as Service
	PrincipalID string // such as dynamodb.amazonaws.com
}

// Expired reports whether DynamoDB deleted the item because its Time to Live was over,
// rather than the app.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
func (r *DynamoDBRecord) Expired() bool {
	return r.EventName() == "REMOVE" && r.UserIdentity() == UserIdentity{"Service", "dynamodb.amazonaws.com"}
}
