package poller

import (
	"fmt"

	"github.com/chalice-go/chalice/internal/delivery"
)

// markFailures marks the records that the answer of a function reports as
// failed. The error says how many failed, or why all of them count as failed; see
// [delivery.Failures].
func markFailures(answer []byte, items []item, failed []bool) error {
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].id
	}
	reported, err := delivery.Failures(answer, ids)
	copy(failed, reported)
	if err != nil {
		return err
	}
	n := 0
	for _, f := range failed {
		if f {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d records failed", n, len(items))
}

func markAll(failed []bool) {
	for i := range failed {
		failed[i] = true
	}
}
