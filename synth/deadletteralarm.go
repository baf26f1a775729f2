package synth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/internal/tftext"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// deadLettersMetric is how many dead letters wait. How many were sent isn't it: what a queue
// moves to its dead-letter queue wasn't. A queue that nothing happens to has no values
// after some hours, and its letters are still there: so the alarm stays as it is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
var deadLettersMetric = metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", above, "ignore"}

// maxTopics is how many actions an alarm can have.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
const maxTopics = 5

// deadLetterPlace is where dead letters go, as it is given.
type deadLetterPlace struct {
	kind  string        // of the alarm
	what  string        // gives it, in messages
	text  string        // ARN, perhaps with stand-ins; empty: see below
	made  any           // as a merged template has it: text, or an intrinsic function; nil: see below
	value config.Value  // as the configuration has it; zero: they go nowhere
	of    []destination // kinds of which it can be
}

// The kinds of alarms for dead letters. A function has one of each at most.
const (
	asyncDeadLetters   = "dead-letters"
	failureDeadLetters = "dead-letters-failure"
	eventDeadLetters   = "dead-letters-event"
	namedDeadLetters   = "dead-letters-queue"
)

// deadLettered is what connects a function to events, of which some can't be handled.
type deadLettered interface {
	belonging
	deadLetters() deadLetterPlace
}

// toQueue is what can be nothing but a queue.
var toQueue = destinationsOf([]string{"sqs"}, "sqs")

func (g target) deadLetters() deadLetterPlace {
	return deadLetterPlace{kind: eventDeadLetters, text: g.DeadLetters, of: toQueue}
}

func (s *topicSubscription) deadLetters() deadLetterPlace {
	return deadLetterPlace{kind: eventDeadLetters, text: s.DeadLetters, of: toQueue}
}

func (s streamSource) deadLetters() deadLetterPlace {
	return deadLetterPlace{kind: eventDeadLetters, what: "OnFailure", text: s.OnFailure, of: streamDestinations(s.OnFailure)}
}

func (t *asyncTarget) deadLetters(kind string) deadLetterPlace {
	return deadLetterPlace{kind: kind, what: t.Key, value: t.Value, of: t.kinds}
}

// deadLetterAlarms adds an alarm for each queue that gets dead letters: one for all
// functions that share it. They come after what connects functions to their events.
func (b *builder) deadLetterAlarms() {
	w := deadLetterWatch{b, map[string]*alarm{}, nil}
	var asking []*function
	for _, f := range functionsOf(b.resources) {
		if c := b.Stage.Function(f.Name).Alarms; c != nil && c.DeadLetters {
			asking = append(asking, f)
			w.function(f, c)
		}
	}
	if len(w.alarms) == 0 && len(asking) > 0 && !slices.ContainsFunc(asking, func(f *function) bool { return len(f.warned) > 0 }) {
		asking[0].warn("%s makes no alarm: no function has a queue for dead letters", b.Stage.Names.Key("alarms.dead_letters"))
	}
	for _, a := range w.alarms {
		b.add(a)
	}
}

// deadLetterWatch collects alarms.
type deadLetterWatch struct {
	*builder
	byQueue map[string]*alarm
	alarms  []*alarm
}

// function has an alarm for each of a function's queues.
func (w *deadLetterWatch) function(f *function, c *config.Alarms) {
	var all []deadLetterPlace
	if t := f.DeadLetters; t != nil {
		all = append(all, t.deadLetters(asyncDeadLetters))
	}
	for _, r := range w.resources {
		if functionOf(r) != f.Name {
			continue
		}
		switch r := r.(type) {
		case *eventInvokes:
			if t := r.OnFailure; t != nil {
				all = append(all, t.deadLetters(failureDeadLetters))
			}
		case *queueSource:
			all = append(all, w.redriven(r, c))
		case deadLettered:
			all = append(all, r.deadLetters())
		}
	}
	all = append(all, deadLetterPlace{kind: namedDeadLetters, value: c.Queue, of: toQueue})
	for _, l := range all {
		q := w.queueOf(l)
		isQueue := func(d destination) bool { return d.typ.What == queueType.What }
		switch {
		case q.given() == "" || !slices.ContainsFunc(l.of, isQueue):
		case q.id != "" || len(l.of) == 1:
			w.queue(f, c, l.kind, q)
		default:
			f.warn("%s has no alarm for the dead letters that %s names: nobody knows here whether they are in a queue; if they are, name it as %s", f.Name, l.what, w.key())
		}
	}
}

// key is what messages call the key that names a queue.
func (w *deadLetterWatch) key() string { return w.Stage.Names.Key("alarms.dead_letter_queue") }

// queue has an alarm for a queue, of which a function is one of those that use it.
func (w *deadLetterWatch) queue(f *function, c *config.Alarms, kind string, q deadLetterQueue) {
	a, ok := w.byQueue[q.given()]
	switch {
	case !ok:
		a = &alarm{metric: deadLettersMetric, Function: f, kind: kind, Minutes: 1, Of: q}
		w.byQueue[q.given()], w.alarms = a, append(w.alarms, a)
	case a.Function != f && !slices.Contains(a.Others, f):
		a.Others = append(a.Others, f)
	}
	a.Text = q.text(a, w.appName()+"-"+w.Stage.Name)
	for _, topic := range topicsOf(c) {
		if slices.ContainsFunc(a.Topics, topic.Equal) {
			continue
		}
		if a.Topics = append(a.Topics, topic); len(a.Topics) == maxTopics+1 {
			w.fail(topic.Mistake("is one too many for the dead letters of %s and others, which have one alarm: it can tell %d topics", a.Function.Name, maxTopics))
		}
	}
}

