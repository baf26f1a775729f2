package gateway

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/chalice-go/chalice/app"
)

// The values in samples of what is new in each real event.
const (
	sampleID           = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
	sampleConnectionID = "L0SM9cOFvHcCIhw="
	sampleMessageID    = "L0SM9dFkPHcCIhw="
	sampleSocketID     = "L0SM9G9zPHcFsmA="
)

var sampleTime = time.Date(2026, time.March, 4, 5, 6, 7, 890_000_000, time.UTC)

// Samples returns the events that a front would send for a request, by the
// names of the functions that get them: an authorizer's function, which is
// assumed to allow the request, and that of the routes. For the same request
// they are the same. Tokens aren't checked, and where an authorizer tells clients
// apart by other parts of the request, these have the value of Authorization.
func Samples(t Type, m *app.Model, stage string, r *http.Request) map[string][]byte {
	events := recorder{}
	g := New(API{Type: t, Model: m, Stage: stage, Functions: events})
	g.sampling = true
	c := g.newCall(r)
	c.identify(m)
	c.id, c.at = sampleID, sampleTime
	g.handle(r, c)
	return events
}

// identify gives a request all by which authorizers of requests tell clients
// apart.
func (c *call) identify(m *app.Model) {
	token := c.headers.Get("Authorization")
	for _, a := range m.Authorizers {
		if len(a.Identity) == 0 || token == "" {
			continue
		}
		for _, identity := range a.Identity {
			if identity.In == app.IdentityInHeader {
				c.headers.Set(identity.Name, token)
				continue
			}
			query := url.Values(app.ParseQuery(c.query))
			query.Set(identity.Name, token)
			c.query = query.Encode()
		}
	}
}

// recorder records the last event of each function.
type recorder map[string][]byte

// Invoke returns an answer that is valid for an authorizer, which allows
// everything, and for a route.
func (r recorder) Invoke(_ context.Context, function string, event []byte) ([]byte, error) {
	r[function] = event
	return []byte(`{
		"principalId": "user", "context": {"principalId": "user"},
		"policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*"}]},
		"statusCode": 200
	}`), nil
}

// SampleSocketEvent returns an event of a websocket at a domain of an API's
// stage: it connects, sends a text or ends, whichever the kind of function is
// for.
func SampleSocketEvent(kind app.FunctionKind, stage, domain, text string) []byte {
	connected := sampleTime.Add(-time.Minute)
	agent := "Mozilla/5.0"
	c := &connection{
		sockets: &Sockets{api: SocketAPI{Stage: stage}}, id: sampleConnectionID, connected: connected, domain: domain,
		client: socketIdentity{UserAgent: &agent, SourceIP: "127.0.0.1"},
	}
	var e *socketEvent
	switch kind {
	case app.WSConnectKind:
		e = c.newEvent("$connect", "CONNECT")
		e.setHeaders(map[string][]string{
			"Host": {domain}, "Sec-WebSocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-WebSocket-Version": {"13"},
			"User-Agent": {agent}, "X-Forwarded-For": {c.client.SourceIP}, "X-Forwarded-Port": {"443"}, "X-Forwarded-Proto": {"https"},
		})
		e.RequestContext.ConnectedAt = sampleTime.UnixMilli()
	case app.WSDisconnectKind:
		e = c.newEvent("$disconnect", "DISCONNECT")
		e.ofEnd(c, deleted)
	default:
		e = c.newEvent("$default", "MESSAGE")
		e.RequestContext.MessageID, e.Body = sampleMessageID, &text
	}
	e.at(sampleSocketID, sampleTime)
	return e.marshal()
}
