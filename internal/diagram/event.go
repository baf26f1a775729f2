package diagram

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/synth"
)

// event adds a resource that connects a function to its events, and reports
// whether the resource is one.
func (p *picture) event(r synth.Resource) bool {
	switch r := r.(type) {
	case *synth.Schedule:
		p.box(r.ID(), Schedule, r.Expression)
		p.edges = append(p.edges, Edge{From: r.ID(), To: r.Function.ID()})
	case *synth.EventRule:
		p.rule(r)
	case *synth.QueueSource:
		p.poller(Queue, r.Queue, r, r.Function, batches(r.BatchSize, r.WindowSeconds))
	case *synth.KinesisSource:
		p.poller(Stream, r.Stream, r, r.Function, batches(r.BatchSize, r.WindowSeconds)+", "+r.StartingPosition)
	case *synth.DynamoDBSource:
		p.poller(Table, r.StreamARN, r, r.Function, batches(r.BatchSize, r.WindowSeconds)+", "+r.StartingPosition)
	case *synth.TopicSubscription:
		p.source(Topic, r.Topic, r.Function, Row{r.ID(), "to", r.Function.Name, ""})
	case *synth.BucketNotification:
		p.source(Bucket, r.Bucket, r.Function, Row{r.ID(), "on", objects(r), ""})
	case *synth.BucketNotifications:
		p.row("bucket "+p.readable(r.Bucket), Row{ID: r.ID(), Label: "set", Text: "by " + r.Notifier.ID()})
	case *synth.BucketNotifier:
		p.box(r.ID(), Other, r.ID()).Note = "sets notifications"
	default:
		return false
	}
	return true
}

// source adds a function to the box of what invokes it, which is outside of the
// app: for instance a queue, by its name or ARN.
func (p *picture) source(kind Kind, name string, f *synth.Function, r Row) {
	name = p.readable(name)
	id := string(kind) + " " + name
	p.box(id, kind, short(kind, name))
	p.row(id, r)
	p.edges = append(p.edges, Edge{ID: r.ID, From: id, Row: r.ID, To: f.ID()})
}

// poller adds a function to the box of a queue or a stream whose records Lambda
// fetches.
func (p *picture) poller(kind Kind, name string, r synth.Resource, f *synth.Function, batches string) {
	p.source(kind, name, f, Row{r.ID(), "to", f.Name, batches})
}

// short returns people's name for what an ARN names.
func short(kind Kind, name string) string {
	if !strings.HasPrefix(name, "arn:") {
		return name
	}
	resource := name[strings.LastIndex(name, ":")+1:]
	if kind == Table {
		// arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME, with colons in
		// the time.
		if _, table, ok := strings.Cut(name, ":table/"); ok {
			resource, _, _ = strings.Cut(table, "/")
		}
	}
	if resource == "" {
		return name
	}
	return resource
}

// rule adds a rule of EventBridge: the source of the events is the title, and
// each other key of the pattern is a row.
func (p *picture) rule(r *synth.EventRule) {
	title := strings.TrimPrefix(r.ID(), "event ")
	if source, ok := r.Pattern["source"]; ok {
		title = oneOf(source)
	}
	p.box(r.ID(), EventRule, title)
	for _, key := range slices.Sorted(maps.Keys(r.Pattern)) {
		if key == "source" {
			continue // it is the title
		}
		p.row(r.ID(), Row{ID: r.ID(), Label: key, Text: oneOf(r.Pattern[key])})
	}
	p.edges = append(p.edges, Edge{From: r.ID(), To: r.Function.ID()})
}

// oneOf returns a part of a pattern as text: the alternatives of a list, and
// anything else as JSON.
func oneOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, oneOf(item))
		}
		return strings.Join(parts, " | ")
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// batches returns a text that says how a poller makes batches.
func batches(size, window int) string {
	if window > 0 {
		return fmt.Sprintf("batch %d in %d s", size, window)
	}
	return fmt.Sprintf("batch %d", size)
}

// objects returns a text that says for which changes of which objects a
// function is invoked.
func objects(r *synth.BucketNotification) string {
	var events []string
	for _, e := range r.Events {
		events = append(events, strings.TrimPrefix(e, "s3:"))
	}
	s := strings.Join(events, ", ")
	if r.Prefix != "" || r.Suffix != "" {
		s += " " + r.Prefix + "…" + r.Suffix
	}
	return s
}
