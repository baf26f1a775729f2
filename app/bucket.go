package app

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"
)

// OnS3Event declares a function that is invoked when objects of a bucket
// change: when they are created, if no [Events] are given.
func (d *declarations) OnS3Event(bucket string, handler func(context.Context, *S3Event) error, options ...S3Option) {
	f := &functionDeclaration{site: here(), kind: S3Kind, read: reader(NewS3Event), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.s3(&f.settings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.S3 = &S3Model{
			Bucket: bucket,
			Events: f.events.or([]string{"s3:ObjectCreated:*"}),
			Prefix: f.prefix.value,
			Suffix: f.suffix.value,
		}
		if len(m.S3.Events) == 0 {
			r.report("Events is empty: name at least one, or leave it out for s3:ObjectCreated:*")
		}
	}
	d.add(f)
}

// S3Option is an option of OnS3Event.
type S3Option interface{ s3(*settings) }

type s3Option func(*settings)

func (o s3Option) s3(s *settings) { o(s) }

// Events are the kinds of changes that invoke the function, such as
// "s3:ObjectRemoved:*".
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
func Events(events ...string) S3Option {
	return s3Option(func(s *settings) { put(s, &s.events, "Events", slices.Clone(events)) })
}

// Prefix limits the function to objects whose key starts with it.
func Prefix(prefix string) S3Option {
	return s3Option(func(s *settings) { put(s, &s.prefix, "Prefix", prefix) })
}

// Suffix limits the function to objects whose key ends with it.
func Suffix(suffix string) S3Option {
	return s3Option(func(s *settings) { put(s, &s.suffix, "Suffix", suffix) })
}

// S3Event says that an object changed. S3 sends one record in each event; if
// there are more, ToMap has them.
type S3Event struct {
	event
	bucket, key string
}

// NewS3Event makes an event of its JSON, which has to have a record with a
// bucket and a key.
func NewS3Event(data []byte) (*S3Event, error) {
	e := &S3Event{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	s3 := member(firstRecord(e.raw), "s3")
	e.bucket = member(member(s3, "bucket"), "name")
	e.key = member(member(s3, "object"), "key")
	switch {
	case e.bucket == "":
		return nil, e.missing("S3", "Records[0].s3.bucket.name")
	case e.key == "":
		return nil, e.missing("S3", "Records[0].s3.object.key")
	}
	return e, nil
}

// Bucket is the bucket's name.
func (e *S3Event) Bucket() string { return text(e.bucket) }

// Key is the object's key, without the URL encoding that it has in the event.
func (e *S3Event) Key() string { return unescapeQuery(sharedText(e.key)) }

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
	if !utf8.Valid(b) {
		return string([]rune(string(b)))
	}
	return string(b)
}

func hex2(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	r, ok := hex4("00" + s[:2])
	return byte(r), ok
}
