package gateway

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
)

// SocketAPI is the configuration of [Sockets]. Model and Functions are
// required.
type SocketAPI struct {
	// Model returns the app's current model. It is called for each event, so that
	// connections outlive a change of the app.
	Model     func() *app.Model
	Functions functions
	// Stage is the API's stage, which the events' contexts have; empty: api.
	Stage  string
	Limits SocketLimits
	// Log gets a line for what a client can't see, such as why a function failed.
	// nil: the line is lost.
	Log func(line string)
}

// SocketLimits are the limits of API Gateway on connections and functions. A
// zero value stands for API Gateway's own, a negative one for no limit.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
type SocketLimits struct {
	Idle     time.Duration // without a frame in either direction; zero: 10 minutes
	Duration time.Duration // of a connection; zero: 2 hours
	Function time.Duration // of a function's work on one event; zero: 29 seconds
}

// forever stands for no limit.
const forever = 1 << 62 * time.Nanosecond

// complete returns the limits with API Gateway's values for zeros.
func (l SocketLimits) complete() SocketLimits {
	or := func(limit, ours time.Duration) time.Duration {
		switch {
		case limit < 0:
			return forever
		case limit == 0:
			return ours
		}
		return limit
	}
	return SocketLimits{or(l.Idle, 10*time.Minute), or(l.Duration, 2*time.Hour), or(l.Function, restLimits.timeout)}
}

// Sockets is API Gateway in front of an app's websocket handlers: a websocket
// API with Lambda proxy integrations and without route responses, as package
// synth makes it. It is an [http.Handler] for the requests that
// [Sockets.Serves] reports:
//
//   - Upgrades of / and of /STAGE. The function of $connect decides, before the
//     client gets its answer.
//   - Calls of the management API, with which functions reach connections:
//     POST, GET and DELETE of /@connections/ID, with the stage in front or
//     without. Signatures aren't checked, so put [Guard] in front.
//
// API Gateway may run the functions of one connection's messages side by side.
// Here they run one after the other, in the order of the messages, and that of
// $disconnect runs last. Functions of different connections don't wait for each
// other.
type Sockets struct {
	api     SocketAPI
	ctx     context.Context // of all functions; Close ends it
	cancel  context.CancelFunc
	serving sync.WaitGroup // handshakes and connections

	mu          sync.Mutex
	closed      bool
	connections map[string]*connection
}

// NewSockets makes a websocket API without connections.
func NewSockets(api SocketAPI) *Sockets {
	if api.Stage == "" {
		api.Stage = "api"
	}
	api.Limits = api.Limits.complete()
	s := &Sockets{api: api, connections: map[string]*connection{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Serves reports whether a request is for the websocket API: a call of its
// management API, or an upgrade where the app has a websocket handler.
func (s *Sockets) Serves(r *http.Request) bool {
	if _, ok := s.managed(r); ok {
		return true
	}
	return wantsUpgrade(r.Header) && s.hasHandlers()
}

// ServeHTTP answers a request. It returns when an upgrade is answered; the
// connection goes on until its client, [SocketLimits] or Close ends it.
func (s *Sockets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id, ok := s.managed(r); ok {
		s.manage(w, r, id)
		return
	}
	if !s.begin() {
		refuseSocket(w, http.StatusServiceUnavailable, "Service Unavailable", newSocketID(), newSocketID())
		return
	}
	c := s.connect(w, r)
	if c == nil {
		s.serving.Done()
		return
	}
	go func() {
		defer s.serving.Done()
		c.serve()
	}()
}

// begin reports whether the API is open. If so, Close waits for the caller.
func (s *Sockets) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.serving.Add(1)
	}
	return !s.closed
}

// Close ends all connections, with status 1001 for their clients, and the
// contexts of their functions, and waits until these are done. It doesn't run
// functions of $disconnect: an app that is gone can't handle the end of its
// connections.
func (s *Sockets) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	var closing sync.WaitGroup
	for _, c := range s.open() {
		closing.Go(func() { c.close(goingAway) })
	}
	closing.Wait()
	s.serving.Wait()
}

// open returns the open connections.
func (s *Sockets) open() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make([]*connection, 0, len(s.connections))
	for _, c := range s.connections {
		open = append(open, c)
	}
	return open
}

// add adds a connection, and reports whether the API is still open.
func (s *Sockets) add(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.connections[c.id] = c
	}
	return !s.closed
}

func (s *Sockets) remove(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connections, c.id)
}

func (s *Sockets) find(id string) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections[id]
}

// handles reports whether the app has a function for a kind of event.
func (s *Sockets) handles(kind app.FunctionKind) bool {
	return slices.ContainsFunc(s.api.Model().Functions, func(f app.FunctionModel) bool { return f.Kind == kind })
}

func (s *Sockets) hasHandlers() bool {
	return s.handles(app.WSConnectKind) || s.handles(app.WSMessageKind) || s.handles(app.WSDisconnectKind)
}

// invoke runs a function within its time limit. The error is
// [context.DeadlineExceeded] if the function took longer.
func (s *Sockets) invoke(function string, event []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, s.api.Limits.Function, errTimeout)
	defer cancel()
	output, err := s.api.Functions.Invoke(ctx, function, event)
	if err != nil && ctx.Err() == context.DeadlineExceeded {
		err = context.DeadlineExceeded
	}
	return output, err
}

func (s *Sockets) log(format string, args ...any) {
	if s.api.Log != nil {
		s.api.Log(fmt.Sprintf(format, args...))
	}
}

// wantsUpgrade reports whether a client asks for a websocket.
func wantsUpgrade(header http.Header) bool { return hasToken(header["Upgrade"], "websocket") }

// hasToken reports whether a list in a header contains a word, ignoring case.
func hasToken(values []string, word string) bool {
	for _, value := range values {
		for token := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(token), word) {
				return true
			}
		}
	}
	return false
}
