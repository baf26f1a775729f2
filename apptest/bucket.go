package apptest

import (
	"encoding/json"

	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/sample"
)

// S3Option is an option of [Events.S3].
type S3Option func(record object)

// EventName is what happened to the object, as S3's events have it; without this option
// ObjectCreated:Put.
func EventName(name string) S3Option {
	return func(record object) { record["eventName"] = name }
}

// ObjectSize is the size of the object in bytes; without this option 0.
func ObjectSize(bytes int64) S3Option { return aboutObject("size", bytes) }

// ETag is the entity tag of the object; without this option that of an empty one.
func ETag(tag string) S3Option { return aboutObject("eTag", tag) }

// VersionID is the version of the object; without this option it has none, as in a
// bucket that keeps no versions.
func VersionID(id string) S3Option { return aboutObject("versionId", id) }

// Sequencer orders the events of an object; without this option they all have the same.
func Sequencer(hex string) S3Option { return aboutObject("sequencer", hex) }

// aboutObject says something of the object.
func aboutObject(name string, value any) S3Option {
	return func(record object) { record["s3"].(object)["object"].(object)[name] = value }
}

// Requester is who changed the object: the ID of a principal, or for [ViaEventBridge] of
// an account.
func Requester(id string) S3Option {
	return func(record object) { record["userIdentity"] = object{"principalId": id} }
}

// ViaEventBridge makes the event that Amazon EventBridge delivers, for a function that is
// registered with app.ViaEventBridge. A handler gets the same of it.
func ViaEventBridge() S3Option {
	return func(record object) { record[bridged] = true }
}

// bridged marks a record that EventBridge is to deliver. S3 has no such member.
const bridged = "via EventBridge"

// S3 makes an event of a new object. Write its key as it is, "my cat.jpg": it is
// encoded as S3 does it in events, and a handler gets it decoded.
func (e *Events) S3(bucket, key string, opts ...S3Option) json.RawMessage {
	e.t.Helper()
	record := object{
		"awsRegion":         region,
		"eventName":         "ObjectCreated:Put",
		"eventSource":       "aws:s3",
		"eventTime":         "2018-05-22T04:41:23.823Z",
		"eventVersion":      "2.0",
		"requestParameters": object{"sourceIPAddress": "1.1.1.1"},
		"responseElements":  object{"x-amz-id-2": "request-id-2", "x-amz-request-id": "request-id-1"},
		"s3": object{
			"bucket": object{
				"arn": "arn:aws:s3:::" + bucket, "name": bucket,
				"ownerIdentity": object{"principalId": "ABCD"},
			},
			"configurationId": "config-id",
			"object": object{
				"eTag": "d41d8cd98f00b204e9800998ecf8427e", "key": sample.EncodeKey(key),
				"sequencer": "005B039F73C627CE8B", "size": 0,
			},
			"s3SchemaVersion": "1.0",
		},
		"userIdentity": object{"principalId": "AWS:XYZ"},
	}
	for _, set := range opts {
		set(record)
	}
	if record[bridged] == nil {
		return e.event(records(record))
	}
	return e.bridge(record)
}

// bridge makes the event of EventBridge for a record of S3's.
func (e *Events) bridge(record object) json.RawMessage {
	e.t.Helper()
	event, ok := delivery.Bridged(e.event(record))
	if !ok {
		e.t.Errorf("S3 doesn't send %v to EventBridge", record["eventName"])
		return e.event(object{})
	}
	return event
}
