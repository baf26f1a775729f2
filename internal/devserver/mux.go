package devserver

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/gateway"
)

// handler sends requests to the server's own paths, and all others to the app.
func (s *Server) handler() http.Handler {
	if s.options.Mounts != nil {
		s.own = s.options.Mounts(s)
	}
	// Whoever can reach these can run the app's functions and read its variables.
	for i, m := range s.own {
		s.own[i].Handler = gateway.Guard(m.Handler, s.options.Host)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, m := range s.own {
			if m.takes(r) {
				m.Handler.ServeHTTP(w, r)
				return
			}
		}
		if isManagement(r) || isUpgrade(r) {
			s.serveSockets(w, r)
			return
		}
		cutOff(s.serveApp(w, r))
	})
}

// takes reports whether a request is for the mount.
func (m Mount) takes(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, m.Prefix) || r.URL.Path+"/" == m.Prefix || m.Takes != nil && m.Takes(r)
}

// serveSockets serves the websocket API, which outlives generations.
func (s *Server) serveSockets(w http.ResponseWriter, r *http.Request) {
	sockets := s.sockets()
	if sockets == nil {
		g, err := s.acquire(r.Context()) // the first build hasn't ended
		if err != nil {
			s.serveFailure(w, r, err)
			return
		}
		g.release()
		sockets = s.sockets()
	}
	if !sockets.Serves(r) {
		cutOff(s.serveApp(w, r))
		return
	}
	if isManagement(r) {
		gateway.Guard(sockets, s.options.Host).ServeHTTP(w, r)
		return
	}
	sockets.ServeHTTP(w, r)
}

// isUpgrade reports whether a client asks for a websocket.
func isUpgrade(r *http.Request) bool { return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") }

// cutOff ends a connection over which a response came that isn't whole.
func cutOff(err error) {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// serveApp lets the current generation answer, for the journal's entry in the
// request's context, or for a new one. The error is that of a streamed response
// that ended in the middle.
func (s *Server) serveApp(w http.ResponseWriter, r *http.Request) error {
	begin := time.Now()
	// API Gateway waits for the function, whether or not the client does. To
	// net/http a client that has closed its sending half is gone.
	r = r.WithContext(context.WithoutCancel(r.Context()))
	id := entryOf(r.Context())
	if id == "" {
		id = s.journal.Begin(HTTP, r.Method, r.URL.RequestURI())
	}
	g, err := s.acquire(r.Context())
	if err != nil {
		status := s.serveFailure(w, r, err)
		s.journal.End(id, status, err)
		return nil
	}
	defer g.release()
	response := g.gateway.Handle(r.WithContext(WithEntry(r.Context(), id)))
	err = response.WriteTo(w)
	s.journal.End(id, response.Status, cmp.Or(response.Err, err))
	g.answered.Do(func() { s.reportAnswer(g, begin) })
	return err
}

// reportAnswer reports the time from a change of the source to the first answer
// of the new program, without the time in which nobody asked.
func (s *Server) reportAnswer(g *Generation, asked time.Time) {
	took := time.Since(g.changed)
	if idle := asked.Sub(g.Built); idle > 0 {
		took -= idle
	}
	s.journal.Built(Build{Generation: g.Number, State: Answered, Duration: took})
}
