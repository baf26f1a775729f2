package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/devserver"
)

// entries lists the journal's entries, without events and responses.
func (c *console) entries(*http.Request) (any, error) {
	return c.server.Journal().Entries(), nil
}

// lines lists the lines of the log that belong to no entry.
func (c *console) lines(*http.Request) (any, error) {
	return append([]devserver.Line{}, c.server.Journal().Lines()...), nil
}

// fullEntry is an entry with the events and the responses of its functions.
type fullEntry struct {
	devserver.Entry
	Invocations []fullInvocation `json:"invocations"`
}

type fullInvocation struct {
	devserver.Invocation
	Event    payload `json:"event"`
	Response payload `json:"response"`
}

// payload is JSON, or a string for a response that isn't JSON.
type payload []byte

// MarshalJSON returns the JSON itself.
func (p payload) MarshalJSON() ([]byte, error) {
	switch {
	case len(p) == 0:
		return []byte("null"), nil
	case json.Valid(p):
		return p, nil
	}
	return json.Marshal(string(p))
}

// entry returns everything about one entry.
func (c *console) entry(r *http.Request) (any, error) {
	e, err := c.find(r)
	if err != nil {
		return nil, err
	}
	full := fullEntry{Entry: e, Invocations: []fullInvocation{}}
	for _, i := range e.Invocations {
		full.Invocations = append(full.Invocations, fullInvocation{i, payload(i.Event), payload(i.Response)})
	}
	return full, nil
}

func (c *console) find(r *http.Request) (devserver.Entry, error) {
	e, ok := c.server.Journal().Entry(r.PathValue("id"))
	if !ok {
		return devserver.Entry{}, refuse(http.StatusNotFound, "this is no longer kept: only the last 1,000 are")
	}
	return e, nil
}

// again repeats an entry. A request is sent through the gateway again, as its
// function got it; for anything else the function is invoked with the same
// event.
func (c *console) again(r *http.Request) (any, error) {
	if err := read(r, &struct{}{}); err != nil {
		return nil, err
	}
	e, err := c.find(r)
	if err != nil {
		return nil, err
	}
	if e.Kind == devserver.HTTP {
		s, err := sentAgain(e)
		if err != nil {
			return nil, err
		}
		return c.answerTo(r, s)
	}
	if len(e.Invocations) == 0 {
		return nil, refuse(http.StatusConflict, "no function was invoked, so there is no event to send again")
	}
	i := e.Invocations[len(e.Invocations)-1]
	if i.Dropped {
		return nil, errDropped
	}
	return c.run(r, i.Function, i.Event)
}

var errDropped = refuse(http.StatusGone, "its event is no longer kept: newer ones are large")

// sentAgain makes a request from an entry. Headers and body are in the event of
// the route's function; a request that never reached the function is repeated
// without them.
func sentAgain(e devserver.Entry) (sent, error) {
	s := sent{Method: e.Method, Path: e.Path}
	if len(e.Invocations) == 0 {
		return s, nil
	}
	i := e.Invocations[len(e.Invocations)-1]
	if i.Dropped {
		return s, errDropped
	}
	var event struct {
		Headers http.Header       `json:"multiValueHeaders"`
		Single  map[string]string `json:"headers"` // of format 2.0, which has no lists
		Cookies []string          `json:"cookies"`
		Body    string            `json:"body"`
		Base64  bool              `json:"isBase64Encoded"`
	}
	if err := json.Unmarshal(i.Event, &event); err != nil {
		return s, refuse(http.StatusConflict, "its event can't be read: %w", err)
	}
	if event.Headers == nil {
		event.Headers = http.Header{}
		for name, value := range event.Single {
			event.Headers[name] = []string{value}
		}
		delete(event.Headers, "content-length")
		if len(event.Cookies) > 0 {
			event.Headers["cookie"] = []string{strings.Join(event.Cookies, "; ")}
		}
	}
	for name, values := range event.Headers {
		if !strings.HasPrefix(strings.ToLower(name), "x-forwarded-") {
			for _, value := range values {
				s.Headers = append(s.Headers, [2]string{name, value})
			}
		}
	}
	s.Body, s.Base64 = event.Body, event.Base64
	return s, nil
}

// sent is a request as the page describes it.
type sent struct {
	Method  string      `json:"method"`
	Path    string      `json:"path"` // with its query
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
	Base64  bool        `json:"base64"` // the body is base64
}

// received is the app's answer.
type received struct {
	Entry   string      `json:"entry"`
	Status  int         `json:"status"`
	Reason  string      `json:"reason"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
	Base64  bool        `json:"base64"` // the body isn't text, so it is base64
}

// send lets the app answer a request.
func (c *console) send(r *http.Request) (any, error) {
	var s sent
	if err := read(r, &s); err != nil {
		return nil, err
	}
	return c.answerTo(r, s)
}

func (c *console) answerTo(r *http.Request, s sent) (any, error) {
	request, err := s.request(r)
	if err != nil {
		return nil, err
	}
	answer := c.server.Send(request)
	got := received{
		Entry: answer.Entry, Status: answer.Status, Reason: http.StatusText(answer.Status),
		Headers: answer.Header, Body: string(answer.Body),
	}
	if !utf8.Valid(answer.Body) {
		got.Body, got.Base64 = base64.StdEncoding.EncodeToString(answer.Body), true
	}
	return got, nil
}

// request makes the request that the server would have read from a connection.
func (s sent) request(from *http.Request) (*http.Request, error) {
	if !strings.HasPrefix(s.Path, "/") {
		return nil, refuse(http.StatusBadRequest, "the path has to start with /")
	}
	target, err := url.ParseRequestURI(s.Path)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the path can't be sent: %w", err)
	}
	body := s.Body
	if s.Base64 {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "the body is no base64: %w", err)
		}
		body = string(decoded)
	}
	r, err := http.NewRequestWithContext(from.Context(), s.Method, "/", strings.NewReader(body))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "%w", err)
	}
	r.URL, r.RequestURI, r.Host, r.RemoteAddr = target, s.Path, from.Host, from.RemoteAddr
	for _, h := range s.Headers {
		if strings.EqualFold(h[0], "Host") {
			r.Host = h[1]
			continue
		}
		r.Header.Add(h[0], h[1])
	}
	return r, nil
}
