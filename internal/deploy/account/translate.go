package account

import (
	"context"

	"github.com/aws/smithy-go/middleware"
)

// translating adds the translation of errors to a client's calls, as the
// outermost middleware.
func (s *Session) translating(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("chalice.Translate", s.translate), middleware.Before)
}

func (s *Session) translate(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	if err == nil || ctx.Err() != nil { // the caller ended it, and knows why
		return out, metadata, err
	}
	return out, metadata, s.explain(failure{
		service:   middleware.GetServiceID(ctx),
		operation: middleware.GetOperationName(ctx),
		input:     in.Parameters,
		err:       err,
	})
}
