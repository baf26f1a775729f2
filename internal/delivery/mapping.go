package delivery

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// mapping is an event source mapping: it hands batches of records to the function.
type mapping struct {
	kind             app.FunctionKind
	source           *source
	what, name       string              // such as queue, jobs
	nameOf           func(string) string // of the resource in a record's ARN
	disabled         bool
	size             int
	partial, ordered bool
	patterns         []app.Pattern
	filters          *eventpattern.Filters // nil: all records
}

func openQueue(f *app.FunctionModel) (subscription, error) {
	m := f.SQS
	return mapping{
		kind: f.Kind, source: queue, what: "queue", name: resource(cmp.Or(m.QueueARN, m.Queue)), nameOf: resource,
		disabled: m.Disabled, size: cmp.Or(m.BatchSize, 1), partial: m.PartialBatch, patterns: m.Filters,
	}.open()
}

// streamBatch is the size of a stream's batches if the registration has none.
const streamBatch = 100

func openStream(f *app.FunctionModel) (subscription, error) {
	m := f.Kinesis
	name := func(arn string) string { return strings.TrimPrefix(resource(arn), "stream/") }
	return mapping{
		kind: f.Kind, source: stream, what: "stream", name: name(cmp.Or(m.StreamARN, m.Stream)), nameOf: name, ordered: true,
		disabled: m.Disabled, size: cmp.Or(m.BatchSize, streamBatch), partial: m.PartialBatch, patterns: m.Filters,
	}.open()
}

func openTable(f *app.FunctionModel) (subscription, error) {
	m := f.DynamoDB
	name := func(arn string) string { // of table/NAME/stream/TIME
		name, _, _ := strings.Cut(strings.TrimPrefix(resource(arn), "table/"), "/")
		return name
	}
	return mapping{
		kind: f.Kind, source: table, what: "table", name: name(m.StreamARN), nameOf: name, ordered: true,
		disabled: m.Disabled, size: cmp.Or(m.BatchSize, streamBatch), partial: m.PartialBatch, patterns: m.Filters,
	}.open()
}

func (m mapping) open() (subscription, error) {
	if len(m.patterns) == 0 {
		return &m, nil
	}
	var err error
	m.filters, err = eventpattern.NewFilters(m.kind, m.patterns)
	return &m, err
}

func (m *mapping) receive(e *Event) Delivery {
	d := Delivery{Partial: m.partial, Ordered: m.ordered}
	var pass []record
	for _, r := range e.records {
		name := m.nameOf(r.arn)
		switch {
		case name != m.name:
			return none("it is for the %s %s, and the records are those of %s", m.what, m.name, name)
		case m.disabled:
			return none("it is Disabled: nothing of the %s %s is delivered", m.what, m.name)
		case m.filters == nil || m.filters.Pass(r.text):
			pass = append(pass, r)
		default:
			d.Filtered = append(d.Filtered, r.id)
			d.Why = m.refusal(r)
		}
	}
	for some := range slices.Chunk(pass, m.size) {
		d.Why = ""
		p := Payload{Event: batch(some)}
		for _, r := range some {
			p.Records = append(p.Records, r.id)
		}
		d.Payloads = append(d.Payloads, p)
	}
	return d
}

// refusal says why no filter lets a record through.
func (m *mapping) refusal(r record) string {
	if len(m.patterns) > 1 {
		return fmt.Sprintf("none of its %d filters lets %s through", len(m.patterns), r.id)
	}
	return mismatch("its filter", m.patterns[0], seen(r), func(part map[string]any) bool {
		f, err := eventpattern.NewFilters(m.kind, []app.Pattern{part})
		return err == nil && f.Pass(r.text)
	})
}

// seen is a record as filters see it: of a stream's, the members of kinesis are those of
// the record.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
func seen(r record) []byte {
	var members, inner map[string]json.RawMessage
	if json.Unmarshal(r.text, &members) != nil || json.Unmarshal(members["kinesis"], &inner) != nil {
		return r.text
	}
	maps.Copy(members, inner)
	return encode(members)
}

// batch makes the event of records.
func batch(records []record) []byte {
	event := []byte(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			event = append(event, ',')
		}
		event = append(event, r.text...)
	}
	return append(event, `]}`...)
}

func (m *mapping) sources() []*source { return []*source{m.source} }

func (m *mapping) sends() ([]byte, bool) { return nil, false }
