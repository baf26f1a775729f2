package dispatch

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/errtext"
)

// jsonType is the content type of responses that have none.
const jsonType = "application/json"

// rest is the Lambda function of all routes.
type rest struct {
	registry  *app.Registry
	resources map[string]*resource
	binary    mediaTypes
	// jsonBinary and emptyBinary say that responses with the type of JSON, or
	// without a type, are binary.
	jsonBinary, emptyBinary bool
	protector               protector   // nil if no route has an authorizer
	origins                 origins     // nil if no route has CORS
	streamer                streamer    // nil if no route streams
	chain                   app.Handler // nil if there is no middleware
	format                  sync.Once   // for the warning about payload format 1.0
	// form gives the answer to an error another form than that of its code and message
	// alone; nil: they have that. err is what a handler or middleware returned. Without it
	// the answer may be any: one that isn't to an error, or has the form, stays as it is.
	form func(answer reply, err error) reply
}

func newREST(registry *app.Registry) *rest {
	h := &rest{
		registry: registry,
		binary:   newMediaTypes(registry.BinaryTypes()),
	}
	registry.Equip(h)
	h.resources = h.newResources(registry.Routes())
	h.jsonBinary = h.binary.match(jsonType)
	h.emptyBinary = h.binary.match("")
	if registry.HasMiddleware(app.HTTP) {
		h.chain = registry.Wrap(app.HTTP, h.next)
	}
	return h
}

// reply is a response that is about to be written. The CORS headers are
// separate, since the handler's response mustn't be changed.
type reply struct {
	app.Response
	cors []app.HeaderField
}

func errorReply(status int, code, message string) reply {
	return reply{Response: app.Response{StatusCode: status, Body: app.ErrorBody{Code: code, Message: message}}}
}

// Invoke answers a request.
func (h *rest) Invoke(ctx context.Context, payload []byte) (out []byte, err error) {
	r, err := app.NewRequest(payload)
	if err != nil {
		return nil, err
	}
	// A handler's panic is recovered where the handler is called. This recovers
	// panics of the methods of an error or a result that it returned.
	defer func() {
		if v := recover(); v != nil {
			answer := h.failure(ctx, r, &errtext.Panic{Value: v, Stack: debug.Stack()})
			out, err = h.send(ctx, r, &answer)
		}
	}()
	h.registry.Matcher().Resolve(r)
	if h.origins != nil {
		if answer, done := h.origins.preflight(r); done {
			return h.send(ctx, r, &answer)
		}
	}
	if r.Source() != app.RESTAPI {
		asked, answer, refused := h.enter(ctx, r)
		if refused {
			return h.send(ctx, r, &answer)
		}
		r = asked
	}
	var answer reply
	if h.chain == nil {
		answer, err = h.answer(ctx, r)
	} else {
		answer, err = h.throughMiddleware(ctx, r)
	}
	if err != nil {
		answer = h.failure(ctx, r, err)
	}
	return h.send(ctx, r, &answer)
}

// send answers piece by piece where the source of the request takes that, and
// otherwise returns the answer.
func (h *rest) send(ctx context.Context, r *app.Request, answer *reply) ([]byte, error) {
	h.settleVary(answer)
	if h.form != nil {
		*answer = h.form(*answer, nil)
	}
	if h.streamer != nil && h.streamer.streams(r) {
		return h.streamer.stream(ctx, r, *answer)
	}
	return h.encode(ctx, r, answer)
}

// failure answers with an error that neither a handler nor middleware has
// handled.
func (h *rest) failure(ctx context.Context, r *app.Request, err error) reply {
	answer, left := h.errorAnswer(ctx, r, err)
	if left != nil {
		answer = h.unexpected(ctx, r, left)
	}
	answer.cors = h.cors(r)
	return answer
}

// cors returns the CORS headers of a request's route, or those of its path or of
// the app if there is none. Every answer has them: without them a browser doesn't
// let a page see what went wrong.
func (h *rest) cors(r *app.Request) []app.HeaderField {
	at := h.resources[r.Path()]
	if route := at.find(r.Method()); route != nil {
		return route.cors.of(r)
	}
	if at == nil || at.cors == nil {
		return h.unrouted(r)
	}
	return at.cors.of(r)
}

// requestKey is the key under which middleware's context holds the request that
// came: that is the one to answer, whatever middleware passes on.
type requestKey struct{}

// throughMiddleware answers a request with the middleware around it. Its errors
// are those that middleware returns, and its panics. A response of middleware
// that didn't call next has the headers that the middleware gave it, as in the
// reference, and those of CORS if its status is one of an error.
func (h *rest) throughMiddleware(ctx context.Context, r *app.Request) (reply, error) {
	result, err := guard(func() (any, error) {
		return h.chain(context.WithValue(ctx, requestKey{}, r), r)
	})
	if err != nil {
		return reply{}, err
	}
	response, ok := asResponse(result)
	if !ok || response == nil {
		return reply{}, fmt.Errorf("middleware for HTTP returned %T: it has to return a *app.Response", result)
	}
	if err := checkHeaders(response); err != nil {
		return reply{}, err
	}
	answer := reply{Response: *response}
	if answer.StatusCode >= 400 {
		answer.cors = h.cors(r)
	}
	return answer, nil
}

