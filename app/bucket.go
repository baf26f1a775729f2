package app

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"
)

// defaultBucketEvent is the event of functions without Events.
const defaultBucketEvent = "s3:ObjectCreated:*"

// OnS3Event declares a function that is invoked when objects of a bucket
// change: when they are created, if no [Events] are given. S3 notifies the function
// itself, unless events come [ViaEventBridge]. Of the functions that it notifies, no two
// can be for the same event of the same object.
func (d *declarations) OnS3Event(bucket string, handler func(context.Context, *S3Event) error, options ...S3Option) {
	f := &functionDeclaration{site: here(), kind: S3Kind, read: reader(NewS3Event), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.s3(&f.functionSettings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.S3 = &S3Model{
			Bucket: bucket,
			Events: f.events.or([]string{defaultBucketEvent}),
			Prefix: f.prefix.value,
			Suffix: f.suffix.value,

			KeyFilters:  f.keyFilters,
			EventBridge: f.viaEventBridge,

			Retry:           f.retry(r),
			DeadLetterQueue: f.deadLetters(r),
		}
		if len(m.S3.Events) == 0 {
			r.report("Events is empty: name at least one, or leave it out for %s", defaultBucketEvent)
		}
		if len(f.keyFilters) > 0 && (f.prefix.given || f.suffix.given) {
			r.report("Prefix and Suffix go with no KeyFilter: write KeyFilter(%q, %q) in their place", f.prefix.value, f.suffix.value)
		}
	}
	d.add(f)
}

// S3Option is an option of OnS3Event.
type S3Option interface{ s3(*functionSettings) }

type s3Option func(*functionSettings)

func (o s3Option) s3(s *functionSettings) { o(s) }

// Events are the kinds of changes that invoke the function, such as
// "s3:ObjectRemoved:*".
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
func Events(events ...string) S3Option {
	return s3Option(func(s *functionSettings) { put(&s.settings, &s.events, "Events", slices.Clone(events)) })
}

// Prefix limits the function to objects whose key starts with it: the key as it is, and
// not encoded as in S3's own filters, and without wildcards.
func Prefix(prefix string) S3Option {
	return s3Option(func(s *functionSettings) { put(&s.settings, &s.prefix, "Prefix", prefix) })
}

// Suffix limits the function to objects whose key ends with it, as [Prefix] does.
func Suffix(suffix string) S3Option {
	return s3Option(func(s *functionSettings) { put(&s.settings, &s.suffix, "Suffix", suffix) })
}

// KeyFilter limits the function to objects whose key starts with prefix and ends with
// suffix, either of which can be empty. Given several times, one of them is enough:
// [Prefix] and [Suffix] are for a single one. For S3 no two may overlap, as "a/" and
// "a/b/" do, unless events come [ViaEventBridge].
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func KeyFilter(prefix, suffix string) S3Option {
	return s3Option(func(s *functionSettings) { s.keyFilters = append(s.keyFilters, KeyFilterModel{prefix, suffix}) })
}

// ViaEventBridge has Amazon EventBridge invoke the function, rather than S3 itself, so
// that any number of functions, of this app and of others, can have the same events of
// the same objects. The handler gets the same [S3Event]. A bucket sends its events to
// EventBridge once that is switched on for the bucket, which a deployment does, and
// what it removes never undoes: others may rely on it.
//
// S3 sends EventBridge no events of s3:Replication, s3:ObjectAnnotation,
// s3:ObjectRetention and s3:ReducedRedundancyLostObject.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
func ViaEventBridge() S3Option {
	return s3Option(func(s *functionSettings) { s.viaEventBridge = true })
}

// firstRecord returns the first element of an event's Records.
func firstRecord(raw string) string {
	l := list{data: member(raw, "Records")}
	if !l.next() {
		return ""
	}
	return l.value()
}

// unescapeQuery undoes the encoding of URL queries, where + is a space. Unlike
// net/url it leaves text alone that isn't a valid encoding.
func unescapeQuery(s string) string { return unescape(s, ' ') }

// unescapePath undoes the percent-encoding of a path, as unescapeQuery does.
func unescapePath(s string) string { return unescape(s, '+') }

// unescape undoes percent-encoding and replaces each + by plus. What it returns
// shares no memory with s.
func unescape(s string, plus byte) string {
	if !strings.ContainsAny(s, "%+") {
		return strings.Clone(s)
	}
	b := unescapeBytes(s, plus)
	if !utf8.Valid(b) {
		return string([]rune(string(b)))
	}
	return string(b)
}

// unescapeBytes is unescape for what needn't be UTF-8.
func unescapeBytes(s string, plus byte) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, plus)
		case '%':
			if v, ok := hex2(s[i+1:]); ok {
				b = append(b, v)
				i += 2
				continue
			}
			b = append(b, c)
		default:
			b = append(b, c)
		}
	}
	return b
}

func hex2(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	r, ok := hex4("00" + s[:2])
	return byte(r), ok
}
