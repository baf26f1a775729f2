package logs

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Event is a logged event, mostly a line.
type Event struct {
	Function string // whose log it is in, by the name in its [Group]; empty: it isn't known which of several
	ID       string // unique in its group
	Time     time.Time
	Stream   string // of the process that logged it
	Message  string // without white space at its ends
}

// ShortStream returns the six characters behind the function's version in the
// stream's name, which tell streams apart. It returns the whole name if there
// is no version in it.
//
//	2017/04/28/[$LATEST]fc219a0d3b4f... is fc219a
func (e Event) ShortStream() string {
	_, process, ok := strings.Cut(e.Stream, "]")
	if !ok {
		return e.Stream
	}
	characters := []rune(process)
	return string(characters[:min(6, len(characters))])
}

// streamOwner finds the function in the name of a stream. The name has it if
// several functions can log to the group, and not in a function's own group.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
var streamOwner = regexp.MustCompile(`^\d{4}/\d{2}/\d{2}/([^\[]+)\[`)

// functionOf finds the function that logged to a stream, among those of a log group
// that are asked for. It reports false if it was none of them. If the stream has no
// function's name, it can have been any.
func functionOf(stream string, groups []Group) (string, bool) {
	owner := streamOwner.FindStringSubmatch(stream)
	switch {
	case owner == nil && len(groups) == 1:
		return groups[0].Function, true
	case owner == nil:
		return "", true
	}
	for _, g := range groups {
		if owner[1] == g.Deployed {
			return g.Function, true
		}
	}
	return "", false
}

// lambdaLines are the beginnings of lines that Lambda itself logs for each
// call, and for each start of a process.
var lambdaLines = []string{"START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"}

// lambdaRecords are the types of the same lines if the log's format is JSON.
// Other lines of Lambda's own are about problems, such as dropped lines.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
var lambdaRecords = []string{
	"platform.start", "platform.runtimeDone", "platform.report",
	"platform.initStart", "platform.initRuntimeDone", "platform.initReport",
	"platform.restoreStart", "platform.restoreRuntimeDone", "platform.restoreReport",
	"platform.extension", "platform.telemetrySubscription",
}

// FromLambda reports whether the event is one that Lambda itself logs for each
// call. It reports false for a report in JSON of a call that ran out of time or
// whose process ended, since no other line is about that.
func (e Event) FromLambda() bool {
	if slices.ContainsFunc(lambdaLines, func(start string) bool { return strings.HasPrefix(e.Message, start) }) {
		return true
	}
	if !strings.HasPrefix(e.Message, "{") || !strings.Contains(e.Message, `"platform.`) {
		return false
	}
	var line struct {
		Type   string
		Record struct{ Status string }
	}
	if json.Unmarshal([]byte(e.Message), &line) != nil || !slices.Contains(lambdaRecords, line.Type) {
		return false
	}
	return line.Type != "platform.report" || line.Record.Status != "timeout" && line.Record.Status != "error"
}
