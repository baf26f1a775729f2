package invokeapi

import (
	"bytes"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
)

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
