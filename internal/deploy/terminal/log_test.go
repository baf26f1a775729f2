package terminal_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

// R-513, C-083: the format of a line of a log that is piped.
func TestLog(t *testing.T) {
	at := time.Date(2018, 6, 28, 17, 49, 30, 513_000_000, time.UTC)
	for name, tc := range map[string]struct {
		line terminal.LogLine
		want string
	}{
		"a line":         {terminal.LogLine{Time: at, Stream: "547e0f", Message: "demo - DEBUG - hi"}, "2018-06-28 17:49:30.513000 547e0f demo - DEBUG - hi\n"},
		"a whole second": {terminal.LogLine{Time: at.Truncate(time.Second), Stream: "547e0f", Message: "hi"}, "2018-06-28 17:49:30 547e0f hi\n"},
		"another zone":   {terminal.LogLine{Time: at.In(time.FixedZone("", 7200)), Stream: "547e0f", Message: "hi"}, "2018-06-28 17:49:30.513000 547e0f hi\n"},
		"several lines":  {terminal.LogLine{Time: at, Stream: "547e0f", Message: "a\n  b"}, "2018-06-28 17:49:30.513000 547e0f a\n  b\n"},
		"nothing":        {terminal.LogLine{Time: at, Stream: "547e0f"}, "2018-06-28 17:49:30.513000 547e0f \n"},
		"as it came":     {terminal.LogLine{Time: at, Stream: "547e0f", Message: "{\"msg\": \"\x1b[1mhi\"}"}, "2018-06-28 17:49:30.513000 547e0f {\"msg\": \"\x1b[1mhi\"}\n"},
		"of a function":  {terminal.LogLine{Time: at, Function: "tick", Stream: "547e0f", Message: "hi"}, "2018-06-28 17:49:30.513000 tick 547e0f hi\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			terminal.New(terminal.Options{Out: &out, Err: &out}).Log(tc.line)
			if got := out.String(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
