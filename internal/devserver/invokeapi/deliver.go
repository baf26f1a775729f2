package invokeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/lambdarun"
)

// delays are the pauses before an asynchronous event is tried again. Lambda
// waits as often, for one and for two minutes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var delays = []time.Duration{time.Second, 2 * time.Second}

// deliver invokes a function for an asynchronous event, and again if it fails.
func (a api) deliver(ctx context.Context, c devserver.Call) {
	for attempt := 0; ; {
		_, _, err := a.server.Call(ctx, c)
		var busy *lambdarun.BusyError
		switch {
		case err == nil, errors.Is(err, lambdarun.ErrClosed):
			return
		case errors.As(err, &busy):
			continue // Lambda keeps such events for hours
		case attempt == len(delays):
			a.server.Journal().Print(devserver.Line{Level: "ERROR", Function: c.Function, Text: fmt.Sprintf(
				"%s failed %d times for the same event, which is given up: %v", c.Function, attempt+1, err)})
			return
		}
		time.Sleep(delays[attempt])
		attempt++
	}
}

// maxTail is the number of bytes of the log that a caller gets.
const maxTail = 4 << 10

// logTail returns the end of an invocation's log, with the lines that Lambda
// itself writes before and after it.
func logTail(about devserver.Invocation) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "START RequestId: %s Version: %s\n", about.RequestID, latest)
	for _, line := range about.Log {
		b.WriteString(line.Text + "\n")
	}
	fmt.Fprintf(&b, "END RequestId: %s\n", about.RequestID)
	took := about.Duration.Round(10 * time.Microsecond)
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\t\n",
		about.RequestID, float64(took)/1e6, (took+time.Millisecond-1)/time.Millisecond)
	log := b.Bytes()
	return log[max(0, len(log)-maxTail):]
}
