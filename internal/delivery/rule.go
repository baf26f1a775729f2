package delivery

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/inputpath"
)

// rule is a rule of EventBridge whose target is the function.
type rule struct {
	bus     string
	pattern app.Pattern
	matcher *eventpattern.Matcher
	input   string
	path    inputpath.Path // nil: the whole event
}

func openRule(f *app.FunctionModel) (subscription, error) {
	m := f.CloudWatch
	r, err := newRule(m.Bus, m.Pattern)
	if err != nil {
		return nil, err
	}
	r.input = m.Input
	return r, r.parsePath(m.InputPath)
}

func newRule(bus string, pattern app.Pattern) (*rule, error) {
	matcher, err := eventpattern.Compile(eventpattern.EventBridge, pattern)
	return &rule{bus: BusName(bus), pattern: pattern, matcher: matcher}, err
}

// DefaultBus is the name of the event bus that each account has.
const DefaultBus = "default"

// BusName returns the name of an event bus, given by its name or ARN; empty: the
// default one.
func BusName(bus string) string {
	name := strings.TrimPrefix(resource(bus), "event-bus/")
	if name == "" {
		return DefaultBus
	}
	return name
}

func (r *rule) receive(e *Event) Delivery {
	if bus := BusName(e.Bus); !e.copied && bus != r.bus {
		return none("its rule is on the event bus %s, and the event is on %s", r.bus, bus)
	}
	if isScheduled(e.raw) {
		return none("what a rule sends for its schedule goes to no other rule")
	}
	if !r.matcher.Match(e.raw) {
		return none("%s", mismatch("its pattern", r.pattern, e.raw, func(part map[string]any) bool {
			m, err := eventpattern.Compile(eventpattern.EventBridge, part)
			return err == nil && m.Match(e.raw)
		}))
	}
	return whole(r.sent(e.raw))
}

// Sent returns what the rule of a function sends to it for an event that its pattern
// matches: the Input, the part that InputPath selects, or the event.
func Sent(f *app.FunctionModel, event []byte) ([]byte, error) {
	r := &rule{input: f.CloudWatch.Input}
	err := r.parsePath(f.CloudWatch.InputPath)
	return r.sent(event), err
}

func (r *rule) parsePath(path string) (err error) {
	if path != "" {
		r.path, err = inputpath.Parse(path)
	}
	return err
}

// sent is what the function gets. Where an event lacks what InputPath selects, that is
// null: AWS's pages don't say what it is there.
func (r *rule) sent(event []byte) []byte {
	switch {
	case r.input != "":
		return []byte(r.input)
	case r.path == nil:
		return event
	}
	var v any
	if decode(event, &v) != nil {
		return event
	}
	part, _ := r.path.In(v)
	return encode(part)
}

func (*rule) sources() []*source { return []*source{bridge} }

func (r *rule) sends() ([]byte, bool) { return []byte(r.input), r.input != "" }
