package console

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/gateway"
)

// outcome is how an invocation ended.
type outcome struct {
	Payload payload `json:"payload"`
	// Error is the message of the function's error, or the server's.
	Error string `json:"error,omitempty"`
}

// invoke invokes a function with the page's event.
func (c *console) invoke(r *http.Request) (any, error) {
	var request struct {
		Event json.RawMessage `json:"event"`
	}
	if err := read(r, &request); err != nil {
		return nil, err
	}
	if len(request.Event) == 0 {
		request.Event = json.RawMessage("{}")
	}
	return c.run(r, r.PathValue("function"), request.Event)
}

func (c *console) run(r *http.Request, function string, event []byte) (any, error) {
	result, err := c.server.Invoke(r.Context(), devserver.Invoke, function, event)
	if _, ok := errors.AsType[*devserver.UnknownFunctionError](err); ok {
		return nil, refuse(http.StatusNotFound, "%w", err)
	}
	o := outcome{Payload: result}
	if err != nil {
		o.Error = err.Error()
		if _, ok := errors.AsType[*gateway.FunctionError](err); !ok {
			o.Payload = nil
		}
	}
	return o, nil
}

// sampleEvent returns an event that a function could get, for the user to
// change.
func (c *console) sampleEvent(r *http.Request) (any, error) {
	g, err := c.running()
	if err != nil {
		return nil, err
	}
	name, err := functionOf(r, g)
	if err != nil {
		return nil, err
	}
	if c.sample == nil {
		return payload("{}"), nil
	}
	event, err := c.sample(g.Stage.APIType, g.Model, name)
	return payload(event), err
}
