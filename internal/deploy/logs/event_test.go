package logs_test

import (
	"testing"

	"github.com/chalice-go/chalice/internal/deploy/logs"
)

// the part of a stream's name that tells it from others.
func TestShortStream(t *testing.T) {
	for stream, want := range map[string]string{
		"2017/04/28/[$LATEST]fc219a0d3b":     "fc219a",
		"2017/04/28/[$LATEST]fc":             "fc",
		"2017/04/28/[$LATEST]":               "",
		"2017/04/28/tick[$LATEST]fc219a0d3b": "fc219a", // in a group of several functions
		"mine":                               "mine",
		"[1]äöüßéèà":                         "äöüßéè",
	} {
		if got := (logs.Event{Stream: stream}).ShortStream(); got != want {
			t.Errorf("%s: got %q, want %q", stream, got, want)
		}
	}
}

// R-515, C-083: what Lambda logs for each call, in both formats.
func TestFromLambda(t *testing.T) {
	for message, want := range map[string]bool{
		"START RequestId: 8e1c Version: $LATEST":               true,
		"END RequestId: 8e1c":                                  true,
		"REPORT RequestId: 8e1c\tDuration: 1.2 ms":             true,
		"INIT_START Runtime Version: provided:al2023.v1":       true,
		"2026-01-31T12:00:00.000Z 8e1c Task timed out after 3": false,
		"START of the day":                                     false,
		"see START RequestId":                                  false,
		"":                                                     false,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.initStart","record":{"phase":"init"}}`:          true,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.start","record":{"requestId":"8e1c"}}`:          true,
		`{"time":"2026-01-31T12:00:00Z","type": "platform.report","record":{"status":"success"}}`:        true,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.report","record":{"status":"failure"}}`:         true,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.report","record":{"status":"timeout"}}`:         false,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.report","record":{"status":"error"}}`:           false,
		`{"time":"2026-01-31T12:00:00Z","type":"platform.logsDropped","record":{"droppedRecords":3}}`:    false,
		`{"time":"2026-01-31T12:00:00Z","level":"INFO","msg":"a new oil platform.start","type":"news"}`:  false,
		`{"time":"2026-01-31T12:00:00Z","level":"INFO","msg":"\"platform.start\"","type":"application"}`: false,
		`{"type":"platform.start"`: false,
	} {
		t.Run(message, func(t *testing.T) {
			if got := (logs.Event{Message: message}).FromLambda(); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
