package delivery

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/app"
)

// Envelope is an event of EventBridge: Detail with what is around it.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
type Envelope struct {
	Version    string   `json:"version"` // 0
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"` // in the form of EventTime
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     any      `json:"detail"`
}

// JSON returns the event. Detail has to be something that encoding/json can encode.
func (e Envelope) JSON() []byte {
	if e.Version == "" {
		e.Version = "0"
	}
	if e.Resources == nil {
		e.Resources = []string{}
	}
	return encode(e)
}

// EventTime returns a time as events of EventBridge have it, to the second.
func EventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// What the events of schedules have in common.
const (
	scheduledEvent  = "Scheduled Event"
	ruleSource      = "aws.events"
	schedulerSource = "aws.scheduler"
)

// isScheduled reports whether an event is one that EventBridge makes when the time of a
// schedule comes.
func isScheduled(event []byte) bool {
	_, ok := scheduled(event)
	return ok
}

func scheduled(event []byte) (Envelope, bool) {
	var e Envelope
	err := json.Unmarshal(event, &e)
	return e, err == nil && e.DetailType == scheduledEvent && (e.Source == ruleSource || e.Source == schedulerSource)
}

// timer is a schedule.
type timer struct {
	function  string
	input     string
	scheduler bool // it is one of EventBridge Scheduler's
}

func openSchedule(f *app.FunctionModel) (subscription, error) {
	return newTimer(f), nil
}

func newTimer(f *app.FunctionModel) *timer {
	return &timer{f.Name, f.Schedule.Input, f.Schedule.Scheduler != nil}
}

func (*timer) sources() []*source { return []*source{bridge} }

func (t *timer) sends() ([]byte, bool) {
	return []byte(t.input), t.input != "" && !strings.Contains(t.input, attributeStart)
}

func (t *timer) receive(e *Event) Delivery {
	event, ok := scheduled(e.raw)
	switch {
	case !ok:
		d := none("it is invoked by its schedule alone, and the event is of another kind")
		d.beside = true
		return d
	case t.source() != event.Source:
		return none("the events of its schedule have the source %s, and this has %s", t.source(), event.Source)
	case !e.copied && !slices.ContainsFunc(event.Resources, t.isOwn):
		return none("the event is one of %s, and not of its schedule", strings.Join(event.Resources, ", "))
	case t.input != "":
		return whole([]byte(t.input))
	}
	return whole(e.raw)
}

func (t *timer) source() string {
	if t.scheduler {
		return schedulerSource
	}
	return ruleSource
}

// isOwn reports whether an ARN is that of the function's rule or schedule, as [App.Fire]
// has it.
func (t *timer) isOwn(arn string) bool {
	_, name, _ := strings.Cut(resource(arn), "/")
	return strings.TrimPrefix(name, defaultGroup) == t.function
}

// defaultGroup is the group of Scheduler's schedules that aren't in another.
const defaultGroup = "default/"

// Moment is a time of a schedule.
type Moment struct {
	Time            time.Time
	ID              string // of the event
	Region, Account string
}

// Fire says what a function gets when the time of its schedule comes: its Input, or the
// event that a rule or that EventBridge Scheduler sends. It reports false for a function
// without a schedule.
func (a *App) Fire(function string, m Moment) (Delivery, bool) {
	r := a.find(function)
	if r == nil {
		return Delivery{}, false
	}
	t, ok := r.subscription.(*timer)
	if !ok {
		return Delivery{}, false
	}
	d := whole(t.event(m))
	d.Function = function
	return d, true
}

// Scheduled returns the event that a function with a schedule gets at a time.
func Scheduled(f *app.FunctionModel, m Moment) []byte {
	return newTimer(f).event(m)
}

func (t *timer) event(m Moment) []byte {
	e := Envelope{ID: m.ID, DetailType: scheduledEvent, Source: t.source(), Account: m.Account, Time: EventTime(m.Time), Region: m.Region}
	if t.scheduler {
		e.Resources = []string{fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule/%s%s", m.Region, m.Account, defaultGroup, t.function)}
		e.Detail = "{}" // a text: that is how Scheduler has it
	} else {
		e.Resources = []string{fmt.Sprintf("arn:aws:events:%s:%s:rule/%s", m.Region, m.Account, t.function)}
		e.Detail = struct{}{}
	}
	switch {
	case t.input == "":
		return e.JSON()
	case t.scheduler:
		return []byte(contextAttributes(e).Replace(t.input))
	}
	return []byte(t.input)
}

// attributeStart starts what Scheduler replaces in an Input.
const attributeStart = "<aws.scheduler."

// contextAttributes replaces what Scheduler knows of an invocation in the Input of a
// schedule.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
func contextAttributes(e Envelope) *strings.Replacer {
	return strings.NewReplacer(
		attributeStart+"schedule-arn>", e.Resources[0],
		attributeStart+"scheduled-time>", e.Time,
		attributeStart+"execution-id>", e.ID,
		attributeStart+"attempt-number>", "1",
	)
}
