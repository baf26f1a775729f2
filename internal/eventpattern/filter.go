package eventpattern

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// Filters are the filters of an event source mapping. They can be used by several
// goroutines at the same time.
type Filters struct {
	records  *records
	matchers []*Matcher
}

// NewFilters makes filters of patterns. kind is SQS, Kinesis or DynamoDB. It is an error
// if [Check] finds a problem of one with the language that [Lambda] returns.
func NewFilters(kind app.FunctionKind, patterns []app.Pattern) (*Filters, error) {
	r, ok := recordsOf[kind]
	if !ok {
		return nil, fmt.Errorf("functions of the kind %s have no filters", kind)
	}
	f := &Filters{records: r}
	for i, pattern := range patterns {
		m, err := Compile(Lambda(kind), pattern)
		if err != nil {
			return nil, fmt.Errorf("filter %d: %w", i+1, err)
		}
		f.matchers = append(f.matchers, m)
	}
	return f, nil
}

// FilterName is what a message calls the filter at an index of so many.
func FilterName(index, of int) string {
	if of == 1 {
		return "the filter"
	}
	return fmt.Sprintf("filter %d", index+1)
}

// Pass reports whether Lambda hands on a record, which is one of the Records of Lambda's
// events: one of the filters matches it, or there are none. What isn't a JSON object
// only passes if there are none.
//
// If a filter is about the data, its format has to be the one that the filter is for:
// JSON if the filter says what its members are, and other texts if it lists texts.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
func (f *Filters) Pass(record []byte) bool {
	if f == nil || len(f.matchers) == 0 {
		return true
	}
	start, ok := objectIn(record)
	if !ok {
		return false
	}
	r := view{members: record, start: start, records: f.records}
	r.data, r.hasData = f.records.decoded(record, start)
	r.isJSON = json.Valid(r.data)
	for _, m := range f.matchers {
		if m.matches(&r) {
			return true
		}
	}
	return false
}

// records says how the filters of one kind see a record.
type records struct {
	// name is the member with the data, which are a text there; "" if they are an
	// object like any other.
	name string
	// within is the member that is left out, so that its members are in its place; "" if
	// there is none.
	within string
	// decode returns the data of the text.
	decode func(text []byte) (data []byte, ok bool)
}

var recordsOf = map[app.FunctionKind]*records{
	app.SQSKind:      {name: "body", decode: func(text []byte) ([]byte, bool) { return text, true }},
	app.KinesisKind:  {name: "data", within: "kinesis", decode: decodedBase64},
	app.DynamoDBKind: {},
}

func decodedBase64(text []byte) (data []byte, ok bool) {
	data, err := base64.StdEncoding.AppendDecode(nil, text)
	return data, err == nil
}

// decoded returns a record's data.
func (r *records) decoded(b []byte, start int) (data []byte, ok bool) {
	if r.name == "" {
		return nil, false
	}
	r.each(b, start, func(name []byte, start, end int) {
		if text, isText := textAt(b, start, end); isText && string(name) == r.name {
			data, ok = r.decode(text)
		}
	})
	return data, ok
}

// each calls a function for each member of a record as filters see it.
func (r *records) each(b []byte, start int, do func(name []byte, start, end int)) {
	members(b, start, func(name []byte, start, end int) {
		if r.within != "" && string(name) == r.within && b[start] == '{' {
			members(b, start, do)
			return
		}
		do(name, start, end)
	})
}

// view is a record as filters see it.
type view struct {
	members []byte // as JSON
	start   int
	records *records
	data    []byte
	hasData bool
	isJSON  bool
}

// matches reports whether a pattern matches a record.
func (m *Matcher) matches(r *view) bool {
	w := walks.Get().(*walk)
	defer walks.Put(w)
	w.begin(m.leaves)
	base := w.open(m.root)
	r.records.each(r.members, r.start, func(name []byte, start, _ int) {
		if r.records.name != "" && string(name) == r.records.name {
			w.data(m.root, base, r)
		} else {
			w.member(m.root, base, name, r.members, start)
		}
	})
	return w.close(m.root, base) != no
}

// data looks at a record's data. Nodes that are for another format aren't met by it,
// not even by what isn't there.
func (w *walk) data(root *object, base int, r *view) {
	for _, n := range root.byName[r.records.name] {
		node := &root.nodes[n]
		switch isText := node.leaf != nil; {
		case !r.hasData || isText == r.isJSON:
			w.states[base+n] = unfitting
		case isText:
			w.value = scalar{true, r.data}
			w.meet(base+n, node.accepts(&w.value))
		default:
			w.look(node, base+n, r.data, space(r.data, 0))
		}
	}
}
