package apptest

import "encoding/json"

// WebsocketConnect makes the event of a new websocket connection, for the
// function websocket_connect.
func (e *Events) WebsocketConnect(connectionID string) json.RawMessage {
	e.t.Helper()
	return e.event(websocket("$connect", "CONNECT", connectionID, object{
		"headers":           object{"Host": socketDomain},
		"multiValueHeaders": object{"Host": []string{socketDomain}},
	}))
}

// WebsocketMessage makes the event of a connection's message, for the function
// websocket_message.
func (e *Events) WebsocketMessage(connectionID, body string) json.RawMessage {
	e.t.Helper()
	return e.event(websocket("$default", "MESSAGE", connectionID, object{"body": body}))
}

// WebsocketDisconnect makes the event of a connection that ended, for the
// function websocket_disconnect.
func (e *Events) WebsocketDisconnect(connectionID string) json.RawMessage {
	e.t.Helper()
	return e.event(websocket("$disconnect", "DISCONNECT", connectionID, object{}))
}

const socketDomain = "abcd123.execute-api.us-west-2.amazonaws.com"

// websocket completes an event of a websocket connection.
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
