package dispatch

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

// authorizer is the Lambda function of a builtin authorizer. It has no
// middleware.
type authorizer struct{ *app.AuthorizerFunction }

func (a authorizer) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	request, err := app.NewAuthRequest(payload)
	if err != nil {
		return nil, err
	}
	response, err := a.Handler(ctx, request)
	if err != nil {
		return nil, err
	}
	return sized(appendJSON(nil, response.Render(request)))
}
