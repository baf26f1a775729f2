package gateway

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/requestid"
)

// ManagementVariable returns the environment variable, as NAME=VALUE, that
// points the AWS SDK's clients of the management API at the server on address,
// HOST:PORT, which serves [Sockets] of a stage. With it in the environment of a
// function, package websocket and the SDKs find the connections, however they
// are configured.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func ManagementVariable(address, stage string) string {
	if host, port, err := net.SplitHostPort(address); err == nil {
		ip, err := netip.ParseAddr(host)
		switch { // a server can listen at addresses to which nobody can connect
		case host == "" || err == nil && ip.Is4() && ip.IsUnspecified():
			address = net.JoinHostPort("127.0.0.1", port)
		case err == nil && ip.IsUnspecified():
			address = net.JoinHostPort("::1", port)
		}
	}
	return "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI=http://" + address + "/" + stage
}

// managed returns the id of the connection that a request of the management API
// is about. For any other request ok is false.
func (s *Sockets) managed(r *http.Request) (id string, ok bool) {
	segments := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		if err != nil {
			return "", false
		}
		segments[i] = text
	}
	if segments[0] == s.api.Stage {
		segments = segments[1:]
	}
	if len(segments) < 2 || segments[0] != "@connections" {
		return "", false
	}
	return strings.Join(segments[1:], "/"), true
}

// manage answers a call of the management API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
func (s *Sockets) manage(w http.ResponseWriter, r *http.Request, id string) {
	w.Header().Set("x-amzn-RequestId", requestid.New())
	switch r.Method {
	case http.MethodGet, http.MethodPost, http.MethodDelete:
	default:
		fail(w, http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
		return
	}
	var message []byte
	if r.Method == http.MethodPost {
		var err error
		message, err = io.ReadAll(io.LimitReader(r.Body, maxMessage+1))
		if err != nil {
			fail(w, http.StatusBadRequest, "BadRequestException", "Bad Request")
			return
		}
		if len(message) > maxMessage {
			fail(w, http.StatusRequestEntityTooLarge, "PayloadTooLargeException", "The message is larger than 128 KB.")
			return
		}
	}
	c := s.find(id)
	if c == nil || c.over.Load() != nil || r.Method == http.MethodPost && c.send(message) != nil {
		fail(w, http.StatusGone, "GoneException", "The connection with the provided id no longer exists.")
		return
	}
	switch r.Method {
	case http.MethodGet:
		w.Header().Set("Content-Type", "application/json")
		w.Write(c.info())
	case http.MethodDelete:
		c.close(deleted)
		w.WriteHeader(http.StatusNoContent)
	}
}

// fail answers with an error in the form that the AWS SDKs read.
func fail(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("x-amzn-ErrorType", kind)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}

// info returns what the management API says about the connection.
func (c *connection) info() []byte {
	const format = "2006-01-02T15:04:05.000Z"
	info, _ := json.Marshal(struct { // texts can always be encoded
		ConnectedAt  string         `json:"connectedAt"`
		Identity     socketIdentity `json:"identity"`
		LastActiveAt string         `json:"lastActiveAt"`
	}{c.connected.UTC().Format(format), c.client, time.UnixMilli(c.active.Load()).UTC().Format(format)})
	return info
}
