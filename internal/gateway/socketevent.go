package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"github.com/chalice-go/chalice/app"
)

// socketEvent is the event of a websocket, with API Gateway's names in its
// order.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
type socketEvent struct {
	Headers           map[string]string   `json:"headers,omitempty"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitempty"`
	Query             map[string]string   `json:"queryStringParameters,omitempty"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters,omitempty"`
	RequestContext    socketContext       `json:"requestContext"`
	Body              *string             `json:"body,omitempty"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

type socketContext struct {
	RouteKey             string         `json:"routeKey"`
	Authorizer           map[string]any `json:"authorizer,omitempty"`
	MessageID            string         `json:"messageId,omitempty"`            // for messages only
	DisconnectStatusCode int            `json:"disconnectStatusCode,omitempty"` // for ends only
	EventType            string         `json:"eventType"`
	ExtendedRequestID    string         `json:"extendedRequestId"`
	RequestTime          string         `json:"requestTime"`
	MessageDirection     string         `json:"messageDirection"`
	DisconnectReason     *string        `json:"disconnectReason,omitempty"` // for ends only
	Stage                string         `json:"stage"`
	ConnectedAt          int64          `json:"connectedAt"` // in milliseconds of Unix time
	RequestTimeEpoch     int64          `json:"requestTimeEpoch"`
	Identity             socketIdentity `json:"identity"`
	RequestID            string         `json:"requestId"`
	DomainName           string         `json:"domainName"`
	ConnectionID         string         `json:"connectionId"`
	APIID                string         `json:"apiId"`
}

// socketIdentity describes the client of a connection.
type socketIdentity struct {
	UserAgent *string `json:"userAgent,omitempty"`
	SourceIP  string  `json:"sourceIp"`
}

// newEvent makes an event of the connection for the function of a route.
func (c *connection) newEvent(route, kind string) *socketEvent {
	e := &socketEvent{RequestContext: socketContext{
		RouteKey:         route,
		Authorizer:       c.authorizer,
		EventType:        kind,
		MessageDirection: "IN",
		Stage:            c.sockets.api.Stage,
		ConnectedAt:      c.connected.UnixMilli(),
		Identity:         c.client,
		DomainName:       c.domain,
		ConnectionID:     c.id,
		APIID:            localAPI,
	}}
	e.at(newSocketID(), time.Now())
	return e
}

// at sets the event's id and its time.
func (e *socketEvent) at(id string, now time.Time) {
	c := &e.RequestContext
	c.RequestID, c.ExtendedRequestID = id, id
	c.RequestTime, c.RequestTimeEpoch = now.UTC().Format("02/Jan/2006:15:04:05 -0700"), now.UnixMilli()
}

// ofRequest adds parts of the client's request: the query, and the headers
// without those for the next hop.
func (e *socketEvent) ofRequest(client *call) {
	headers := maps.Clone(client.headers)
	delete(headers, "Connection")
	delete(headers, "Upgrade")
	e.setHeaders(headers)
	if query := app.ParseQuery(client.query); len(query) > 0 {
		e.Query, e.MultiValueQuery = lastOf(query), query
	}
}

// ofEnd adds why the connection ended.
func (e *socketEvent) ofEnd(c *connection, why *ending) {
	e.RequestContext.DisconnectStatusCode, e.RequestContext.DisconnectReason = int(why.status), &why.reason
	e.setHeaders(map[string][]string{"Host": {c.domain}, "x-api-key": {""}, "X-Forwarded-For": {""}, "x-restapi": {""}})
}

func (e *socketEvent) setHeaders(headers map[string][]string) {
	e.Headers, e.MultiValueHeaders = lastOf(headers), headers
}

func (e *socketEvent) marshal() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.Encode(e) // texts and numbers can always be encoded
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// handle sends a message to its function. The function's result isn't used,
// since the API has no route responses. The client is told only if the function
// failed.
func (c *connection) handle(message []byte) {
	s := c.sockets
	if s.ctx.Err() != nil {
		return
	}
	e := c.newEvent("$default", "MESSAGE")
	e.RequestContext.MessageID, e.Body = newSocketID(), new(string(message))
	answer := func(text string) { c.send(notice(text, c.id, e.RequestContext.RequestID)) }
	if !s.handles(app.WSMessageKind) {
		s.log("a message came for which the app has no function: OnWSMessage declares it")
		answer("Forbidden")
		return
	}
	_, err := s.invoke(app.WebsocketMessage, e.marshal())
	switch {
	case err == nil, s.ctx.Err() != nil:
	case errors.Is(err, context.DeadlineExceeded):
		s.log("%s did not end in time", app.WebsocketMessage)
		answer("Endpoint request timed out")
	default:
		s.log("%s failed: %v", app.WebsocketMessage, err)
		answer("Internal server error")
	}
}

// disconnected invokes the app's function for the end of the connection.
func (c *connection) disconnected() {
	s := c.sockets
	if s.ctx.Err() != nil || !s.handles(app.WSDisconnectKind) {
		return
	}
	e := c.newEvent("$disconnect", "DISCONNECT")
	e.ofEnd(c, c.over.Load())
	if _, err := s.invoke(app.WebsocketDisconnect, e.marshal()); err != nil && s.ctx.Err() == nil {
		s.log("%s failed: %v", app.WebsocketDisconnect, err)
	}
}

// newSocketID makes an id for a connection, a message or an event: 11 random
// bytes in API Gateway's encoding.
func newSocketID() string {
	var id [11]byte
	rand.Read(id[:]) // it never returns an error
	return base64.URLEncoding.EncodeToString(id[:])
}
