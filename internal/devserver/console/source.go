package console

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
)

// sourceOptions says how a function gets the batches of a queue or a stream, and
// what becomes of those that fail: what the registration sets, and the size of a
// batch. It is nil for other functions.
func sourceOptions(f app.FunctionModel) []string {
	switch {
	case f.SQS != nil:
		return queueOptions(f.SQS)
	case f.Kinesis != nil:
		return streamOptions(f.Kinesis)
	case f.DynamoDB != nil:
		return streamOptions(f.DynamoDB)
	}
	return nil
}

func queueOptions(s *app.SQSModel) []string {
	o := options{}
	o.disabled(s.Disabled)
	o.batches(s.BatchSize, 1, s.BatchWindowSeconds, "message")
	o.filters(s.Filters)
	o.add(s.PartialBatch, "only the messages that it reports come again")
	if s.MaximumConcurrency != nil {
		o.add(true, "at most %s at a time", count(*s.MaximumConcurrency, "batch"))
	}
	if p := s.Provisioned; p != nil {
		o.add(true, "%d to %d pollers in Lambda", p.MinimumPollers, p.MaximumPollers)
	}
	return o
}

func streamOptions(s *app.StreamModel) []string {
	o := options{}
	o.disabled(s.Disabled)
	o.batches(s.BatchSize, 100, s.BatchWindowSeconds, "record")
	o.filters(s.Filters)
	o.add(s.StartAt != "", "from %s on", s.StartAt)
	o.add(s.StartAt == "" && s.StartingPosition != "", "from %s on", s.StartingPosition)
	o.add(s.ParallelizationFactor > 1, "%d batches of a shard at a time", s.ParallelizationFactor)
	o.add(s.PartialBatch, "tried again from the first record that it reports")
	o.add(s.Bisect, "a batch that fails is divided in two")
	if r := s.Retry; r != nil && r.MaximumAttempts != nil {
		o.add(*r.MaximumAttempts == 0, "not tried again")
		o.add(*r.MaximumAttempts > 0, "tried again at most %s", count(*r.MaximumAttempts, "time"))
	}
	if r := s.Retry; r != nil && r.MaximumAgeSeconds != nil {
		o.add(true, "given up at an age of %s", time.Duration(*r.MaximumAgeSeconds)*time.Second)
	}
	o.add(s.OnFailure != "", "word of what is given up goes to %s", s.OnFailure)
	return o
}

// options are what a registration sets, for people.
type options []string

func (o *options) add(set bool, format string, args ...any) {
	if set {
		*o = append(*o, fmt.Sprintf(format, args...))
	}
}

func (o *options) disabled(is bool) { o.add(is, "disabled: nothing polls for it") }

func (o *options) batches(size, otherwise, window int, of string) {
	if size == 0 {
		size = otherwise
	}
	text := fmt.Sprintf("batches of up to %s", count(size, of))
	if size == 1 {
		text = "one " + of + " at a time"
	} else if window > 0 {
		text += fmt.Sprintf(", gathered for up to %d s", window)
	}
	o.add(true, "%s", text)
}

func (o *options) filters(patterns []app.Pattern) {
	for _, p := range patterns {
		text, err := json.Marshal(p)
		o.add(err == nil, "filter %s", text)
	}
}
