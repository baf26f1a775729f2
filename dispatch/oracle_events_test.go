package dispatch_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
)

// eventBehaviour returns the handler of an event.
func eventBehaviour[E any](h *harness, name string) func(context.Context, E) error {
	b, ok := h.c.Behaviours[name]
	return func(_ context.Context, e E) error {
		h.note("handler:" + name)
		switch {
		case !ok:
			return nil
		case b["echo_event"] != nil:
			h.computed = attributes(e, b)
			return nil
		}
		_, err := b.outcome()
		return err
	}
}

// attributes returns the attributes of an event that a behaviour asks for.
func attributes(event any, b behaviour) any {
	var names []string
	decodeInto(b["echo_event"], &names)
	if len(names) == 1 && names[0] == "to_dict" {
		return map[string]any{"to_dict": event.(interface{ ToMap() map[string]any }).ToMap()}
	}
	records := []any{}
	one := func(record any) {
		object := map[string]any{}
		for _, name := range names {
			object[name] = attribute(record, name)
		}
		records = append(records, object)
	}
	switch e := event.(type) {
	case *app.SQSEvent:
		for _, r := range e.Records() {
			one(r)
		}
	case *app.KinesisEvent:
		for _, r := range e.Records() {
			one(r)
		}
	case *app.DynamoDBEvent:
		for _, r := range e.Records() {
			one(r)
		}
	default:
		one(event)
		return records[0]
	}
	return records
}

// attribute returns an attribute of an event or record by the reference's name.
func attribute(event any, name string) any {
	if m, ok := event.(interface{ ToMap() map[string]any }); ok && name == "to_dict" {
		return m.ToMap()
	}
	switch e := event.(type) {
	case *app.CloudWatchEvent:
		return map[string]any{
			"version": e.Version(), "account": e.Account(), "region": e.Region(), "detail": e.Detail(),
			"detail_type": e.DetailType(), "source": e.Source(), "time": e.Time(), "event_id": e.EventID(),
			"resources": e.Resources(),
		}[name]
	case *app.S3Event:
		return map[string]any{"bucket": e.Bucket(), "key": e.Key()}[name]
	case *app.SNSEvent:
		return map[string]any{
			"message": e.Message(), "subject": orNull(e.Subject()), "message_attributes": e.MessageAttributes(),
		}[name]
	case *app.SQSRecord:
		return map[string]any{"body": e.Body(), "receipt_handle": e.ReceiptHandle()}[name]
	case *app.KinesisRecord:
		return map[string]any{
			"data": base64.StdEncoding.EncodeToString(e.Data()), "sequence_number": e.SequenceNumber(),
			"partition_key": e.PartitionKey(), "schema_version": e.SchemaVersion(), "timestamp": stamp(e.Timestamp()),
		}[name]
	case *app.DynamoDBRecord:
		return map[string]any{
			"timestamp": stamp(e.Timestamp()), "keys": e.Keys(), "new_image": e.NewImage(), "old_image": e.OldImage(),
			"sequence_number": e.SequenceNumber(), "size_bytes": e.SizeBytes(), "stream_view_type": e.StreamViewType(),
			"aws_region": e.AWSRegion(), "event_id": e.EventID(), "event_name": e.EventName(),
			"event_source_arn": e.EventSourceARN(), "table_name": e.TableName(),
		}[name]
	case *app.WebsocketEvent:
		return map[string]any{
			"domain_name": e.DomainName(), "stage": e.Stage(), "connection_id": e.ConnectionID(), "body": e.Body(),
		}[name]
	case *app.AuthRequest:
		return map[string]any{"auth_type": e.Type(), "token": e.Token(), "method_arn": e.MethodARN()}[name]
	case *app.Request:
		return map[string]any{"method": e.Method(), "path": e.Path()}[name]
	}
	panic(fmt.Sprintf("the harness knows no %q of %T", name, event))
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000000Z") }
