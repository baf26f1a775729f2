package gateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gobwas/ws"

	"github.com/chalice-go/chalice/app"
)

// connect answers a request for a new connection. It returns nil if there is
// none, because the request was invalid or the app refused it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
func (s *Sockets) connect(w http.ResponseWriter, r *http.Request) *connection {
	client := newCall(r, s.api.Stage)
	c := &connection{
		sockets: s, id: newSocketID(), connected: client.at, domain: client.host,
		client: socketIdentity{UserAgent: client.identity().UserAgent, SourceIP: client.address},
	}
	if path := strings.Trim(r.URL.Path, "/"); path != "" && path != s.api.Stage {
		s.log("%s: a websocket API has no paths: its clients connect to / or /%s", r.URL.Path, s.api.Stage)
		refuseSocket(w, http.StatusForbidden, "Forbidden", c.id, newSocketID())
		return nil
	}
	if status, mistake := checkUpgrade(r); mistake != "" {
		w.Header().Set("Sec-Websocket-Version", "13")
		refuseSocket(w, status, mistake, c.id, newSocketID())
		return nil
	}
	if a := s.api.Model().ConnectAuthorizer(); a != nil {
		if status, why := c.authorize(client, *a); status != 0 {
			s.log("refused a connection with status %d: %s", status, why)
			refuseSocket(w, status, http.StatusText(status), c.id, newSocketID())
			return nil
		}
	}
	accepted := http.Header{}
	if s.handles(app.WSConnectKind) {
		var ok bool
		if accepted, ok = c.ask(w, client); !ok {
			return nil
		}
	}
	return c.accept(w, r, accepted)
}

// checkUpgrade returns what is wrong with a request for a websocket, and the
// status of the answer.
// https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1
func checkUpgrade(r *http.Request) (status int, mistake string) {
	one := func(name string) string {
		if values := r.Header[name]; len(values) == 1 {
			return values[0]
		}
		return "" // no key, or one of many, none of which can be chosen
	}
	key, err := base64.StdEncoding.DecodeString(one("Sec-Websocket-Key"))
	switch version := one("Sec-Websocket-Version"); {
	case r.Method != http.MethodGet:
		return http.StatusBadRequest, "a websocket's request has to be a GET"
	case !r.ProtoAtLeast(1, 1) || r.ProtoMajor != 1:
		return http.StatusBadRequest, "a websocket's request has to be of HTTP/1.1"
	case r.Host == "":
		return http.StatusBadRequest, "a websocket's request needs a header Host"
	case !hasToken(r.Header["Connection"], "upgrade"):
		return http.StatusBadRequest, "a websocket's request needs the header Connection: Upgrade"
	case r.ContentLength != 0:
		return http.StatusBadRequest, "a websocket's request has no body"
	case err != nil || len(key) != 16:
		return http.StatusBadRequest, "a websocket's request needs one header Sec-WebSocket-Key, 16 bytes in base64"
	case version == "":
		return http.StatusBadRequest, "a websocket's request needs one header Sec-WebSocket-Version"
	case version != "13":
		return http.StatusUpgradeRequired, "the version of a websocket has to be 13"
	}
	return 0, ""
}

// ask invokes the function of $connect. If that refuses the connection, the
// client gets its status, and ok is false.
func (c *connection) ask(w http.ResponseWriter, client *call) (accepted http.Header, ok bool) {
	e := c.newEvent("$connect", "CONNECT")
	e.ofRequest(client)
	refuse := func(status int, message string) (http.Header, bool) {
		refuseSocket(w, status, message, c.id, e.RequestContext.RequestID)
		return nil, false
	}
	output, err := c.sockets.invoke(app.WebsocketConnect, e.marshal())
	if err == nil {
		accepted, err = parseConnectResponse(output)
	}
	var refusal refusedError
	switch {
	case errors.As(err, &refusal):
		c.sockets.log("%s refused a connection with status %d", app.WebsocketConnect, int(refusal))
		return refuse(int(refusal), http.StatusText(int(refusal)))
	case errors.Is(err, context.DeadlineExceeded):
		c.sockets.log("%s did not end in time", app.WebsocketConnect)
		return refuse(http.StatusGatewayTimeout, "Endpoint request timed out")
	case err != nil:
		c.sockets.log("%s failed: %v", app.WebsocketConnect, err)
		return refuse(http.StatusBadGateway, "Internal server error")
	}
	return accepted, true
}

// refusedError is the status with which a function refuses a connection.
type refusedError int

func (e refusedError) Error() string { return fmt.Sprintf("refused with status %d", int(e)) }

// parseConnectResponse reads what the function of $connect returned. The
// headers are those for the client: API Gateway passes on the subprotocol only.
// The error is a refusedError if the function refuses the connection.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
func parseConnectResponse(output []byte) (http.Header, error) {
	p, err := parseResponse(output)
	if err != nil {
		return nil, fmt.Errorf("what it returned is no response: %w", err)
	}
	if *p.StatusCode >= 300 {
		return nil, refusedError(*p.StatusCode)
	}
	header, err := p.header()
	if err != nil {
		return nil, fmt.Errorf("what it returned is no response: %w", err)
	}
	accepted := http.Header{}
	for name, values := range header {
		if strings.EqualFold(name, "Sec-Websocket-Protocol") && len(values) > 0 {
			accepted["Sec-WebSocket-Protocol"] = values[len(values)-1:]
		}
	}
	return accepted, nil
}

// accept makes the websocket. It returns nil if the client is gone.
func (c *connection) accept(w http.ResponseWriter, r *http.Request, accepted http.Header) *connection {
	upgrader := ws.HTTPUpgrader{Timeout: writeTimeout, Header: accepted}
	conn, buffered, _, err := upgrader.Upgrade(r, w)
	if conn == nil {
		c.sockets.log("upgrade to a websocket: %v", err)
		return nil
	}
	c.conn, c.reader = conn, buffered.Reader
	if err != nil {
		conn.Close() // reading will notice; $connect ran, so $disconnect will
	}
	c.touch()
	if !c.sockets.add(c) {
		conn.Close()
		return nil
	}
	return c
}

// refuseSocket answers a request that gets no websocket.
func refuseSocket(w http.ResponseWriter, status int, message, connectionID, requestID string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("x-amzn-RequestId", requestID)
	w.WriteHeader(status)
	w.Write(notice(message, connectionID, requestID))
}

// notice returns a message of API Gateway itself.
func notice(message, connectionID, requestID string) []byte {
	text, _ := json.Marshal(message) // a text can always be encoded
	return fmt.Appendf(nil, `{"message": %s, "connectionId":"%s", "requestId":"%s"}`, text, connectionID, requestID)
}

// writeTimeout is how long a write may wait for a client before the client
// counts as gone.
const writeTimeout = 10 * time.Second
