package poller

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/requestid"
)

// The reasons for which records of a stream are given up, as Lambda has them.
const (
	retriesExhausted = "RetryAttemptsExhausted"
	ageExceeded      = "RecordAgeExceeded"
)

// discarded is what Lambda tells the destination of a stream's failures about a
// batch that was given up.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
type discarded struct {
	Request delivery.RequestContext `json:"requestContext"`
	// Response is nil for records that the function never got.
	Response  *delivery.ResponseContext `json:"responseContext,omitempty"`
	Version   string                    `json:"version"`
	Timestamp string                    `json:"timestamp"`
	Kinesis   *discardedBatch           `json:"KinesisBatchInfo,omitempty"`
	DynamoDB  *discardedBatch           `json:"DDBStreamBatchInfo,omitempty"`
	Payload   string                    `json:"payload,omitempty"` // the event; only buckets get it
}

// discardedBatch says where in the stream the records are.
type discardedBatch struct {
	Shard   string `json:"shardId"`
	Start   string `json:"startSequenceNumber"`
	End     string `json:"endSequenceNumber"`
	Arrived string `json:"approximateArrivalOfFirstRecord"`
	Last    string `json:"approximateArrivalOfLastRecord"`
	Size    int    `json:"batchSize"`
	Stream  string `json:"streamArn"`
}

// discard gives records up: it sends word of them to the destination, and
// records that they are done. If the destination can't be reached, the shard
// goes on, as in Lambda, which counts that as a failure of the destination. It
// returns for people what became of the records.
func (r *reader) discard(ctx context.Context, a attempt, b *batch, condition string) string {
	defer r.checkpoint.done(b.items)
	if r.destination == nil {
		return r.count(len(b.items)) + " lost, since the registration has no app.OnFailure"
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	to := r.destination.what()
	m, err := r.letter(a, b, condition).parcel()
	if err == nil {
		err = r.destination.send(ctx, m)
	}
	if err != nil {
		r.poller.options.Warn(fmt.Sprintf("%s%s of %s given up, and word of that can't be sent to %s: %s", r.place(), r.count(len(b.items)), r.what(), to, r.poller.reason(err)))
		return r.count(len(b.items)) + " lost, since word of that can't be sent to " + to
	}
	return fmt.Sprintf("word of %s was sent to %s", r.count(len(b.items)), to)
}

// letter is what a destination gets.
type letter struct {
	discarded
	key   string // of an object in a bucket
	event []byte
}

func (r *reader) letter(a attempt, b *batch, condition string) letter {
	first, last, now := b.items[0], b.items[len(b.items)-1], time.Now().UTC()
	l := letter{event: b.event()}
	l.key = fmt.Sprintf("aws/lambda/%s/%s/%s/%s-%s", r.uuid(), r.shard, now.Format("2006/01/02"), now.Format("2006-01-02T15.04.05"), requestid.New())
	l.Request.ID, l.Request.FunctionARN = a.last.request, r.app.ARN(r.function)
	if l.Request.ID == "" {
		l.Request.ID = requestid.New()
	}
	l.Request.Condition, l.Request.Invocations = condition, a.invoked
	if a.invoked > 0 {
		l.Response = &delivery.ResponseContext{Status: 200, Version: "$LATEST"}
		if a.last.threw {
			l.Response.Error = "Unhandled"
		}
	}
	l.Version, l.Timestamp = "1.0", now.Format(delivery.MillisecondTime)
	where := &discardedBatch{
		Shard: r.shard, Start: first.id, End: last.id, Size: len(b.items), Stream: r.api.streamARN(),
		Arrived: first.arrived.UTC().Format(r.arrivalFormat), Last: last.arrived.UTC().Format(r.arrivalFormat),
	}
	if r.kind == kindTable {
		l.DynamoDB = where
	} else {
		l.Kinesis = where
	}
	return l
}

// uuid returns the id of the event source mapping, which is the same each time.
func (m *mapping) uuid() string {
	sum := sha256.Sum256([]byte(m.key()))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// parcel returns what is sent, wherever it goes.
func (l letter) parcel() (Parcel, error) {
	text, err := l.text()
	if err != nil {
		return Parcel{}, err
	}
	object, err := l.object()
	return Parcel{Text: text, Object: object, Key: l.key}, err
}

// text returns the JSON for a queue or a topic.
func (l letter) text() (string, error) {
	out, err := encode(l.discarded)
	return string(out), err
}

// object returns the JSON for a bucket.
func (l letter) object() ([]byte, error) {
	l.Payload = strings.ToValidUTF8(string(l.event), "\uFFFD")
	return encode(l.discarded)
}
