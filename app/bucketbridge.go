package app

import (
	"slices"
	"strings"
)

// What S3's events have in common: in Events, and as events of EventBridge.
const (
	eventPrefix  = "s3:"
	bridgeSource = "aws.s3"
)

// bridgeEvent is an event of S3's as EventBridge has it. An empty Reason or Deletion
// stands for any, and none.
type bridgeEvent struct {
	name             string // as Events takes it, without s3:
	typ              string // detail-type
	reason, deletion string // reason and deletion-type in the detail
}

// bridgeEvents are the events that S3 sends to EventBridge, each before the group that
// it is in. The groups are here since a reason can be added to one.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
var bridgeEvents = []bridgeEvent{
	{"ObjectCreated:Put", "Object Created", "PutObject", ""},
	{"ObjectCreated:Post", "Object Created", "POST Object", ""},
	{"ObjectCreated:Copy", "Object Created", "CopyObject", ""},
	{"ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload", ""},
	{"ObjectCreated:*", "Object Created", "", ""},
	{"ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"},
	{"ObjectRemoved:DeleteMarkerCreated", "Object Deleted", "DeleteObject", "Delete Marker Created"},
	{"ObjectRemoved:*", "Object Deleted", "DeleteObject", ""},
	{"LifecycleExpiration:Delete", "Object Deleted", "Lifecycle Expiration", "Permanently Deleted"},
	{"LifecycleExpiration:DeleteMarkerCreated", "Object Deleted", "Lifecycle Expiration", "Delete Marker Created"},
	{"LifecycleExpiration:*", "Object Deleted", "Lifecycle Expiration", ""},
	{"ObjectRestore:Post", "Object Restore Initiated", "", ""},
	{"ObjectRestore:Completed", "Object Restore Completed", "", ""},
	{"ObjectRestore:Delete", "Object Restore Expired", "", ""},
	{"LifecycleTransition", "Object Storage Class Changed", "", ""},
	{"IntelligentTiering", "Object Access Tier Changed", "", ""},
	{"ObjectTagging:Put", "Object Tags Added", "", ""},
	{"ObjectTagging:Delete", "Object Tags Deleted", "", ""},
	{"ObjectAcl:Put", "Object ACL Updated", "", ""},
}

// bridgedName is the name that S3's own event would have.
func (e *S3Event) bridgedName() string {
	typ, reason, deletion := sharedText(member(e.raw, "detail-type")), sharedText(member(e.about, "reason")), sharedText(member(e.about, "deletion-type"))
	for _, b := range bridgeEvents {
		if b.typ == typ && (b.reason == "" || b.reason == reason) && (b.deletion == "" || b.deletion == deletion) {
			return b.name
		}
	}
	return ""
}

// S3BridgeEvent is an event of S3's as Amazon EventBridge has it.
type S3BridgeEvent struct {
	Name string // as [Events] takes it, such as s3:ObjectCreated:Put or s3:ObjectCreated:*
	// DetailType is the event's detail-type, and Reason and DeletionType are what its
	// detail has of these names, empty for anything and nothing.
	DetailType, Reason, DeletionType string
}

// S3BridgeEvents returns the events that S3 sends to Amazon EventBridge. Each is
// before the group that it is in.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html
func S3BridgeEvents() []S3BridgeEvent {
	var all []S3BridgeEvent
	for _, b := range bridgeEvents {
		all = append(all, S3BridgeEvent{eventPrefix + b.name, b.typ, b.reason, b.deletion})
	}
	return all
}

// bridgesOf are the events of a name that [Events] takes: one, or where EventBridge
// has no event for a group, all that are in it.
func bridgesOf(name string) []bridgeEvent {
	name = strings.TrimPrefix(name, eventPrefix)
	group, all := strings.CutSuffix(name, "*")
	var within []bridgeEvent
	for _, b := range bridgeEvents {
		if b.name == name {
			return []bridgeEvent{b}
		}
		if all && strings.HasPrefix(b.name, group) {
			within = append(within, b)
		}
	}
	return within
}

// NotBridged returns those of the events that S3 doesn't send to Amazon EventBridge.
func (m *S3Model) NotBridged() []string {
	return slices.DeleteFunc(slices.Clone(m.Events), func(name string) bool { return len(bridgesOf(name)) > 0 })
}

// BridgePattern is the pattern of the events of Amazon EventBridge that the function
// is for: those of its bucket, of its events and of its keys.
func (m *S3Model) BridgePattern() Pattern {
	detail := map[string]any{"bucket": map[string]any{"name": []any{m.Bucket}}}
	if keys := bridgeKeys(m.Keys()); len(keys) > 0 {
		detail["object"] = map[string]any{"key": keys}
	}
	p := Pattern{"source": []any{bridgeSource}, "detail": detail}
	cases := m.bridgeCases()
	if len(cases) == 1 {
		cases[0].require(p, detail)
		return p
	}
	var or []any
	for _, c := range cases {
		one, detail := map[string]any{}, map[string]any{}
		if c.require(one, detail); len(detail) > 0 {
			one["detail"] = detail
		}
		or = append(or, one)
	}
	if len(or) > 0 {
		p["$or"] = or
	}
	return p
}

