package app

import (
	"context"
	"strconv"
	"strings"
	"time"
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

// EventType is CONNECT, MESSAGE or DISCONNECT.
func (e *WebsocketEvent) EventType() string { return e.said("eventType") }

// RouteKey is the route that API Gateway chose: $connect, $disconnect, or $default
// for messages.
func (e *WebsocketEvent) RouteKey() string { return e.said("routeKey") }

// said returns a text of the request context.
func (e *WebsocketEvent) said(name string) string { return text(member(e.context, name)) }

// Query returns the value of a query parameter of a client that connects, the last
// one if there are several, "" if there is none. Only events of OnWSConnect have
// the query.
func (e *WebsocketEvent) Query(name string) string {
	value, _ := lastOf(e.QueryAll(name))
	return value
}

// QueryAll returns all values of a query parameter, nil if there are none.
func (e *WebsocketEvent) QueryAll(name string) []string {
	return oneOrMore(member(e.either("multiValueQueryStringParameters", "queryStringParameters"), name))
}

// QueryParams returns all values of all query parameters, nil if the event has no
// query.
func (e *WebsocketEvent) QueryParams() map[string][]string {
	return queryObject(e.either("multiValueQueryStringParameters", "queryStringParameters"))
}

// either returns a member of the event or, where that isn't there, another.
func (e *WebsocketEvent) either(name, other string) string {
	if v := member(e.raw, name); !isNull(v) {
		return v
	}
	return member(e.raw, other)
}

// Header returns the value of a header of a client that connects, the last one if
// there are several, "" if there is none. Case doesn't matter in names. Events of
// OnWSConnect have the headers that the client sent, those of OnWSDisconnect some of
// API Gateway's own, and messages have none.
func (e *WebsocketEvent) Header(name string) string {
	value, _ := lastOf(e.HeaderAll(name))
	return value
}

// HeaderAll returns all values of a header, nil if there are none.
func (e *WebsocketEvent) HeaderAll(name string) []string {
	return oneOrMore(lastHeader(e.either("multiValueHeaders", "headers"), name))
}

// Headers returns the values of all headers by their names in lower case, the last
// one where there are several. It is never nil.
func (e *WebsocketEvent) Headers() map[string]string {
	found := map[string]string{}
	o := object{data: e.either("multiValueHeaders", "headers")}
	for o.next() {
		if value, ok := lastOf(oneOrMore(o.value())); ok {
			found[strings.ToLower(o.name())] = value
		}
	}
	return found
}

// ConnectedAt is when the client connected, in UTC; zero if the event doesn't say.
func (e *WebsocketEvent) ConnectedAt() time.Time {
	return millisecondsOf(member(e.context, "connectedAt"))
}

// RequestTime is when API Gateway got the message, or noticed that the connection
// began or ended, in UTC; zero if the event doesn't say.
func (e *WebsocketEvent) RequestTime() time.Time {
	return millisecondsOf(member(e.context, "requestTimeEpoch"))
}

// RequestID identifies the event, also in API Gateway's logs.
func (e *WebsocketEvent) RequestID() string { return e.said("requestId") }

// MessageID identifies a message; it is "" for other events.
func (e *WebsocketEvent) MessageID() string { return e.said("messageId") }

// SourceIP is the address that the client connected from.
func (e *WebsocketEvent) SourceIP() string {
	return text(member(member(e.context, "identity"), "sourceIp"))
}

// UserAgent is the header User-Agent that the client connected with, "" if it sent
// none.
func (e *WebsocketEvent) UserAgent() string {
	return text(member(member(e.context, "identity"), "userAgent"))
}

// DisconnectStatusCode is the status with which a connection ended, such as 1001; 0
// for other events.
// https://developer.mozilla.org/en-US/docs/Web/API/CloseEvent/code
func (e *WebsocketEvent) DisconnectStatusCode() int {
	code, _ := strconv.Atoi(member(e.context, "disconnectStatusCode"))
	return code
}

// DisconnectReason is what the client or API Gateway said about the end of a
// connection, often "".
func (e *WebsocketEvent) DisconnectReason() string { return e.said("disconnectReason") }

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
