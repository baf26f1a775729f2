package logs_test

import (
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/logs"
)

// C-083: what a line of the log looks like.
func TestLine(t *testing.T) {
	at := time.Date(2018, 6, 28, 17, 49, 30, 513_000_000, time.UTC)
	for name, tc := range map[string]struct {
		event logs.Event
		want  string
	}{
		"a line": {
			logs.Event{Time: at, Stream: "2018/06/28/[$LATEST]547e0f4a1c", Message: "demo - DEBUG - hi"},
			"2018-06-28 17:49:30.513000 547e0f demo - DEBUG - hi",
		},
		"a whole second": {
			logs.Event{Time: at.Truncate(time.Second), Stream: "2018/06/28/[$LATEST]547e0f4a1c", Message: "hi"},
			"2018-06-28 17:49:30 547e0f hi",
		},
		"another zone": {
			logs.Event{Time: at.In(time.FixedZone("", 7200)), Stream: "2018/06/28/[$LATEST]547e0f4a1c", Message: "hi"},
			"2018-06-28 17:49:30.513000 547e0f hi",
		},
		"a short stream":        {logs.Event{Time: at, Stream: "2018/06/28/[$LATEST]54", Message: "hi"}, "2018-06-28 17:49:30.513000 54 hi"},
		"a stream of one's own": {logs.Event{Time: at, Stream: "mine", Message: "hi"}, "2018-06-28 17:49:30.513000 mine hi"},
		"a shared group":        {logs.Event{Time: at, Stream: "2018/06/28/tick[$LATEST]547e0f4a1c", Message: "hi"}, "2018-06-28 17:49:30.513000 547e0f hi"},
		"several lines":         {logs.Event{Time: at, Stream: "[1]547e0f", Message: "a\n  b"}, "2018-06-28 17:49:30.513000 547e0f a\n  b"},
		"nothing":               {logs.Event{Time: at, Stream: "[1]547e0f"}, "2018-06-28 17:49:30.513000 547e0f "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.event.Line(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// R-515, C-083: what Lambda logs of each call, in both formats.
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
