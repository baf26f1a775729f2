package delivery

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

// notified is a bucket's own notification.
type notified struct{ *app.S3Model }

// bridged is a bucket's events that come by way of EventBridge.
type bridged struct {
	*app.S3Model
	*rule
}

func openBucket(f *app.FunctionModel) (subscription, error) {
	if !f.S3.EventBridge {
		return notified{f.S3}, nil
	}
	r, err := newRule(DefaultBus, f.S3.BridgePattern())
	return bridged{f.S3, r}, err
}

// happening is a record of S3.
type happening struct {
	Name   string `json:"eventName"`
	Time   string `json:"eventTime"`
	Region string `json:"awsRegion"`
	Who    struct {
		PrincipalID string `json:"principalId"`
	} `json:"userIdentity"`
	Request struct {
		Address string `json:"sourceIPAddress"`
	} `json:"requestParameters"`
	Response map[string]string `json:"responseElements"`
	S3       struct {
		Bucket struct{ Name string }
		Object struct {
			Key       string
			Size      json.Number
			ETag      string
			VersionID string `json:"versionId"`
			Sequencer string
		}
	} `json:"s3"`
}

// key returns the object's key, which S3's own events have as the value of a form.
func (h happening) key() string {
	if key, err := url.QueryUnescape(h.S3.Object.Key); err == nil {
		return key
	}
	return h.S3.Object.Key
}

func (notified) sources() []*source { return []*source{bucket} }

func (notified) sends() ([]byte, bool) { return nil, false }

// receive gives the function those of the records that one of its filters lets through.
func (n notified) receive(e *Event) Delivery {
	var pass []record
	why := ""
	for _, r := range e.records {
		var h happening
		if err := json.Unmarshal(r.text, &h); err != nil {
			return none("the record is none of a bucket: %v", err)
		}
		if reason := n.refuses(h); reason != "" {
			why = reason
			continue
		}
		pass = append(pass, r)
	}
	if len(pass) == 0 {
		return none("%s", why)
	}
	return whole(batch(pass))
}

// defaultEvents are those of a registration that names none.
var defaultEvents = []string{"s3:ObjectCreated:*"}

func (n notified) refuses(h happening) string {
	if h.S3.Bucket.Name != n.Bucket {
		return "it is for the bucket " + n.Bucket + ", and the object is in " + h.S3.Bucket.Name
	}
	events := n.Events
	if len(events) == 0 {
		events = defaultEvents
	}
	if !anyEvent(events, h.Name) {
		return "it is for " + strings.Join(events, ", ") + ", and the event is " + h.Name
	}
	for _, k := range n.Keys() {
		if strings.HasPrefix(h.key(), k.Prefix) && strings.HasSuffix(h.key(), k.Suffix) {
			return ""
		}
	}
	var wanted []string
	for _, k := range n.Keys() {
		wanted = append(wanted, k.Prefix+"*"+k.Suffix)
	}
	return "it is for keys like " + strings.Join(wanted, " or ") + ", and the object's is " + h.key()
}

// anyEvent reports whether one of S3's names of events is that of an event, or of its
// group.
func anyEvent(names []string, event string) bool {
	for _, name := range names {
		name = strings.TrimPrefix(name, "s3:")
		group, all := strings.CutSuffix(name, "*")
		if name == event || all && strings.HasPrefix(event, group) {
			return true
		}
	}
	return false
}

func (bridged) sources() []*source { return []*source{bucket, bridge} }

// receive gives the function an event of EventBridge. One of the bucket's own becomes
// what the bucket sends to EventBridge beside it.
func (b bridged) receive(e *Event) Delivery {
	if e.source == bridge {
		return b.ofBridge(e)
	}
	var d Delivery
	for _, r := range e.records {
		var h happening
		if err := json.Unmarshal(r.text, &h); err != nil {
			return none("the record is none of a bucket: %v", err)
		}
		event, ok := h.bridge()
		if !ok {
			d.Why = "S3 sends no " + h.Name + " to EventBridge"
			continue
		}
		if why := (notified{b.S3Model}).refuses(h); why != "" {
			d.Why = why // in the words of S3
			continue
		}
		one := b.ofBridge(&Event{raw: event, source: bridge})
		d.Why, d.Payloads = one.Why, append(d.Payloads, one.Payloads...)
	}
	if len(d.Payloads) > 0 {
		d.Why = ""
	}
	return d
}

// ofBridge gives the function an event of EventBridge. Most of these have nothing to do
// with buckets.
func (b bridged) ofBridge(e *Event) Delivery {
	d := b.rule.receive(e)
	var event Envelope
	d.beside = d.Why != "" && (json.Unmarshal(e.raw, &event) != nil || event.Source != bridgeSource)
	return d
}

// bridgeSource is the source of S3's events of EventBridge.
const bridgeSource = "aws.s3"

// Bridged returns the event of EventBridge that S3 sends beside a record of its own. It
// reports false if S3 sends none.
func Bridged(record []byte) (event []byte, ok bool) {
	var h happening
	if json.Unmarshal(record, &h) != nil {
		return nil, false
	}
	return h.bridge()
}

// bridge is the event of EventBridge beside a record. An object that is gone has no size.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func (h happening) bridge() ([]byte, bool) {
	for _, b := range app.S3BridgeEvents() {
		if b.Name != "s3:"+h.Name {
			continue
		}
		about := map[string]any{"key": h.key(), "sequencer": h.S3.Object.Sequencer}
		for name, value := range map[string]any{"etag": h.S3.Object.ETag, "version-id": h.S3.Object.VersionID, "size": h.S3.Object.Size} {
			if value != "" && value != json.Number("") {
				about[name] = value
			}
		}
		if b.DetailType == "Object Deleted" {
			delete(about, "size")
		}
		detail := map[string]any{
			"version": "0", "bucket": map[string]any{"name": h.S3.Bucket.Name}, "object": about, "requester": h.Who.PrincipalID,
			"request-id": h.Response["x-amz-request-id"], "source-ip-address": h.Request.Address,
		}
		for name, value := range map[string]string{"reason": b.Reason, "deletion-type": b.DeletionType} {
			if value != "" {
				detail[name] = value
			}
		}
		at, _ := time.Parse(time.RFC3339, h.Time) // a test's time may be anything
		return Envelope{
			ID: exampleID, DetailType: b.DetailType, Source: bridgeSource, Account: exampleAccount, Time: EventTime(at), Region: h.Region,
			Resources: []string{"arn:aws:s3:::" + h.S3.Bucket.Name}, Detail: detail,
		}.JSON(), true
	}
	return nil, false
}

// An event's id and account that nobody has said.
const (
	exampleID      = "7bf73129-1428-4cd3-a780-95db273d1602"
	exampleAccount = "123456789012"
)
