package dispatch_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
)

// behaviour is what a handler does, as the oracle's README describes it.
type behaviour map[string]json.RawMessage

// text returns a string of the behaviour.
func (b behaviour) text(name string) (s string) {
	decodeInto(b[name], &s)
	return s
}

func decodeInto(data json.RawMessage, v any) {
	if data == nil {
		return
	}
	if err := json.Unmarshal(data, v); err != nil {
		panic(err)
	}
}

// outcome returns the result and the error that a behaviour asks for, for all
// kinds of handlers.
func (b behaviour) outcome() (result any, err error) {
	switch {
	case b["panic"] != nil:
		panic(b.text("panic"))
	case b["raise"] != nil:
		return nil, raise(b.text("raise"), b.text("message"))
	case b["raise_status"] != nil:
		var s struct {
			Code       string
			StatusCode int `json:"status_code"`
			Message    string
		}
		decodeInto(b["raise_status"], &s)
		return nil, app.NewError(s.StatusCode, s.Code, s.Message)
	case b["return_text"] != nil:
		return b.text("return_text"), nil
	case b["return_bytes_b64"] != nil:
		return base64.StdEncoding.DecodeString(b.text("return_bytes_b64"))
	case b["response"] != nil:
		return newResponse(b["response"]), nil
	case b["return"] != nil:
		return decodeNumbers(b["return"])
	}
	return nil, fmt.Errorf("the harness doesn't know the behaviour %v", sortedNames(b))
}

// raise returns the error that stands for one of the reference's framework.
func raise(name, message string) error {
	constructors := map[string]func(string) *app.Error{
		"ChaliceViewError": app.ServerError, "BadRequestError": app.BadRequest,
		"UnauthorizedError": app.Unauthorized, "ForbiddenError": app.Forbidden,
		"NotFoundError": app.NotFound, "MethodNotAllowedError": app.MethodNotAllowed,
		"RequestTimeoutError": app.RequestTimeout, "ConflictError": app.Conflict,
		"UnprocessableEntityError": app.UnprocessableEntity, "TooManyRequestsError": app.TooManyRequests,
	}
	if make, ok := constructors[name]; ok {
		return make(message)
	}
	if name == "ChaliceUnhandledError" {
		return app.Unhandled(errors.New(message))
	}
	return errors.New(message)
}

func newResponse(data json.RawMessage) *app.Response {
	var spec struct {
		Body       json.RawMessage
		BodyB64    *string `json:"body_b64"`
		StatusCode int     `json:"status_code"`
		Headers    map[string]any
	}
	decodeInto(data, &spec)
	r := &app.Response{StatusCode: spec.StatusCode, Headers: map[string]string{}, MultiValueHeaders: map[string][]string{}}
	if spec.BodyB64 != nil {
		body, err := base64.StdEncoding.DecodeString(*spec.BodyB64)
		if err != nil {
			panic(err)
		}
		r.Body = body
	} else if spec.Body != nil {
		r.Body, _ = decodeNumbers(spec.Body)
	}
	for name, value := range spec.Headers {
		switch v := value.(type) {
		case string:
			r.Headers[name] = v
		case []any:
			for _, one := range v {
				r.MultiValueHeaders[name] = append(r.MultiValueHeaders[name], one.(string))
			}
		}
	}
	return r
}

