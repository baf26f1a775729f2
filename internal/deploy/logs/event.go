package logs

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Event is something that was logged: in most cases a line.
type Event struct {
	Function string // whose log it is in, as its [Group] calls it
	ID       string // unique in its group
	Time     time.Time
	Stream   string // of the process that logged it
	Message  string // without white space around it
}

// ShortStream returns six characters that tell the stream from others, those
// after the function's version in its name; all of a name that has none.
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

// streamOwner finds the function in the name of a stream. Streams have it where
// several functions could log to a group, and not in a function's own group.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
var streamOwner = regexp.MustCompile(`^\d{4}/\d{2}/\d{2}/([^\[]+)\[`)

// belongsTo reports whether the event can be of a function with a name in Lambda.
func (e Event) belongsTo(function string) bool {
	owner := streamOwner.FindStringSubmatch(e.Stream)
	return owner == nil || owner[1] == function
}

// lambdaLines are the beginnings of lines that Lambda itself logs of each call, and
// of each start of a process.
var lambdaLines = []string{"START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"}

// lambdaRecords are the types of the same, where the log's format is JSON. Others
// of Lambda's own are about what went wrong, such as lines that were dropped.
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
var lambdaRecords = []string{
	"platform.start", "platform.runtimeDone", "platform.report",
	"platform.initStart", "platform.initRuntimeDone", "platform.initReport",
	"platform.restoreStart", "platform.restoreRuntimeDone", "platform.restoreReport",
	"platform.extension", "platform.telemetrySubscription",
}

// FromLambda reports whether Lambda logged the event, as it does for each call. It
// doesn't for a report in JSON of a call that ran out of time or whose process
// ended: there is no other line about that.
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
