package app

import (
	"strconv"
	"strings"
	"time"
)

// S3Event says that an object changed. S3 sends one record in each event; if
// there are more, ToMap has them. With [ViaEventBridge] it is an event of
// EventBridge: its JSON has another form, and each method returns the same.
type S3Event struct {
	event
	about               string // the record, or the detail of an event of EventBridge
	object, bucket, key string
	bridged             bool
}

// NewS3Event makes an event of its JSON, which has to have a record with a
// bucket and a key, or to be an event of S3's that EventBridge sent, with the same.
func NewS3Event(data []byte) (*S3Event, error) {
	e := &S3Event{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	bucket, where := "", "Records[0].s3"
	if e.bridged = sharedText(member(e.raw, "source")) == bridgeSource; e.bridged {
		where = "detail"
		e.about = member(e.raw, "detail")
		bucket, e.object = member(e.about, "bucket"), member(e.about, "object")
	} else {
		e.about = firstRecord(e.raw)
		s3 := member(e.about, "s3")
		bucket, e.object = member(s3, "bucket"), member(s3, "object")
	}
	e.bucket = member(bucket, "name")
	e.key = member(e.object, "key")
	switch {
	case e.bucket == "":
		return nil, e.missing("S3", where+".bucket.name")
	case e.key == "":
		return nil, e.missing("S3", where+".object.key")
	}
	return e, nil
}

// Bucket is the bucket's name.
func (e *S3Event) Bucket() string { return text(e.bucket) }

// BucketARN is the bucket's ARN.
func (e *S3Event) BucketARN() string {
	if e.bridged {
		l := list{data: member(e.raw, "resources")}
		if !l.next() {
			return ""
		}
		return text(l.value())
	}
	return text(member(member(member(e.about, "s3"), "bucket"), "arn"))
}

// Key is the object's key, without the URL encoding that S3's own events have.
func (e *S3Event) Key() string {
	if e.bridged {
		return text(e.key)
	}
	return unescapeQuery(sharedText(e.key))
}

// EventName is what happened, in the words of S3's own events, also for an event
// that EventBridge sent: such as ObjectCreated:Put or
// ObjectRemoved:DeleteMarkerCreated, without the s3: that [Events] takes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
func (e *S3Event) EventName() string {
	if e.bridged {
		return e.bridgedName()
	}
	return strings.TrimPrefix(text(member(e.about, "eventName")), eventPrefix)
}

// EventTime is when it happened, in UTC; zero if the event doesn't say.
func (e *S3Event) EventTime() time.Time {
	if e.bridged {
		return timeOf(text(member(e.raw, "time")))
	}
	return timeOf(text(member(e.about, "eventTime")))
}

// Size is the object's size in bytes; 0 where the event doesn't have it, such as
// for a removed object.
func (e *S3Event) Size() int64 {
	n, _ := strconv.ParseInt(member(e.object, "size"), 10, 64)
	return n
}

// ETag is the object's entity tag, without quotes, "" where the event doesn't have
// it.
func (e *S3Event) ETag() string { return text(member(e.object, e.named("eTag", "etag"))) }

// VersionID is the version of the object, "" if the bucket keeps no versions.
func (e *S3Event) VersionID() string {
	return text(member(e.object, e.named("versionId", "version-id")))
}

// Sequencer orders the events in which an object is created and removed: of two of
// one key, the later one is greater, compared as texts when the shorter one has
// zeros put before it. Other events have none.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
func (e *S3Event) Sequencer() string { return text(member(e.object, "sequencer")) }

// AWSRegion is the bucket's region.
func (e *S3Event) AWSRegion() string {
	if e.bridged {
		return text(member(e.raw, "region"))
	}
	return text(member(e.about, "awsRegion"))
}

// Requester is who changed the object: a principal's ID such as AWS:AIDAEXAMPLE or,
// in an event that EventBridge sent, an account's ID. A service of AWS is its name
// there, such as s3.amazonaws.com.
func (e *S3Event) Requester() string {
	if e.bridged {
		return text(member(e.about, "requester"))
	}
	return text(member(member(e.about, "userIdentity"), "principalId"))
}

// SourceIP is the address that the request came from, "" if no request changed the
// object.
func (e *S3Event) SourceIP() string {
	if e.bridged {
		return text(member(e.about, "source-ip-address"))
	}
	return text(member(member(e.about, "requestParameters"), "sourceIPAddress"))
}

// RequestID identifies the request to S3.
func (e *S3Event) RequestID() string {
	if e.bridged {
		return text(member(e.about, "request-id"))
	}
	return text(member(member(e.about, "responseElements"), "x-amz-request-id"))
}

// named returns the name that a member has in this form of the event.
func (e *S3Event) named(own, bridged string) string {
	if e.bridged {
		return bridged
	}
	return own
}
