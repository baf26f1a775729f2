package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// App is what an app's registrations ask AWS to deliver. Several goroutines can use
// it.
type App struct {
	all []*receiver // in the model's order
}

// receiver is a function that a source of events invokes.
type receiver struct {
	function string
	subscription
}

// subscription is what one registration asks for.
type subscription interface {
	// sources are those whose events can lead to the function.
	sources() []*source
	// receive says what the function gets of an event of one of its sources.
	receive(*Event) Delivery
	// sends says which bytes the function gets whatever the event is; ok is false if
	// that depends on the event.
	sends() (payload []byte, ok bool)
}

// kinds are those of functions that sources of events invoke, each with what reads a
// registration of it. Other functions are invoked by a caller, or by API Gateway.
var kinds = map[app.FunctionKind]func(*app.FunctionModel) (subscription, error){
	app.ScheduleKind:   openSchedule,
	app.CloudWatchKind: openRule,
	app.S3Kind:         openBucket,
	app.SNSKind:        openTopic,
	app.SQSKind:        openQueue,
	app.KinesisKind:    openStream,
	app.DynamoDBKind:   openTable,
	app.LogsKind:       openLogs,
}

// New reads an app's registrations. An error is that of a pattern which AWS wouldn't
// take.
func New(m *app.Model) (*App, error) {
	a := &App{}
	for i := range m.Functions {
		f := &m.Functions[i]
		open := kinds[f.Kind]
		if open == nil {
			continue
		}
		s, err := open(f)
		if err != nil {
			return nil, fmt.Errorf("what %s is invoked for: %w", f.FunctionName(), err)
		}
		a.all = append(a.all, &receiver{f.FunctionName(), s})
	}
	return a, nil
}

// Delivery is what one function gets of an event.
type Delivery struct {
	Function string
	// Payloads are the events with which the function is invoked, in order. A batch
	// that is larger than the registration's is several. None: Why says why.
	Payloads []Payload
	// Filtered are the ids of those records that the function's filters don't let
	// through.
	Filtered []string
	// Why says, in a sentence, why the function gets nothing.
	Why string
	// beside means that such events have nothing to do with the function.
	beside bool
	// Partial means that the function's answers report the records that failed, and
	// Ordered that a record is only delivered when those before it are done.
	Partial, Ordered bool
}

// Payload is the event of one invocation.
type Payload struct {
	Event []byte
	// Records are the ids of a batch's records, by which a function reports them as
	// failed. There are none if the event is no batch.
	Records []string
}

// Failed returns the ids of a payload's records that AWS delivers again, or gives up in
// the end, after the function has answered or failed. The error says what is wrong with
// an answer. Of a payload that is no batch there are none.
func (d *Delivery) Failed(p Payload, answer []byte, failure error) ([]string, error) {
	failed := make([]bool, len(p.Records))
	var err error
	switch {
	case failure != nil:
		return p.Records, nil
	case d.Partial:
		failed, err = Failures(answer, p.Records)
	}
	var ids []string
	for i, id := range p.Records {
		if failed[i] || d.Ordered && len(ids) > 0 {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// none is the delivery of nothing.
func none(format string, args ...any) Delivery { return Delivery{Why: fmt.Sprintf(format, args...)} }

// whole is the delivery of one event as it is.
func whole(event []byte) Delivery { return Delivery{Payloads: []Payload{{Event: event}}} }

// Route says what each function gets of an event, in the order of the model: those that
// such a source can invoke at all.
func (a *App) Route(e *Event) []Delivery {
	var all []Delivery
	for _, r := range a.all {
		if !slices.Contains(r.sources(), e.source) {
			continue
		}
		if d := r.receive(e); !d.beside {
			d.Function = r.function
			all = append(all, d)
		}
	}
	return all
}

// Explain says why AWS wouldn't invoke a function with an event, in a sentence without
// a full stop. It returns "" if AWS could do so, and for functions that callers or API
// Gateway invoke.
func (a *App) Explain(function string, payload []byte) string {
	if r := a.find(function); r != nil {
		return r.explain(payload)
	}
	return ""
}

// find returns a function that sources of events invoke, nil if it isn't one.
func (a *App) find(function string) *receiver {
	i := slices.IndexFunc(a.all, func(r *receiver) bool { return r.function == function })
	if i < 0 {
		return nil
	}
	return a.all[i]
}

func (r *receiver) explain(payload []byte) string {
	fixed, always := r.sends()
	if always {
		if sameJSON(fixed, payload) {
			return ""
		}
		return fmt.Sprintf("what it gets is the Input of its registration, %s, whatever has happened", clip(fixed))
	}
	e, err := Parse(payload)
	if rule, ok := r.subscription.(*rule); ok && rule.path != nil && (err != nil || e.source != bridge) {
		return "" // it may be the part of an event
	}
	if err != nil || !slices.Contains(r.sources(), e.source) {
		return fmt.Sprintf("it gets events of %s, and this is none", names(r.sources()))
	}
	e.copied = true
	d := r.receive(e)
	switch {
	case d.Why != "":
		return d.Why
	case len(d.Filtered) > 0:
		return fmt.Sprintf("its filters hold back %s of the event", strings.Join(d.Filtered, ", "))
	case len(d.Payloads) > 1:
		return fmt.Sprintf("its batches have %d records at most, and this has more", len(d.Payloads[0].Records))
	case e.source == bridge && !sameJSON(d.Payloads[0].Event, payload):
		return "its InputPath selects a part of the event, and this is all of it"
	case e.source == bucket && !sameJSON(d.Payloads[0].Event, payload):
		return "it gets the bucket's events by way of EventBridge, in its form, and this is a notification of S3's own"
	}
	return ""
}

// sameJSON reports whether two texts are the same JSON.
func sameJSON(a, b []byte) bool {
	var x, y any
	return decode(a, &x) == nil && decode(b, &y) == nil && reflect.DeepEqual(x, y)
}

// decode decodes JSON, and keeps all digits of numbers.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// encode encodes what came from JSON, or can't fail for another reason. It leaves <, >
// and & as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("delivery: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// clip returns the start of a text, for messages.
func clip(text []byte) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "…"
	}
	return string(text)
}
