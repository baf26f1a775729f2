package timing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/timing"
)

// packaged is a recording whose clock the test turns: two steps side by side, of which
// one has parts, and one that nobody ends.
func packaged() timing.Spans {
	var now time.Duration
	at := func(ms float64) { now = time.Duration(ms * float64(time.Millisecond)) }
	ctx, stop := timing.RecordWith(context.Background(), "chalice package", func() time.Duration { return now })
	at(1)
	_, end := timing.Start(ctx, "configuration")
	at(3.25)
	end()
	compile, compiled := timing.Start(ctx, "compile for linux/arm64")
	at(3.5)
	_, built := timing.Start(compile, "go build")
	_, listed := timing.Start(compile, "go list")
	here, described := timing.Start(ctx, "describe")
	at(50)
	listed()
	_, run := timing.Start(here, "run the program")
	at(60.25)
	run()
	described()
	at(300)
	built()
	compiled()
	_, end = timing.Start(ctx, "zip")
	at(330)
	end()
	timing.Start(ctx, "write")
	at(1334.25)
	return stop()
}

func TestTable(t *testing.T) {
	want := `    began       took  lane  step
  0.000 s    1.334 s     1  chalice package
  0.001 s    0.002 s     1    configuration
  0.003 s    0.297 s     1    compile for linux/arm64
  0.004 s    0.296 s     1      go build
  0.004 s    0.046 s     2      go list
  0.004 s    0.057 s     3    describe
  0.050 s    0.010 s     3      run the program
  0.300 s    0.030 s     1    zip
  0.330 s    1.004 s     1    write
`
	if diff := cmp.Diff(want, packaged().Table()); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// traceFile is what is read of a trace: all that the format asks of events of these kinds.
type traceFile struct {
	TraceEvents []struct {
		Name, Ph string
		Ts, Dur  *int64
		Pid, Tid *int
		Args     map[string]string
	}
}

func readTrace(t *testing.T, spans timing.Spans) traceFile {
	t.Helper()
	data, err := spans.Trace()
	if err != nil {
		t.Fatal(err)
	}
	var file traceFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTrace(t *testing.T) {
	var got []string
	for _, e := range readTrace(t, packaged()).TraceEvents {
		switch e.Ph {
		case "X":
			got = append(got, fmt.Sprintf("%d+%d in %d: %s", *e.Ts, *e.Dur, *e.Tid, e.Name))
		case "M":
			got = append(got, fmt.Sprintf("%s of %d: %s", e.Name, *e.Tid, e.Args["name"]))
		}
	}
	want := []string{
		"process_name of 0: chalice package",
		"thread_name of 1: lane 1", "thread_name of 2: lane 2", "thread_name of 3: lane 3",
		"0+1334250 in 1: chalice package",
		"1000+2250 in 1: configuration",
		"3250+296750 in 1: compile for linux/arm64",
		"3500+296500 in 1: go build",
		"3500+46500 in 2: go list",
		"3500+56750 in 3: describe",
		"50000+10250 in 3: run the program",
		"300000+30000 in 1: zip",
		"330000+1004250 in 1: write",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// TestNobodyRecords: a step without a recording leaves the context as it is.
func TestNobodyRecords(t *testing.T) {
	ctx, end := timing.Start(t.Context(), "compile")
	end()
	if ctx != t.Context() {
		t.Error("there is another context")
	}
	if n := testing.AllocsPerRun(100, func() { _, end := timing.Start(ctx, "compile"); end() }); n > 0 {
		t.Errorf("it allocates %v times", n)
	}
}

// TestSideBySide: steps of many goroutines, of which some outlive what they are a part
// of, are all there; and each lane, of the spans and of the trace, is one that a viewer
// can draw: of two spans, one is within the other or after it.
func TestSideBySide(t *testing.T) {
	ctx, stop := timing.Record(t.Context(), "all")
	var begun int
	var mu sync.Mutex
	var all sync.WaitGroup
	var step func(ctx context.Context, depth int)
	step = func(ctx context.Context, depth int) {
		ctx, end := timing.Start(ctx, fmt.Sprint("step ", depth))
		defer end()
		mu.Lock()
		begun++
		mu.Unlock()
		for range rand.IntN(4) {
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			switch {
			case depth == 4:
			case rand.IntN(2) == 0:
				step(ctx, depth+1)
			default:
				all.Go(func() { step(ctx, depth+1) })
			}
		}
	}
	for range 20 {
		all.Go(func() { step(ctx, 0) })
	}
	all.Wait()
	spans := stop()
	if len(spans) != begun+1 {
		t.Errorf("%d steps began, and there are %d", begun, len(spans)-1)
	}
	for i, a := range spans {
		for _, b := range spans[i+1:] {
			if a.Lane == b.Lane && !drawable(a.Began, a.Took, b.Began, b.Took) {
				t.Fatalf("in a lane: %+v and %+v", a, b)
			}
		}
	}
	checkTrace(t, readTrace(t, spans), len(spans))
}

// checkTrace: events are complete and sorted, those of a thread can be drawn, and all are
// within the first.
func checkTrace(t *testing.T, file traceFile, want int) {
	t.Helper()
	events := file.TraceEvents
	for len(events) > 0 && events[0].Ph == "M" {
		events = events[1:]
	}
	if len(events) != want {
		t.Fatalf("%d events are no names, want %d", len(events), want)
	}
	for i, a := range events {
		if a.Ph != "X" || a.Name == "" || a.Ts == nil || a.Dur == nil || a.Pid == nil || a.Tid == nil {
			t.Fatalf("event %d lacks something: %+v", i, a)
		}
		if i > 0 && *a.Ts < *events[i-1].Ts {
			t.Errorf("event %d began before the one that is before it", i)
		}
		if *a.Ts < 0 || *a.Dur < 0 || *a.Ts+*a.Dur > *events[0].Dur {
			t.Errorf("event %d isn't within the recording: %d+%d", i, *a.Ts, *a.Dur)
		}
		for _, b := range events[i+1:] {
			if *a.Tid == *b.Tid && !drawable(*a.Ts, *a.Dur, *b.Ts, *b.Dur) {
				t.Fatalf("in thread %d: %s %d+%d and %s %d+%d", *a.Tid, a.Name, *a.Ts, *a.Dur, b.Name, *b.Ts, *b.Dur)
			}
		}
	}
}

// drawable reports whether one of two spans is within the other, or after it.
func drawable[T ~int64](beganA, tookA, beganB, tookB T) bool {
	endA, endB := beganA+tookA, beganB+tookB
	return endA <= beganB || endB <= beganA || beganA <= beganB && endB <= endA || beganB <= beganA && endA <= endB
}
