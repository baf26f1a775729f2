package dispatch

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

// authorizer is the Lambda function of a builtin authorizer. It has no
// middleware.
type authorizer struct{ *app.AuthorizerFunction }

func (a authorizer) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	answer, err := a.Answer(ctx, payload)
	if err != nil {
		return nil, err
	}
	return sized(appendJSON(nil, answer))
}
