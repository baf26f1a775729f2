package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/errtext"
)

// batchAnswer returns the answerer of a function that gets records of a queue
// or stream. A function with app.PartialBatch tells Lambda which of them
// failed.
func batchAnswer(f *app.Function) answerer {
	if f.PartialBatch {
		return partialAnswer
	}
	name := f.Name
	return func(ctx context.Context, result any, err error) ([]byte, error) {
		var failures app.BatchItemFailures
		if errors.As(err, &failures) {
			slog.ErrorContext(ctx, "the whole batch will be retried: the function returns app.BatchItemFailures but is registered without app.PartialBatch: register it with app.PartialBatch, or register what app.Each returned itself",
				"function", name, "failed", len(failures))
		}
		return asJSON(ctx, result, err)
	}
}

// partialAnswer writes the answer of Lambda's ReportBatchItemFailures.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func partialAnswer(ctx context.Context, result any, err error) ([]byte, error) {
	var failures app.BatchItemFailures
	if !errors.As(err, &failures) && (err != nil || result != nil) {
		return asJSON(ctx, result, err) // middleware may have an answer of its own
	}
	if _, plain := err.(app.BatchItemFailures); err != nil && !plain {
		// Lambda is told which records failed, but not why.
		text := fmt.Sprint(err)
		slog.ErrorContext(ctx, "records of the batch failed", "failed", len(failures), "error", text, "chain", errtext.Chain(err, text))
	}
	out := []byte(`{"batchItemFailures":[`)
	for i, id := range failures {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(append(out, `{"itemIdentifier":`...), id), '}')
	}
	return append(out, `]}`...), nil
}
