// Package outlet is where the answer to a request goes that is sent piece by
// piece, and the form of such an answer.
//
// Whoever runs a function hands it an outlet in the context of the invocation.
// An answer that isn't written there is returned as a whole.
package outlet

import (
	"context"
	"io"
)

// The form of a streamed answer: a JSON object with statusCode, headers,
// multiValueHeaders and cookies, of which AWS reads no more than MaxPrelude
// bytes, then Separator, then the body as it is.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
const (
	MaxPrelude = 16 << 10
	Separator  = "\x00\x00\x00\x00\x00\x00\x00\x00"
)

// MaxAnswer is the number of bytes of a streamed answer that Lambda takes.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
const MaxAnswer = 200 << 20

// Key is the key under which a context has the outlet, an [io.Writer] or an
// [Opener].
type Key struct{}

// Opener makes the outlet of an invocation when that is asked for. What doesn't
// ask for one links nothing of it.
type Opener interface{ OpenOutlet() io.Writer }

// With returns a context with an outlet.
func With(ctx context.Context, w io.Writer) context.Context { return context.WithValue(ctx, Key{}, w) }

// Of returns the outlet of a context, nil if it has none.
func Of(ctx context.Context) io.Writer {
	switch v := ctx.Value(Key{}).(type) {
	case io.Writer:
		return v
	case Opener:
		return v.OpenOutlet()
	}
	return nil
}
