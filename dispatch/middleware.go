package dispatch

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// Middleware makes middleware of a wrapper that was written for plain Lambda
// handlers:
//
//	a.Use(dispatch.Middleware(func(h lambda.Handler) lambda.Handler { return otellambda.WrapHandler(h) }))
//
// H is lambda.Handler of aws-lambda-go, or another interface with its one method.
// The wrapper gets the event's bytes, and from the handler that it wraps the
// bytes of the answer, for a request in the form of an API Gateway response.
// Whatever event it passes on, the handler gets the one that came.
func Middleware[H Function](wrap func(H) H) app.Middleware {
	if _, ok := any((*innerHandler)(nil)).(H); !ok || wrap == nil {
		return nil // which the app reports
	}
	return func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			raw, ok := event.(interface{ Raw() json.RawMessage })
			if !ok {
				return nil, fmt.Errorf("a %T has no bytes for a Lambda handler", event)
			}
			inner := &innerHandler{next: next, event: event}
			out, err := wrap(any(inner).(H)).Invoke(ctx, raw.Raw())
			if err != nil {
				return nil, err
			}
			return inner.result(out)
		}
	}
}

// innerHandler is the rest of an app's middleware as a Lambda handler.
type innerHandler struct {
	next   app.Handler
	event  any
	answer any    // of next
	sent   []byte // what the answer was written as
}

func (h *innerHandler) Invoke(ctx context.Context, _ []byte) ([]byte, error) {
	answer, err := h.next(ctx, h.event)
	if err != nil {
		return nil, err
	}
	h.answer = answer
	if response, ok := answer.(*app.Response); ok && response != nil {
		var c body
		if c, err = content(nil, response.Body); err == nil {
			h.sent = appendRESTResponse(nil, &reply{Response: *response}, c)
		}
	} else {
		h.sent, err = appendJSON(nil, answer)
	}
	return h.sent, err
}

// result makes an answer of the bytes that a wrapper returned: the handler's
// own where the wrapper has not changed it.
func (h *innerHandler) result(out []byte) (any, error) {
	if h.sent != nil && string(out) == string(h.sent) {
		return h.answer, nil
	}
	if _, isRequest := h.event.(*app.Request); !isRequest {
		return json.RawMessage(out), nil
	}
	var r struct {
		Headers           map[string]string
		MultiValueHeaders map[string][]string
		StatusCode        int
		Body              string
		IsBase64Encoded   bool
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return nil, fmt.Errorf("decode the response of a wrapper: %w", err)
	}
	response := &app.Response{Headers: r.Headers, MultiValueHeaders: r.MultiValueHeaders, StatusCode: r.StatusCode, Body: r.Body}
	if r.IsBase64Encoded {
		data, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return nil, fmt.Errorf("decode the body of a wrapper's response: %w", err)
		}
		response.Body = data
	}
	if response.Headers == nil {
		response.Headers = map[string]string{}
	}
	return response, nil
}
