package account

import (
	"context"

	"github.com/aws/smithy-go/middleware"
)

// translating puts the translation of errors around everything else that a client
// does for a call.
func (s *Session) translating(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("chalice.Translate", s.translate), middleware.Before)
}

func (s *Session) translate(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	if err == nil || ctx.Err() != nil { // whoever ended the call knows why it failed
		return out, metadata, err
	}
	return out, metadata, s.explain(failure{
		service:   middleware.GetServiceID(ctx),
		operation: middleware.GetOperationName(ctx),
		input:     in.Parameters,
		err:       err,
	})
}