// view returns a route's handler.
func (h *harness) view(m app.RouteModel) app.RouteHandler {
	b, ok := h.c.Behaviours[m.Name]
	return func(ctx context.Context, r *app.Request) (any, error) {
		h.note("view:" + m.Name)
		switch {
		case !ok:
			return map[string]any{}, nil
		case b["echo"] != nil:
			value, err := echo(ctx, r, m.Path, b.text("echo"), b.text("key"))
			return map[string]any{"value": value}, err
		}
		return b.outcome()
	}
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// echo returns what a behaviour asks a view to return of its request.
func echo(ctx context.Context, r *app.Request, path, what, key string) (any, error) {
	switch what {
	case "to_dict":
		return r.ToMap(), nil
	case "args":
		args := map[string]any{}
		for _, name := range parameter.FindAllStringSubmatch(path, -1) {
			args[name[1]] = r.Param(name[1])
		}
		return args, nil
	case "json_body":
		return r.JSONBody()
	case "raw_body":
		body, err := r.Body()
		return base64.StdEncoding.EncodeToString(body), err
	case "uri_params":
		return r.Params(), nil
	case "query_params":
		return r.ToMap()["query_params"], nil
	case "headers":
		return r.Headers(), nil
	case "method":
		return r.Method(), nil
	case "path":
		return r.Path(), nil
	case "context":
		return r.Context(), nil
	case "stage_vars":
		return r.StageVars(), nil
	case "original_event":
		return r.Raw(), nil
	case "lambda_context":
		return lambdaContext(ctx), nil
	}
	return lookUp(r, what, key)
}

func lookUp(r *app.Request, what, key string) (any, error) {
	value, ok := "", false
	switch what {
	case "header":
		value, ok = r.LookupHeader(key)
	case "query_param":
		value, ok = r.LookupQuery(key)
	case "query_getlist":
		if values := r.QueryAll(key); values != nil {
			return values, nil
		}
		return nil, errors.New("there is no such parameter")
	default:
		return nil, fmt.Errorf("the harness can't echo %q", what)
	}
	if !ok {
		return nil, nil
	}
	return value, nil
}

func lambdaContext(ctx context.Context) any {
	c, _ := lambdacontext.FromContext(ctx)
	return map[string]any{"aws_request_id": c.AwsRequestID, "function_name": lambdacontext.FunctionName}
}

// plain returns the handler of a pure function.
func (h *harness) plain(name string) func(context.Context, json.RawMessage) (any, error) {
	b, ok := h.c.Behaviours[name]
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		h.note("handler:" + name)
		switch {
		case !ok:
			return nil, nil
		case b.text("echo") == "event":
			return map[string]any{"value": event}, nil
		case b.text("echo") == "lambda_context":
			return map[string]any{"value": lambdaContext(ctx)}, nil
		}
		return b.outcome()
	}
}

// socket returns the handler of a websocket event.
func (h *harness) socket(name string) app.WebsocketHandler {
	b, ok := h.c.Behaviours[name]
	return func(ctx context.Context, e *app.WebsocketEvent) (any, error) {
		h.note("handler:" + name)
		switch {
		case !ok:
			return nil, nil
		case b["echo_event"] != nil:
			return attributes(e, b), nil
		case b["echo"] != nil:
			value, err := e.JSONBody()
			return map[string]any{"statusCode": 200, "value": value}, err
		}
		return b.outcome()
	}
}

// authorizer returns the handler of a builtin authorizer.
func (h *harness) authorizer(name string) app.AuthorizerHandler {
	b, ok := h.c.Behaviours[name]
	return func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		h.note("handler:" + name)
		switch {
		case !ok:
			return nil, nil
		case b["auth_response"] != nil:
			return newAuthResponse(b["auth_response"]), nil
		case b["echo_event"] != nil:
			raw, err := json.Marshal(attributes(r, b))
			return &app.AuthResponse{Raw: raw}, err
		case b["return"] != nil:
			return &app.AuthResponse{Raw: b["return"]}, nil
		}
		_, err := b.outcome()
		return nil, err
	}
}

func newAuthResponse(data json.RawMessage) *app.AuthResponse {
	var spec struct {
		Routes      []json.RawMessage
		PrincipalID string `json:"principal_id"`
		Context     map[string]any
	}
	decodeInto(data, &spec)
	a := &app.AuthResponse{PrincipalID: spec.PrincipalID, Context: spec.Context}
	for _, raw := range spec.Routes {
		var route app.AuthRoute
		if raw[0] == '"' {
			decodeInto(raw, &route.Path)
		} else {
			decodeInto(raw, &route)
		}
		a.Routes = append(a.Routes, route)
	}
	return a
}

// note adds to the trace.
func (h *harness) note(what string) { h.trace = append(h.trace, what) }
