package timing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// trace is a file in the Trace Event Format, as a JSON object.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
type trace struct {
	Events []event `json:"traceEvents"`
	Unit   string  `json:"displayTimeUnit"`
}

// event is one of the phase X, complete: something with a beginning and a duration, in
// microseconds; or of the phase M: the name of a process or a thread, in Args.
type event struct {
	Name     string            `json:"name"`
	Category string            `json:"cat,omitempty"`
	Phase    string            `json:"ph"`
	Began    int64             `json:"ts"`
	Took     *int64            `json:"dur,omitempty"`
	Process  int               `json:"pid"`
	Thread   int               `json:"tid"`
	Args     map[string]string `json:"args,omitempty"`
}

// Trace returns what the trace viewer of Chrome (chrome://tracing) opens, and Perfetto
// (https://ui.perfetto.dev): a thread for each lane, events in the order in which they
// began.
func (s Spans) Trace() ([]byte, error) {
	const process = 1 // any number
	var names, events []event
	for _, span := range s {
		// A viewer takes what ends a microsecond too late for something beside.
		began, end := span.Began.Microseconds(), (span.Began + span.Took).Microseconds()
		took := end - began
		events = append(events, event{Name: span.Name, Category: "chalice", Phase: "X", Began: began, Took: &took, Process: process, Thread: span.Lane})
		if len(names) == 0 {
			names = append(names, event{Name: "process_name", Phase: "M", Process: process, Args: map[string]string{"name": span.Name}})
		}
		if !slices.ContainsFunc(names, func(e event) bool { return e.Thread == span.Lane }) {
			names = append(names, event{Name: "thread_name", Phase: "M", Process: process, Thread: span.Lane, Args: map[string]string{"name": fmt.Sprintf("lane %d", span.Lane)}})
		}
	}
	slices.SortFunc(names, func(a, b event) int { return cmp.Compare(a.Thread, b.Thread) })
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.Began, b.Began) })
	data, err := json.MarshalIndent(trace{append(names, events...), "ms"}, "", " ")
	return append(data, '\n'), err
}