// bridgeCase is what some events have in common: detail types, reasons and types of
// deletions, of each any of those that are here. No reasons: any, and none.
type bridgeCase [3][]string

// bridgeCases are the cases of all events, as few as can be.
func (m *S3Model) bridgeCases() []bridgeCase {
	var cases []bridgeCase
	events := m.Events
	if len(events) == 0 {
		events = []string{defaultBucketEvent}
	}
	for _, name := range events {
		for _, b := range bridgesOf(name) {
			c := bridgeCase{{b.typ}}
			if b.reason != "" {
				c[1] = []string{b.reason}
			}
			if b.deletion != "" {
				c[2] = []string{b.deletion}
			}
			cases = append(cases, c)
		}
	}
	for i := 0; i < len(cases); i++ {
		for j := i + 1; j < len(cases); j++ {
			if both, ok := cases[i].with(cases[j]); ok {
				cases = slices.Delete(cases, j, j+1)
				cases[i], i, j = both, -1, len(cases) // from the start
			}
		}
	}
	return cases
}

// with returns the case of the events of both, if there is one: if one of them has
// all of the other, or they differ in one thing alone.
func (c bridgeCase) with(other bridgeCase) (both bridgeCase, ok bool) {
	if c.has(other) {
		return c, true
	}
	if other.has(c) {
		return other, true
	}
	differs := -1
	for i := range c {
		if slices.Equal(c[i], other[i]) {
			continue
		}
		if differs >= 0 || len(c[i]) == 0 || len(other[i]) == 0 {
			return c, false
		}
		differs = i
	}
	for _, value := range other[differs] {
		if !slices.Contains(c[differs], value) {
			c[differs] = append(slices.Clip(c[differs]), value)
		}
	}
	return c, true
}

// has reports whether all events of another case are in this one.
func (c bridgeCase) has(other bridgeCase) bool {
	for i := range c {
		if len(c[i]) > 0 && (len(other[i]) == 0 || slices.ContainsFunc(other[i], func(v string) bool { return !slices.Contains(c[i], v) })) {
			return false
		}
	}
	return true
}

// require adds the case to an event's pattern and to that of its detail.
func (c bridgeCase) require(event, detail map[string]any) {
	for i, name := range [...]string{"detail-type", "reason", "deletion-type"} {
		to := detail
		if i == 0 {
			to = event
		}
		var values []any
		for _, v := range c[i] {
			values = append(values, v)
		}
		if len(values) > 0 {
			to[name] = values
		}
	}
}

// bridgeKeys are the patterns of keys; none if all keys are meant.
func bridgeKeys(filters []KeyFilterModel) []any {
	var all []any
	for _, f := range filters {
		switch {
		case f.Prefix == "" && f.Suffix == "":
			return nil
		case f.Suffix == "":
			all = append(all, map[string]any{"prefix": f.Prefix})
		case f.Prefix == "":
			all = append(all, map[string]any{"suffix": f.Suffix})
		default:
			all = append(all, map[string]any{"wildcard": literal.Replace(f.Prefix) + "*" + literal.Replace(f.Suffix)})
			for _, key := range f.shared() {
				all = append(all, key)
			}
		}
	}
	return all
}

// literal has a wildcard mean what a text says.
var literal = strings.NewReplacer(`\`, `\\`, `*`, `\*`)

// shared are the keys in which the prefix and the suffix have letters in common, as
// a.jp and .jpg have in a.jpg. A wildcard between the two doesn't match these. Of what is
// filled in later, nobody knows.
func (f KeyFilterModel) shared() []string {
	if strings.Contains(f.Prefix+f.Suffix, "${") {
		return nil
	}
	var keys []string
	for n := 1; n <= min(len(f.Prefix), len(f.Suffix)); n++ {
		if strings.HasSuffix(f.Prefix, f.Suffix[:n]) {
			keys = append(keys, f.Prefix+f.Suffix[n:])
		}
	}
	return keys
}

// Overlaps reports whether S3 takes two kinds of keys for overlapping: if the prefix
// of one starts that of the other, and the suffix of one ends that of the other. Of
// such, S3 accepts no two notifications for one event.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func (f KeyFilterModel) Overlaps(other KeyFilterModel) bool {
	return (strings.HasPrefix(f.Prefix, other.Prefix) || strings.HasPrefix(other.Prefix, f.Prefix)) &&
		(strings.HasSuffix(f.Suffix, other.Suffix) || strings.HasSuffix(other.Suffix, f.Suffix))
}
