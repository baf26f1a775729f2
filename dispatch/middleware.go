package dispatch

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/chalice-go/chalice/app"
)

// Middleware makes middleware of a wrapper that was written for plain Lambda
// handlers:
//
//	a.Use(dispatch.Middleware(func(h lambda.Handler) lambda.Handler { return otellambda.WrapHandler(h) }))
//
// H is lambda.Handler of aws-lambda-go, or another interface with the same
// method. The wrapper gets the event's bytes, and the handler that it wraps
// returns the bytes of the answer, for a request in the form of an API Gateway
// response. Whatever event the wrapper passes on, the app's handler gets the
// event that came.
func Middleware[H Handler](wrap func(H) H) app.Middleware {
	if _, ok := any((*innerHandler)(nil)).(H); !ok || wrap == nil {
		return nil // the app reports nil middleware
	}
	return func(next app.Handler) app.Handler {
		inner := &innerHandler{next}
		wrapped := wrap(any(inner).(H))
		return func(ctx context.Context, event any) (any, error) {
			raw, ok := event.(interface{ Raw() json.RawMessage })
			if !ok {
				return nil, fmt.Errorf("a %T has no bytes for a Lambda handler", event)
			}
			p := &passage{event: event}
			out, err := wrapped.Invoke(context.WithValue(ctx, inner, p), raw.Raw())
			if err != nil {
				return nil, err
			}
			return p.result(out)
		}
	}
}

// innerHandler makes a Lambda handler of the rest of an app's middleware. It is
// also the key under which a context holds the event's passage.
type innerHandler struct{ next app.Handler }

func (h *innerHandler) Invoke(ctx context.Context, _ []byte) ([]byte, error) {
	p, ok := ctx.Value(h).(*passage)
	if !ok {
		return nil, errors.New("a wrapper has to pass on its context, or one made of it")
	}
	answer, err := h.next(ctx, p.event)
	if err != nil {
		return nil, err
	}
	var sent []byte
	if response, ok := answer.(*app.Response); ok && response != nil {
		var c body // of a stream: none
		if _, isStream := response.Body.(app.StreamBody); !isStream {
			c, err = content(nil, response.Body)
		}
		if err == nil {
			sent = appendRESTResponse(nil, &reply{Response: *response}, c)
		}
	} else {
		sent, err = appendJSON(nil, answer)
	}
	if err != nil {
		return nil, err
	}
	p.answered.Store(&answered{answer, string(sent)})
	return sent, nil
}

// passage is an event on its way through a wrapper. The wrapper may give up on
// the handler and return before it has answered.
type passage struct {
	event    any
	answered atomic.Pointer[answered]
}

// answered is the handler's answer, and the bytes that the wrapper got for it.
type answered struct {
	answer any
	sent   string
}

// stream returns the body of the handler's answer if it is a stream, which a
// wrapper sees as an empty body.
func (p *passage) stream() any {
	a := p.answered.Load()
	if a == nil {
		return nil
	}
	response, ok := a.answer.(*app.Response)
	if !ok || response == nil {
		return nil
	}
	if stream, isStream := response.Body.(app.StreamBody); isStream {
		return stream
	}
	return nil
}

// result makes an answer of the bytes that a wrapper returned. If the wrapper
// hasn't changed them, it is the handler's own answer.
func (p *passage) result(out []byte) (any, error) {
	if a := p.answered.Load(); a != nil && string(out) == a.sent {
		return a.answer, nil
	}
	if _, isRequest := p.event.(*app.Request); !isRequest {
		return json.RawMessage(out), nil
	}
	var r struct {
		Headers           map[string]string
		MultiValueHeaders map[string][]string
		StatusCode        int
		Body              string
		IsBase64Encoded   bool
		Cookies           []string
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return nil, fmt.Errorf("decode the response of a wrapper: %w", err)
	}
	response := &app.Response{Headers: r.Headers, MultiValueHeaders: r.MultiValueHeaders, StatusCode: r.StatusCode, Body: r.Body}
	if stream := p.stream(); stream != nil && r.Body == "" {
		response.Body = stream
	}
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
	if r.Cookies != nil { // in the form of an HTTP API
		if response.MultiValueHeaders == nil {
			response.MultiValueHeaders = map[string][]string{}
		}
		response.MultiValueHeaders["Set-Cookie"] = append(response.MultiValueHeaders["Set-Cookie"], r.Cookies...)
	}
	return response, nil
}
