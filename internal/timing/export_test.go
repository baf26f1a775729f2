package timing

import (
	"context"
	"time"
)

// RecordWith is Record with another clock.
func RecordWith(ctx context.Context, name string, now func() time.Duration) (context.Context, func() Spans) {
	return record(ctx, name, now)
}
