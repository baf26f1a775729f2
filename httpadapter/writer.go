package httpadapter

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// writer is the [http.ResponseWriter] of one request. It keeps what the handler
// writes, by the same rules as net/http's own.
type writer struct {
	request *http.Request
	header  http.Header
	sent    http.Header // the header as it was when the status was set
	status  int
	body    bytes.Buffer
}

// Header is part of [http.ResponseWriter].
func (w *writer) Header() http.Header { return w.header }

// WriteHeader sets the status, once.
func (w *writer) WriteHeader(status int) {
	switch {
	case w.status != 0:
		slog.WarnContext(w.request.Context(), "superfluous WriteHeader of a mounted handler", "status", status, "sent", w.status)
		return
	case status < 100 || status > 999:
		panic(fmt.Sprintf("httpadapter: invalid status %d in WriteHeader", status))
	case status < 200 && status != http.StatusSwitchingProtocols:
		return // an informational status: such a response can't be sent
	}
	w.status = status
	w.sent = w.header.Clone()
}

// Write keeps a part of the body.
func (w *writer) Write(data []byte) (int, error) {
	if err := w.start(); err != nil {
		return 0, err
	}
	return w.body.Write(data)
}

// WriteString keeps a part of the body.
func (w *writer) WriteString(data string) (int, error) {
	if err := w.start(); err != nil {
		return 0, err
	}
	return w.body.WriteString(data)
}

// Flush sets the status, as net/http's does, but sends nothing.
func (w *writer) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
}

// start sets the status if the handler hasn't, and returns an error if a
// response with this status can't have a body.
func (w *writer) start() error {
	w.Flush()
	if !hasBody(w.status) {
		return http.ErrBodyNotAllowed
	}
	return nil
}

func hasBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// response returns what the handler wrote, after it returned.
func (w *writer) response() *app.Response {
	w.Flush()
	body := w.body.Bytes()
	w.detectType(body)
	answer := &app.Response{StatusCode: w.status, Headers: make(map[string]string, len(w.sent)), Body: body}
	if body == nil {
		answer.Body = []byte{} // nil would be written as null
	}
	for name, values := range w.sent {
		if dropped(name) {
			continue
		}
		for i, value := range values {
			values[i] = cleanValue(value)
		}
		switch len(values) {
		case 0:
		case 1:
			answer.Headers[name] = values[0]
		default:
			if answer.MultiValueHeaders == nil {
				answer.MultiValueHeaders = map[string][]string{}
			}
			answer.MultiValueHeaders[name] = values
		}
	}
	return answer
}

// detectType sets the content type that net/http would detect.
func (w *writer) detectType(body []byte) {
	_, given := w.sent["Content-Type"]
	if !given && len(body) > 0 && w.sent.Get("Content-Encoding") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(body))
	}
}

// dropped reports whether the gateway must not get a header. It sets those of
// the connection and the length itself, and would send a second length under
// another name. A name with a character that can't be in a header's name marks
// a trailer.
func dropped(name string) bool {
	switch name {
	case "Connection", "Content-Length", "Keep-Alive", "Trailer", "Transfer-Encoding":
		return true
	}
	return name == "" || strings.ContainsFunc(name, notInName)
}

// notInName reports whether a character isn't allowed in the name of a header.
// https://www.rfc-editor.org/rfc/rfc9110#name-tokens
func notInName(c rune) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return false
	}
	return !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}

// cleanValue makes a header's value a single line, as net/http does.
func cleanValue(value string) string {
	if strings.ContainsAny(value, "\r\n") {
		value = lineBreaks.Replace(value)
	}
	return textproto.TrimString(value)
}

var lineBreaks = strings.NewReplacer("\n", " ", "\r", " ")
