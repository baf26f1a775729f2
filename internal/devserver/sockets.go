package devserver

import (
	"context"
	"net/http"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// sockets returns the websocket API in front of the current generation. It is
// nil before the first build, since its URLs contain the stage.
func (s *Server) sockets() *gateway.Sockets {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.socketAPI
}

// openSockets makes the websocket API for the stage of a generation. The same
// one, with its connections, is used until the stage has another name.
func (s *Server) openSockets(g *Generation) {
	stage := g.Stage.APIGatewayStage
	s.mu.Lock()
	old := s.socketAPI
	if old != nil && s.socketStage == stage {
		s.mu.Unlock()
		return
	}
	s.socketStage = stage
	s.socketAPI = gateway.NewSockets(gateway.SocketAPI{
		Model: s.model, Functions: socketFunctions{s}, Stage: stage, Limits: s.socketLimits(),
		Log: func(line string) { s.journal.Print(Line{Level: levelError, Text: line}) },
	})
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
}

// socketLimits returns limits that leave time for debugging.
func (s *Server) socketLimits() gateway.SocketLimits {
	if s.options.Debug {
		return gateway.SocketLimits{Idle: -1, Duration: -1, Function: -1}
	}
	return gateway.SocketLimits{}
}

// model returns the app as of the last successful build.
func (s *Server) model() *app.Model {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return &app.Model{}
	}
	return s.current.Model
}

// isManagement reports whether a request is for the websocket API's management
// API, not for the app.
func isManagement(r *http.Request) bool { return strings.Contains(r.URL.Path, "/@connections/") }

// socketFunctions invokes the functions of the generation that is current when
// an event comes.
type socketFunctions struct{ *Server }

// routeKeys are the route keys of the events that functions of each kind
// handle.
var routeKeys = map[string]string{
	app.WebsocketConnect: "$connect", app.WebsocketMessage: "$default", app.WebsocketDisconnect: "$disconnect",
}

// Invoke invokes a function for an entry of its own.
func (s socketFunctions) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	path, ok := routeKeys[function]
	if !ok { // an authorizer
		path = "$connect"
	}
	return s.invoke(ctx, Entry{Kind: Websocket, Path: path}, function, event)
}
