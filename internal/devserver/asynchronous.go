package devserver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/lambdarun"
	"github.com/chalice-go/chalice/internal/poller"
	"github.com/chalice-go/chalice/internal/requestid"
	"github.com/chalice-go/chalice/synth"
)

// delays are the pauses before an asynchronous event is tried again. Lambda
// waits as often, for one and for two minutes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var delays = []time.Duration{time.Second, 2 * time.Second}

// defaultAge is how long Lambda keeps an event that a function has no room for.
const defaultAge = 6 * time.Hour

// CallLater invokes a function as Lambda does for an asynchronous event: again if it
// fails, as often as the configuration says, in the end with a line in the journal. What
// becomes of the event goes where the configuration says. It returns when that is over.
func (s *Server) CallLater(ctx context.Context, c Call) {
	c.RequestID = cmp.Or(c.RequestID, requestid.New())
	e := asyncEvent{server: s, Call: c, began: time.Now()}
	for !e.over(ctx) {
	}
}

// asyncEvent is an event that a function gets without anybody waiting for it.
type asyncEvent struct {
	server *Server
	Call
	began    time.Time
	attempts int // those that count
	payload  []byte
	err      error // of the last attempt
}

// over makes one attempt, after a pause if it isn't the first one, and reports whether
// there is no other.
func (e *asyncEvent) over(ctx context.Context) bool {
	settings := e.settings()
	if e.attempts > 0 && !pause(ctx, delays[e.attempts-1]) {
		return true
	}
	if time.Since(e.began) > age(settings) {
		e.end(ctx, settings, "EventAgeExceeded")
		return true
	}
	var about Invocation
	e.payload, about, e.err = e.server.Call(ctx, e.Call)
	e.RequestID = about.RequestID
	if _, busy := errors.AsType[*lambdarun.BusyError](e.err); busy {
		return false // that doesn't count
	}
	e.attempts++
	switch {
	case errors.Is(e.err, lambdarun.ErrClosed), ctx.Err() != nil, e.server.Last() == nil:
	case e.err == nil:
		e.end(ctx, settings, "Success")
	case e.attempts > retries(settings):
		e.end(ctx, settings, "RetriesExhausted")
	default:
		return false
	}
	return true
}

// settings are those of the current generation of the app.
func (e *asyncEvent) settings() config.Async {
	if g := e.server.Last(); g != nil {
		return g.Stage.Function(e.Function).Async
	}
	return config.Async{}
}

func retries(c config.Async) int { return min(*cmp.Or(c.MaxRetries, new(len(delays))), len(delays)) }

func age(c config.Async) time.Duration {
	if c.MaxAge == nil {
		return defaultAge
	}
	return time.Duration(*c.MaxAge) * time.Second
}

// pause waits, and reports whether the context isn't done.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// end sends word of an event to where the configuration says, and writes a line if it is
// given up.
func (e *asyncEvent) end(ctx context.Context, c config.Async, condition string) {
	failed := condition != "Success"
	if failed {
		why := fmt.Sprintf("%s failed %d times for the same event, which is given up: %v", e.Function, e.attempts, e.err)
		if condition == "EventAgeExceeded" {
			why = fmt.Sprintf("%s had no room for an event for %s, so it is given up", e.Function, age(c))
		}
		e.server.journal.Print(Line{Level: levelError, Function: e.Function, Text: why})
	}
	record := e.record(condition)
	for _, t := range c.Targets() {
		switch {
		case t.Key == config.DeadLetterTargetKey && failed:
			e.send(ctx, t, poller.Parcel{Text: string(e.Event), Attributes: map[string]string{
				"RequestID": e.RequestID, "ErrorCode": "200", "ErrorMessage": e.message(),
			}})
		case t.Key == config.OnFailureKey && failed, t.Key == config.OnSuccessKey && !failed:
			e.send(ctx, t, e.parcel(record))
		}
	}
}

// invocationRecord is what Lambda sends to a destination.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
type invocationRecord struct {
	Version   string                    `json:"version"`
	Timestamp string                    `json:"timestamp"`
	Request   delivery.RequestContext   `json:"requestContext"`
	Payload   json.RawMessage           `json:"requestPayload"`
	Response  *delivery.ResponseContext `json:"responseContext,omitempty"` // nil: there was no attempt
	Answer    json.RawMessage           `json:"responsePayload,omitempty"`
}

