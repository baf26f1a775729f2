// Package timing finds out what took how long, for whoever asks why a command takes the
// time that it does.
//
//	ctx, stop := timing.Record(ctx, "chalice package")
//	...
//	ctx, end := timing.Start(ctx, "compile") // anywhere below, also side by side
//	defer end()
//	...
//	spans := stop() // and then spans.Table(), spans.Trace()
//
// What is started with the context of a step is a part of that. Where nobody records,
// Start does nothing.
package timing

import (
	"context"
	"sync"
	"time"
)

// recorder takes the steps of a recording.
type recorder struct {
	now func() time.Duration // since the recording began

	mu    sync.Mutex
	steps []step // in the order in which they began; the first is the whole recording
}

// step is a step that goes on, or has ended.
type step struct {
	name       string
	parent     int // index; none for the first
	began, end time.Duration
	ended      bool
}

// current is what a context has: the step that goes on.
type current struct {
	*recorder
	step int
}

type key struct{}

// Record begins a recording of what is started with the context that it returns. Stop
// ends it, with all steps that go on.
func Record(ctx context.Context, name string) (_ context.Context, stop func() Spans) {
	began := time.Now()
	return record(ctx, name, func() time.Duration { return time.Since(began) })
}

func record(ctx context.Context, name string, now func() time.Duration) (_ context.Context, stop func() Spans) {
	r := &recorder{now: now, steps: []step{{name: name, parent: none}}}
	return r.within(ctx, 0), r.spans
}

// within returns the context of a step.
func (r *recorder) within(ctx context.Context, step int) context.Context {
	return context.WithValue(ctx, key{}, current{r, step})
}

// Start begins a step, which is a part of the one that the context is of, and returns the
// context for its own parts. End is called once.
func Start(ctx context.Context, name string) (_ context.Context, end func()) {
	if c, recorded := ctx.Value(key{}).(current); recorded {
		return c.start(ctx, name, c.step)
	}
	return ctx, nothing
}

func nothing() {}

func (r *recorder) start(ctx context.Context, name string, parent int) (context.Context, func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.steps)
	r.steps = append(r.steps, step{name: name, parent: parent, began: r.now()})
	return r.within(ctx, i), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.steps[i].end, r.steps[i].ended = r.now(), true
	}
}