// next is what the innermost middleware calls.
func (h *rest) next(ctx context.Context, event any) (any, error) {
	r, ok := ctx.Value(requestKey{}).(*app.Request)
	if !ok {
		if r, ok = event.(*app.Request); !ok {
			return nil, fmt.Errorf("middleware passed on %T and a context without the request", event)
		}
	}
	answer, err := h.answer(ctx, r)
	if err != nil {
		return nil, err
	}
	h.settleVary(&answer)
	if h.form != nil {
		answer = h.form(answer, nil)
	}
	response := answer.Response
	response.MultiValueHeaders = maps.Clone(response.MultiValueHeaders)
	if response.Headers = maps.Clone(response.Headers); response.Headers == nil {
		response.Headers = map[string]string{}
	}
	for _, field := range answer.cors {
		if !has(&answer.Response, field.Name) {
			response.Headers[field.Name] = field.Value
		}
	}
	if response.StatusCode == 0 {
		response.StatusCode = 200
	}
	return &response, nil
}

// has reports whether a response has a header, however it is spelled: two
// spellings would be two values, and a browser takes one origin.
func has(r *app.Response, name string) bool {
	if _, ok := r.Headers[name]; ok {
		return true
	}
	for other := range r.Headers {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	for other := range r.MultiValueHeaders {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	return false
}

// answer finds the route of a request and calls its handler. It returns the
// errors that middleware is to see.
func (h *rest) answer(ctx context.Context, r *app.Request) (reply, error) {
	if r.Source() != app.RESTAPI {
		if answer, done := h.asGateway(ctx, r); done {
			return answer, nil
		}
	}
	at := h.resources[r.Path()]
	route := at.find(r.Method())
	if route == nil {
		answer := notAllowed(at, r.Method())
		if r.Source() != app.RESTAPI { // a REST API refuses the method itself
			answer.cors = h.cors(r)
		}
		return answer, nil
	}
	for _, name := range route.Params {
		if !r.HasParam(name) {
			return reply{}, fmt.Errorf("the event has no value for the parameter %q of %s", name, r.Path())
		}
	}
	answer, err := h.call(ctx, route, r)
	if err != nil {
		return reply{}, err
	}
	answer.cors = route.cors.of(r)
	if refusal, refused := h.negotiate(r, &answer); refused {
		refusal.cors = answer.cors
		return refusal, nil
	}
	return answer, nil
}

func notAllowed(at *resource, method string) reply {
	answer := errorReply(405, "MethodNotAllowedError", "Unsupported method: "+method)
	answer.Headers = map[string]string{"Allow": ""}
	if at != nil {
		answer.Headers["Allow"] = at.allow
	}
	return answer
}

// call checks the content type of a request and calls the route's handler. It
// returns an error only if the handler left it to middleware.
func (h *rest) call(ctx context.Context, route *route, r *app.Request) (reply, error) {
	contentType, given := r.LookupHeader("Content-Type")
	if !route.accepts(contentType, given) {
		if !given {
			contentType = jsonType
		}
		return errorReply(415, "UnsupportedMediaType", "Unsupported media type: "+contentType), nil
	}
	result, err := guardRoute(ctx, route.Handler, r)
	if err != nil {
		return h.errorAnswer(ctx, r, err)
	}
	response, ok := asResponse(result)
	if !ok || response == nil {
		return reply{Response: app.Response{Body: resultBody(result, ok)}}, nil
	}
	if err := checkHeaders(response); err != nil {
		return h.unexpected(ctx, r, err), nil
	}
	return reply{Response: *response}, nil
}

// asResponse returns a result that is a response or a pointer to one.
func asResponse(result any) (*app.Response, bool) {
	switch v := result.(type) {
	case *app.Response:
		return v, true
	case app.Response:
		return &v, true
	}
	return nil, false
}

// resultBody returns the body that a handler's result stands for. A nil
// *Response stands for null.
func resultBody(result any, isResponse bool) any {
	if isResponse {
		return nil
	}
	return result
}

// checkHeaders refuses line breaks in headers: with them a text that came from
// a client could add headers to the response.
func checkHeaders(r *app.Response) error {
	for name, value := range r.Headers {
		if strings.ContainsAny(value, "\r\n") || strings.ContainsAny(name, "\r\n") {
			return fmt.Errorf("bad value for header '%s': %q", name, value)
		}
	}
	for name, values := range r.MultiValueHeaders {
		for _, value := range values {
			if strings.ContainsAny(value, "\r\n") || strings.ContainsAny(name, "\r\n") {
				return fmt.Errorf("bad value for header '%s': %q", name, value)
			}
		}
	}
	return nil
}

// negotiate refuses a binary response that the client didn't say it accepts,
// since API Gateway would send such a client base64. If every type is binary,
// API Gateway decodes for all clients, and what is streamed isn't base64. Sources other than a REST API have no
// binary types.
func (h *rest) negotiate(r *app.Request, answer *reply) (refusal reply, refused bool) {
	if h.binary.any || r.Source() != app.RESTAPI || h.streamer != nil && h.streamer.streams(r) {
		return reply{}, false
	}
	contentType, given := contentTypeOf(&answer.Response)
	binary := h.jsonBinary
	if given {
		binary = h.binary.match(contentType)
	}
	if !binary {
		return reply{}, false
	}
	if accept, ok := r.LookupHeader("Accept"); ok && h.binary.match(accept) {
		return reply{}, false
	}
	return errorReply(400, "BadRequest", "Request did not specify an Accept header with "+contentType+
		", The response has a Content-Type of "+contentType+". If a response has a binary Content-Type then "+
		"the request must specify an Accept header that matches."), true
}

// contentTypeOf returns a response's content type, the last one if it is a list.
func contentTypeOf(r *app.Response) (contentType string, given bool) {
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Content-Type") {
			return value, true
		}
	}
	for name, values := range r.MultiValueHeaders {
		if strings.EqualFold(name, "Content-Type") && len(values) > 0 {
			return values[len(values)-1], true
		}
	}
	return "", false
}
