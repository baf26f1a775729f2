package apptest

import (
	"encoding/json"
	"net/url"
	"strings"
)

// S3Option is an option of [Events.S3].
type S3Option func(record object)

// EventName is what happened to the object; without this option
// ObjectCreated:Put.
func EventName(name string) S3Option {
	return func(record object) { record["eventName"] = name }
}

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
				"eTag": "d41d8cd98f00b204e9800998ecf8427e", "key": encodeKey(key),
				"sequencer": "005B039F73C627CE8B", "size": 0,
			},
			"s3SchemaVersion": "1.0",
		},
		"userIdentity": object{"principalId": "AWS:XYZ"},
	}
	for _, set := range opts {
		set(record)
	}
	return e.event(records(record))
}

// encodeKey encodes the key of an object as the value of a form, but for slashes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func encodeKey(key string) string {
	return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
}
