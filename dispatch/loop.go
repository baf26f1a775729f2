package dispatch

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/chalice-go/chalice/app"
)

// loop gets events from Lambda and has them answered. It is all that this
// package needs of aws-lambda-go but the type of handlers, so that another
// loop can take its place.
type loop interface{ run(h lambda.Handler) error }

// lambdaLoop is aws-lambda-go's loop. It never returns.
type lambdaLoop struct{}

func (lambdaLoop) run(h lambda.Handler) error {
	lambda.StartWithOptions(typedErrors{h})
	return nil
}

// typedErrors gives Lambda the code of an [app.Error] as the error's type,
// where aws-lambda-go would say "Error".
type typedErrors struct{ lambda.Handler }

func (t typedErrors) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	out, err := t.Handler.Invoke(ctx, payload)
	var e *app.Error
	if errors.As(err, &e) && e != nil {
		err = messages.InvokeResponse_Error{Type: e.Code, Message: err.Error()}
	}
	return out, err
}