// redriven is where the queue that a function gets messages from has those that keep
// failing go, if a merged template makes it.
func (w *deadLetterWatch) redriven(s *queueSource, c *config.Alarms) deadLetterPlace {
	source := w.queueOf(deadLetterPlace{text: s.Queue})
	target, ok := w.Merge.redriveTarget(source.id)
	switch {
	case ok || !c.Queue.IsZero():
	case source.id != "":
		s.Function.warn("%s has no alarm for dead letters, since its queue %s has none: give that a RedrivePolicy, or else what fails again and again is lost when it expires", s.Function.Name, source.id)
	default:
		s.Function.warn("%s has no alarm for the dead letters of its queue: nobody knows here where that has them go; name it as %s", s.Function.Name, w.key())
	}
	return deadLetterPlace{kind: eventDeadLetters, made: target, of: toQueue}
}

// redriveTarget returns the dead-letter queue of a queue with a logical id, as the part
// has it; also of no part.
func (p *Part) redriveTarget(id string) (any, bool) {
	if p == nil {
		return nil, false
	}
	return p.root.Section("Resources").Section(id).Section("Properties").Section("RedrivePolicy").Get("deadLetterTargetArn")
}

// deadLetterQueue is a queue in metrics.
type deadLetterQueue struct {
	id      string       // of the resource that a merge makes; empty: it isn't known
	content any          // ARN or name, or an intrinsic function as a configuration has it
	value   config.Value // that the configuration has; zero: it is named elsewhere
}

var _ measured = deadLetterQueue{}

// queueOf finds out what is known of a queue.
func (w *deadLetterWatch) queueOf(l deadLetterPlace) deadLetterQueue {
	q := deadLetterQueue{value: l.value, content: l.value.Any()}
	switch {
	case l.made != nil:
		q.content = asConfigured(l.made)
	case l.text != "":
		q.content = l.text
	}
	text, isText := q.content.(string)
	if content, ok := w.StandIns[text]; isText && ok {
		q.content = content
	} else if arn, ok := standin.OfExpression(text).ARN(); isText && ok {
		q.content = arn.Content // of the name or the URL
	}
	if w.Merge == nil {
		return q
	}
	if isText {
		q.id = awaited{Source: queueType, source: text}.named(w.Merge.root.Section("Resources"))
	}
	if fn, ok := q.content.(map[string]any); ok && w.typeOf(standin.ID(fn)) == queueType.Type() {
		q.id = standin.ID(fn)
	}
	return q
}

// asConfigured returns a part of a template as a configuration has it.
func asConfigured(v any) any {
	o, ok := v.(*ordered.Object)
	if !ok {
		return v
	}
	d := json.NewDecoder(bytes.NewReader(ordered.AppendCompactJSON(nil, o)))
	d.UseNumber()
	var plain map[string]any
	if err := d.Decode(&plain); err != nil {
		panic("synth: a template's part is no JSON: " + err.Error())
	}
	return plain
}

// given tells queues apart; "" is none.
func (q deadLetterQueue) given() string {
	switch content := q.content.(type) {
	case string:
		if q.id == "" {
			return queueName(content)
		}
	case map[string]any:
		if q.id == "" {
			return standin.Readable(content)
		}
	}
	return q.id
}

// queueName returns the name of a queue, of its name or ARN.
func queueName(nameOrARN string) string {
	if strings.Contains(nameOrARN, "${") {
		return nameOrARN
	}
	return nameOrARN[strings.LastIndexByte(nameOrARN, ':')+1:]
}

// text is what the alarm for the queue says.
func (q deadLetterQueue) text(a *alarm, all string) string {
	text := ": there are dead letters"
	if name := q.given(); !strings.ContainsAny(name, "${") && standin.Part(name) == "" {
		text += " in " + name
	}
	if len(a.Others) == 0 {
		return a.Function.FunctionName + text
	}
	return fmt.Sprintf("%s%s, of %s and %s", all, text, a.Function.Name, counted(len(a.Others), "other function"))
}

func (deadLetterQueue) dimension() string { return "QueueName" }

func (q deadLetterQueue) stack(t *stack) any {
	if q.value.Intrinsic != nil {
		t.intrinsic(q.value, alone) // so that what it refers to is there
	}
	if q.id != "" {
		return cfn.GetAtt(q.id, "QueueName")
	}
	text, ok := q.content.(string)
	if ok && len(standin.Split(text)) == 1 {
		return queueName(text)
	}
	return cfn.Select(5, cfn.Split(":", intrinsicOf(q.content))) // of arn:aws:sqs:region:account:name
}

func (q deadLetterQueue) terraform(m *tfModule) string {
	m.value(q.value) // which says what is wrong with it
	text, _ := q.content.(string)
	expression, ok := tftext.Expression(text)
	switch {
	case !strings.Contains(text, "${"):
		return queueName(text)
	case !ok:
		expression = tfQuoted(text)
	}
	return `${reverse(split(":", ` + expression + `))[0]}`
}
