package sample

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
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
	"ObjectAnnotation":    "Put",
	"Replication":         "OperationFailedReplication",
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
	key := f.S3.Keys()[0]
	if f.S3.EventBridge {
		return bridged(f.S3.Bucket, name, key.Prefix+"example"+key.Suffix)
	}
	return ownEvent(f, name, key.Prefix+"example"+key.Suffix), nil
}

// gone are the kinds of events of objects that aren't there any more, and so have no
// size.
var gone = []string{"ObjectRemoved", "LifecycleExpiration"}

// ownEvent makes the event with which S3 invokes a function itself.
func ownEvent(f app.FunctionModel, name, key string) any {
	kind, _, _ := strings.Cut(name, ":")
	about := dict{"key": EncodeKey(key), "sequencer": sequencer}
	if !slices.Contains(gone, kind) {
		about["size"], about["eTag"] = 1024, entityTag
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
	})
}

const (
	sequencer = "0069A7BC3FD96BA1C0"
	entityTag = "0123456789abcdef0123456789abcdef"
)

// further is what EventBridge's events of one type say beside what all of S3's say.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
var further = map[string]dict{
	"Object Restore Initiated":     {"source-storage-class": "GLACIER"},
	"Object Restore Completed":     {"source-storage-class": "GLACIER", "restore-expiry-time": second},
	"Object Storage Class Changed": {"destination-storage-class": "GLACIER"},
	"Object Access Tier Changed":   {"destination-access-tier": "ARCHIVE_ACCESS"},
}

// bridged makes S3's event as EventBridge delivers it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func bridged(bucket, name, key string) (any, error) {
	all := app.S3BridgeEvents()
	i := slices.IndexFunc(all, func(b app.S3BridgeEvent) bool { return b.Name == "s3:"+name })
	if i < 0 {
		return nil, fmt.Errorf("S3 doesn't send s3:%s to EventBridge", name)
	}
	about := dict{"key": key, "etag": entityTag, "sequencer": sequencer}
	kind, _, _ := strings.Cut(name, ":")
	if !slices.Contains(gone, kind) {
		about["size"] = 1024
	}
	detail := dict{"version": "0", "bucket": dict{"name": bucket}, "object": about, "request-id": "C3D13FE58DE4C810"}
	if strings.HasPrefix(kind, "Object") {
		detail["requester"], detail["source-ip-address"] = account, "192.0.2.1"
	} else { // nobody asked S3 for it
		detail["requester"] = "s3.amazonaws.com"
	}
	maps.Copy(detail, further[all[i].DetailType])
	for name, value := range map[string]string{"reason": all[i].Reason, "deletion-type": all[i].DeletionType} {
		if value != "" {
			detail[name] = value
		}
	}
	e := bridge("aws.s3", all[i].DetailType)
	e["resources"], e["detail"] = []any{"arn:aws:s3:::" + bucket}, detail
	return e, nil
}

// EncodeKey returns the key of an object as S3's events have it: encoded as the value of a
// form, but for slashes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func EncodeKey(key string) string {
	return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
}
