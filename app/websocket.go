package app

import (
	"context"
)

// WebsocketHandler answers an event of a websocket connection. What it returns
// becomes the response: a [*Response] as it is, an object with status 200 if it
// has no status, and anything else as status 200 without a body.
type WebsocketHandler = func(ctx context.Context, e *WebsocketEvent) (any, error)

// OnWSConnect declares the function for new websocket connections. An app has
// one at most. With [Auth] an authorizer is asked before.
func (d *declarations) OnWSConnect(handler WebsocketHandler, options ...WebsocketOption) {
	d.addWebsocket(here(), WSConnectKind, handler, options)
}

// OnWSMessage declares the function for the messages of websocket connections.
// An app has one at most.
func (d *declarations) OnWSMessage(handler WebsocketHandler, options ...WebsocketOption) {
	d.addWebsocket(here(), WSMessageKind, handler, options)
}

// OnWSDisconnect declares the function for websocket connections that end. An
// app has one at most.
func (d *declarations) OnWSDisconnect(handler WebsocketHandler, options ...WebsocketOption) {
	d.addWebsocket(here(), WSDisconnectKind, handler, options)
}

func (d *declarations) addWebsocket(at site, kind FunctionKind, handler WebsocketHandler, options []WebsocketOption) {
	f := &functionDeclaration{site: at, kind: kind, read: reader(NewWebsocketEvent), symbol: symbol(handler)}
	if handler != nil {
		f.invoke = func(ctx context.Context, event any) (any, error) {
			e, ok := event.(*WebsocketEvent)
			if !ok {
				return nil, wrongEvent[*WebsocketEvent](event)
			}
			return handler(ctx, e)
		}
	}
	for _, o := range options {
		if o != nil {
			o.websocket(&f.settings)
		}
	}
	d.add(f)
}

// WebsocketOption is an option of OnWSConnect, OnWSMessage and OnWSDisconnect.
type WebsocketOption interface{ websocket(*settings) }

// WebsocketEvent is a new connection, a message, or a connection's end.
type WebsocketEvent struct {
	event
	context, body                        string
	domainName, stage, connectionID, api string
}

// NewWebsocketEvent makes an event of its JSON, whose request context has to
// have a connection id.
func NewWebsocketEvent(data []byte) (*WebsocketEvent, error) {
	e := &WebsocketEvent{event: newEvent(data)}
	o := object{data: e.raw}
	for o.next() {
		switch v := o.value(); o.key {
		case "requestContext":
			e.context = v
		case "body":
			e.body = v
		}
	}
	if !atEnd(e.raw, o.pos) {
		return nil, syntaxError(data)
	}
	e.api = member(e.context, "apiId")
	e.stage = member(e.context, "stage")
	e.domainName = member(e.context, "domainName")
	if e.connectionID = member(e.context, "connectionId"); e.connectionID == "" {
		return nil, e.missing("websocket", "requestContext.connectionId")
	}
	return e, nil
}

// DomainName is the domain that the client connected to.
func (e *WebsocketEvent) DomainName() string { return text(e.domainName) }

// Stage is the API's stage.
func (e *WebsocketEvent) Stage() string { return text(e.stage) }

// APIID identifies the API.
func (e *WebsocketEvent) APIID() string { return text(e.api) }

// ConnectionID identifies the connection; messages are sent to it.
func (e *WebsocketEvent) ConnectionID() string { return text(e.connectionID) }

// HasBody reports whether the event is a message, even an empty one.
func (e *WebsocketEvent) HasBody() bool { return !isNull(e.body) }

// Body is the message, "" where there is none.
func (e *WebsocketEvent) Body() string { return looseText(e.body) }

// JSON decodes the message as [json.Unmarshal] does. The error is a
// [BadRequest].
func (e *WebsocketEvent) JSON(v any) error { return parseJSON([]byte(e.Body()), v) }

// JSONBody decodes the message, numbers as [json.Number]. The error is a
// [BadRequest].
func (e *WebsocketEvent) JSONBody() (any, error) { return parseAny([]byte(e.Body())) }

// Context is what API Gateway says about the event, numbers as [json.Number].
func (e *WebsocketEvent) Context() map[string]any { return decodeMap(e.context) }

// DecodeContext decodes the context as [json.Unmarshal] does.
func (e *WebsocketEvent) DecodeContext(v any) error { return unmarshalText(e.context, v) }

// AuthValue returns what the authorizer of OnWSConnect said about the client: a
// value of the Context of an [AuthResponse], or its PrincipalID under the name
// "principalId". All events of a connection have it. It is "" for what was not
// said.
func (e *WebsocketEvent) AuthValue(name string) string {
	return authValue(member(e.context, "authorizer"), name)
}
