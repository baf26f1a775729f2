package apptest

import (
	"encoding/json"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// WebsocketConnect makes the event of a new websocket connection, for the
// function websocket_connect. The options [Header], [Query], [Cookie] and
// [Cookies] say what the client sent when it connected; there is no body.
func (e *Events) WebsocketConnect(connectionID string, opts ...RequestOption) json.RawMessage {
	e.t.Helper()
	var r Request
	for _, set := range opts {
		set(&r)
	}
	if r.Body != nil || r.Reader != nil || r.JSON != nil {
		e.t.Errorf("a client that connects sends no body: leave out Body, BodyFrom and JSON")
	}
	headers := map[string][]string{"Host": {socketDomain}}
	for name, values := range r.Header {
		// The standard and clients use this spelling, which isn't net/http's.
		headers[strings.Replace(name, "Sec-Websocket-", "Sec-WebSocket-", 1)] = values
	}
	event := object{"headers": lastOf(headers), "multiValueHeaders": headers}
	if _, query, ok := strings.Cut(r.Path, "?"); ok {
		parameters := app.ParseQuery(query)
		event["queryStringParameters"], event["multiValueQueryStringParameters"] = lastOf(parameters), parameters
	}
	return e.event(websocket("$connect", "CONNECT", connectionID, event))
}

// lastOf keeps the last value of each name, as API Gateway does.
func lastOf(all map[string][]string) map[string]string {
	last := map[string]string{}
	for name, values := range all {
		if len(values) > 0 {
			last[name] = values[len(values)-1]
		}
	}
	return last
}

// WebsocketMessage makes the event of a message that came over a connection,
// for the function websocket_message.
func (e *Events) WebsocketMessage(connectionID, body string) json.RawMessage {
	e.t.Helper()
	event := websocket("$default", "MESSAGE", connectionID, object{"body": body})
	event["requestContext"].(object)["messageId"] = "message-id="
	return e.event(event)
}

// WebsocketDisconnect makes the event of a connection that ended, for the
// function websocket_disconnect.
func (e *Events) WebsocketDisconnect(connectionID string) json.RawMessage {
	e.t.Helper()
	return e.event(websocket("$disconnect", "DISCONNECT", connectionID, object{}))
}

const socketDomain = "abcd123.execute-api.us-west-2.amazonaws.com"

// websocket adds to an event what all events of websocket connections have.
func websocket(route, kind, connectionID string, event object) object {
	event["isBase64Encoded"] = false
	event["requestContext"] = object{
		"apiId":             "abcd123",
		"connectedAt":       1530576251595,
		"connectionId":      connectionID,
		"domainName":        socketDomain,
		"eventType":         kind,
		"extendedRequestId": "request-id=",
		"identity":          object{"sourceIp": "127.0.0.1"},
		"messageDirection":  "IN",
		"requestId":         "request-id=",
		"requestTime":       "03/Jul/2018:00:04:11 +0000",
		"requestTimeEpoch":  1530576251596,
		"routeKey":          route,
		"stage":             "api",
	}
	return event
}
