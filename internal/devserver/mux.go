package devserver

import (
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/chalice-go/chalice/internal/gateway"
)

// handler sends requests to the server's own paths, and all others to the app.
func (s *Server) handler() http.Handler {
	if s.options.Mounts != nil {
		s.own = s.options.Mounts(s)
	}
	// Who can reach these can run the app's functions and read its variables.
	for i, m := range s.own {
		s.own[i].Handler = gateway.Guard(m.Handler, s.options.Host)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, m := range s.own {
			if strings.HasPrefix(r.URL.Path, m.Prefix) || r.URL.Path+"/" == m.Prefix {
				m.Handler.ServeHTTP(w, r)
				return
			}
		}
		s.serveApp(w, r)
	})
}

// serveApp has the current generation answer.
func (s *Server) serveApp(w http.ResponseWriter, r *http.Request) {
	id := s.journal.Begin(HTTP, r.Method, r.URL.RequestURI())
	g, err := s.acquire(r.Context())
	if err != nil {
		status := s.serveFailure(w, r, err)
		s.journal.End(id, status, err)
		return
	}
	defer g.release()
	response := g.gateway.Handle(r.WithContext(WithEntry(r.Context(), id)))
	maps.Copy(w.Header(), response.Header) // not Set, which would change names
	w.WriteHeader(response.Status)
	w.Write(response.Body) // if the client is gone, nobody wants to know
	s.journal.End(id, response.Status, response.Err)
}

// serveFailure answers with what is wrong with the source.
func (s *Server) serveFailure(w http.ResponseWriter, r *http.Request, err error) int {
	status := http.StatusBadGateway
	if errors.Is(err, errBuilding) {
		status = http.StatusGatewayTimeout
	}
	http.Error(w, err.Error(), status)
	return status
}