func (e *asyncEvent) record(condition string) invocationRecord {
	r := invocationRecord{Version: "1.0", Timestamp: time.Now().UTC().Format(delivery.MillisecondTime), Payload: e.Event}
	r.Request.ID, r.Request.Condition, r.Request.Invocations = e.RequestID, condition, e.attempts
	r.Request.FunctionARN = e.arn() + ":$LATEST"
	if e.attempts == 0 {
		return r
	}
	r.Response = &delivery.ResponseContext{Status: 200, Version: "$LATEST"}
	if json.Valid(e.payload) {
		r.Answer = e.payload
	}
	if e.err != nil {
		r.Response.Error = "Unhandled"
		if r.Answer == nil {
			r.Answer, _ = json.Marshal(map[string]string{"errorMessage": e.err.Error()}) // text can always be encoded
		}
	}
	return r
}

func (e *asyncEvent) arn() string {
	g := e.server.Last() // which there is, or there would have been no attempt
	return g.FunctionARN(g.FunctionName(e.Function))
}

// message is the error, as far as there is room for it beside dead letters.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func (e *asyncEvent) message() string {
	const most = 1 << 10 // bytes
	var text string
	if e.err != nil {
		text = e.err.Error()
	}
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

func (e *asyncEvent) parcel(r invocationRecord) poller.Parcel {
	text, _ := json.Marshal(r) // it is JSON already
	now := time.Now().UTC()
	key := fmt.Sprintf("aws/lambda/async/%s/%s/%s-%s", e.Function, now.Format("2006/01/02"), now.Format("2006-01-02T15.04.05"), requestid.New())
	return poller.Parcel{Text: string(text), Object: text, Key: key}
}

// send sends a parcel to a target: to a function of the app, to those whose rules are for
// it, or to where the poller polls.
func (e *asyncEvent) send(ctx context.Context, t config.AsyncTarget, p poller.Parcel) {
	s := e.server
	if to := s.Last().functionOf(t.Value); to != "" {
		go s.CallLater(ctx, Call{Function: to, Event: []byte(p.Text), Happened: t.Key + " of " + e.Function})
		return
	}
	var err error
	to := t.Value.String()
	parts := strings.SplitN(t.Value.Text, ":", 6)
	switch {
	case len(parts) < 6:
		err = errors.New("it is known only when the app is deployed")
	case parts[2] == "events":
		to, err = "the event bus "+delivery.BusName(t.Value.Text), e.happen(ctx, t, p)
	case parts[2] == "lambda":
		err = errors.New("it is no function of the app")
	case s.poller == nil:
		err = errors.New("there is no AWS: --endpoint-url names what stands in for one, --profile takes a real account")
	default:
		to, err = s.poller.Send(ctx, t.Value.Text, p)
	}
	line := Line{Level: levelInfo, Function: e.Function, Text: fmt.Sprintf("%s of %s: sent to %s", t.Key, e.Function, to)}
	if err != nil {
		line = Line{Level: levelWarn, Function: e.Function, Text: fmt.Sprintf("%s of %s: nothing is sent to %s: %v", t.Key, e.Function, to, err)}
	}
	s.journal.Print(line)
}

// happen puts a record on an event bus.
func (e *asyncEvent) happen(ctx context.Context, t config.AsyncTarget, p poller.Parcel) error {
	outcome := "Failure"
	if t.Key == config.OnSuccessKey {
		outcome = "Success"
	}
	event := delivery.Envelope{
		ID: requestid.New(), DetailType: "Lambda Function Invocation Result - " + outcome, Source: "lambda", Account: Account,
		Time: delivery.EventTime(time.Now()), Region: e.server.Region(), Resources: []string{t.Value.Text, e.arn() + ":$LATEST"}, Detail: json.RawMessage(p.Text),
	}
	parsed, err := delivery.Parse(event.JSON())
	if err != nil {
		return err
	}
	parsed.Bus = t.Value.Text
	return e.server.Happen(ctx, t.Key+" of "+e.Function, parsed)
}

// functionOf returns the function of the app that is a target; "": it is none.
func (g *Generation) functionOf(target config.Value) string {
	names := g.Model.FunctionNames()
	if found := synth.FunctionsIn(target, names); len(found) == 1 {
		return found[0]
	}
	_, name, ok := strings.Cut(target.Text, ":function:")
	name, _, _ = strings.Cut(name, ":") // of a version or an alias
	i := slices.IndexFunc(names, func(own string) bool { return ok && g.FunctionName(own) == name })
	if i < 0 {
		return ""
	}
	return names[i]
}
