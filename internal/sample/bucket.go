package sample

import (
	"net/url"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// happened has an event for each kind of S3's events, for functions that
// subscribe to all of a kind.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
var happened = map[string]string{
	"ObjectCreated":       "Put",
	"ObjectRemoved":       "Delete",
	"ObjectRestore":       "Completed",
	"ObjectTagging":       "Put",
	"LifecycleExpiration": "Delete",
	"Replication":         "OperationFailedThreshold",
}

// object makes S3's event of an object that the function's filter lets through.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func object(f app.FunctionModel, o Options) (any, error) {
	if err := o.refuseBody(f); err != nil {
		return nil, err
	}
	name := "ObjectCreated:Put"
	if len(f.S3.Events) > 0 {
		name = strings.TrimPrefix(f.S3.Events[0], "s3:")
	}
	kind, what, _ := strings.Cut(name, ":")
	if what == "*" {
		name = kind + ":" + happened[kind]
	}
	key := f.S3.Prefix + "example" + f.S3.Suffix
	about := dict{"key": encodeKey(key), "sequencer": "0069A7BC3FD96BA1C0"}
	if kind != "ObjectRemoved" && kind != "LifecycleExpiration" { // an object that is gone has neither
		about["size"], about["eTag"] = 1024, "0123456789abcdef0123456789abcdef"
	}
	return records(dict{
		"eventVersion":      "2.1",
		"eventSource":       "aws:s3",
		"awsRegion":         region,
		"eventTime":         moment,
		"eventName":         name,
		"userIdentity":      dict{"principalId": "AWS:AIDAEXAMPLEEXAMPLE000"},
		"requestParameters": dict{"sourceIPAddress": "192.0.2.1"},
		"responseElements": dict{
			"x-amz-request-id": "C3D13FE58DE4C810",
			"x-amz-id-2":       "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD",
		},
		"s3": dict{
			"s3SchemaVersion": "1.0",
			"configurationId": f.Name,
			"bucket": dict{
				"name": f.S3.Bucket, "arn": "arn:aws:s3:::" + f.S3.Bucket,
				"ownerIdentity": dict{"principalId": "A3NL1KOZZKEXAMPLE"},
			},
			"object": about,
		},
	}), nil
}

// encodeKey encodes the key of an object as the value of a form, but leaves
// slashes.
func encodeKey(key string) string {
	return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
}
