package devserver

import (
	"bytes"
	"net/http"
)

// Answer is the app's answer to a request.
type Answer struct {
	Entry  string // ID in the journal
	Status int
	Header http.Header
	Body   []byte
}

// Send lets the app answer a request that didn't come over the network, in the
// same way as others. The body of a streamed answer is collected; why it isn't whole
// is in the journal.
func (s *Server) Send(r *http.Request) Answer {
	id := s.journal.Begin(HTTP, r.Method, r.URL.RequestURI())
	w := &recorder{header: http.Header{}}
	_ = s.serveApp(w, r.WithContext(WithEntry(r.Context(), id)))
	return Answer{Entry: id, Status: w.status, Header: w.header, Body: w.body.Bytes()}
}

// recorder keeps a response.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header returns the header, for the handler to fill.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader keeps the first status.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write keeps a part of the body.
func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}
