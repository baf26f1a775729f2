package poller

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	kinesistypes "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/chalice-go/chalice/app"
)

// The following exports functions without side effects to the tests.

// Failures returns which of the records with these ids an answer reports as
// failed, and the error about them.
func Failures(answer []byte, ids ...string) ([]bool, error) {
	items, failed := make([]item, len(ids)), make([]bool, len(ids))
	for i, id := range ids {
		items[i].id = id
	}
	return failed, markFailures(answer, items, failed)
}

// First returns the index of the first failure, as a stream's checkpoint.
func First(failed []bool) int { return outcome{failed: failed}.first() }

// Batches makes events of records, each up to a size.
func Batches(size int, records ...string) (events []string) {
	rest := make([]item, len(records))
	for i, r := range records {
		rest[i].record = []byte(r)
	}
	for len(rest) > 0 {
		b := &batch{}
		rest, _ = b.fill(rest, size)
		events = append(events, string(b.event()))
	}
	return events
}

// Message returns a message's form in an event.
func Message(m sqstypes.Message) (string, error) {
	i, err := messageItem(&m, "arn:aws:sqs:eu-west-1:123456789012:jobs", "eu-west-1")
	return string(i.record), err
}

// KinesisRecord returns a record's form in an event.
func KinesisRecord(r kinesistypes.Record) (string, error) {
	k := &kinesisStream{region: "eu-west-1", function: "count", arn: "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"}
	i, err := k.item("shardId-000000000006", &r)
	return string(i.record), err
}

// TableRecord returns a change's form in an event.
func TableRecord(r types.Record) (string, error) {
	t := &tableStream{region: "eu-west-1", arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/things/stream/2026-01-02T03:04:05.678"}
	i, err := t.item(&r)
	return string(i.record), err
}

// A Shard is a shard of a stream, and how far it was read.
type Shard struct {
	ID      string
	Parents []string
	Done    bool
}

// Ready returns the ids of the shards that can be read, in their order.
func Ready(shards ...Shard) (ids []string) {
	p := &progress{shards: map[string]*shardProgress{}}
	var listed []shard
	for _, s := range shards {
		listed = append(listed, shard{id: s.ID, parents: s.Parents})
		p.shards[s.ID] = &shardProgress{done: s.Done}
	}
	ready := p.ready(listed)
	for _, s := range shards {
		if ready[s.ID] != nil {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// Concurrency returns how many batches of a queue are handed over at a time.
func Concurrency(workers int, s *app.SQSModel) int {
	m := mapping{poller: &Poller{}, app: App{Concurrency: workers}, filter: &filter{}}
	return m.poller.newQueue(m, s).concurrency
}

// Destination names the destination with an ARN for people; empty: there is none.
func Destination(arn string) string {
	if d := (&Poller{}).newDestination(arn); d != nil {
		return d.what()
	}
	return ""
}

// Word returns what a queue or topic, and a bucket, get of a batch with the records
// that were given up after a number of invocations, the last of which ended with an
// error of the function or with an answer; and the key in the bucket.
func Word(table bool, invocations int, threw bool, condition string) (text, object, key string, err error) {
	p := &Poller{streams: map[string]*progress{}}
	m := mapping{poller: p, function: "count", name: "clicks", kind: kindStream, filter: &filter{}}
	m.app.ARN = func(name string) string { return "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev-" + name }
	st := p.newKinesis(m, &app.StreamModel{Stream: "clicks"})
	st.api.(*kinesisStream).arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
	if table {
		st = p.newDynamoDB(m, &app.StreamModel{StreamARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/things/stream/2026-01-02T03:04:05.678"})
	}
	r := &reader{stream: st, shard: "shardId-000000000006"}
	b := newBatch([]item{
		{id: "41", record: []byte(`{"n":"<1>"}`), arrived: time.UnixMilli(1545084650987)},
		{id: "42", record: []byte(`{"n":2}`), arrived: time.UnixMilli(1545084711000)},
	})
	a := attempt{batch: b, invoked: invocations, last: outcome{request: "c9b8fa9f", threw: threw}}
	l := r.letter(a, b, condition)
	l.Timestamp = "NOW"
	if text, err = l.text(); err != nil {
		return "", "", "", err
	}
	body, err := l.object()
	return text, string(body), l.key, err
}
