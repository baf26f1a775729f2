package lambdarun

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// maxPayload is the size in bytes of the largest answer that Lambda takes.
const maxPayload = 6_291_556

// runtimeAPI is Lambda's side of the runtime API, for one program.
type runtimeAPI struct {
	arn    string
	log    *programLog
	events chan *invocation
	ready  chan struct{} // closed when the program asks for its first event

	mu      sync.Mutex
	once    sync.Once
	current *invocation // sent to the program, and not answered yet
	failure *InvokeError
}

// invocation is an event on its way through the program.
type invocation struct {
	id       string
	trace    string
	client   string // JSON; empty: the caller sent no client context
	event    []byte
	deadline time.Time
	answer   chan Result    // has room for one Result
	stream   chan *streamed // instead of answer, and has room for one, too
	out      io.Writer      // gets a streamed answer; nil: it becomes the payload
	sent     atomic.Bool    // the program may have got the event
}

func newInvocation(id string, event []byte, timeout time.Duration) *invocation {
	var random [20]byte
	rand.Read(random[:]) // it never returns an error
	now := time.Now()
	return &invocation{
		id:       id,
		trace:    fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", now.Unix(), random[:12], random[12:]),
		event:    event,
		deadline: now.Add(timeout),
		answer:   make(chan Result, 1),
		stream:   make(chan *streamed, 1),
	}
}

func newRuntimeAPI(arn string, log *programLog) *runtimeAPI {
	return &runtimeAPI{arn: arn, log: log, events: make(chan *invocation), ready: make(chan struct{})}
}

func (a *runtimeAPI) handler() http.Handler {
	mux := http.NewServeMux()
	const api = "/2018-06-01/runtime"
	mux.HandleFunc("GET "+api+"/invocation/next", a.next)
	mux.HandleFunc("POST "+api+"/invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+api+"/invocation/{id}/error", a.error)
	mux.HandleFunc("POST "+api+"/init/error", a.initFailed)
	return mux
}

// next waits for an event. The program has nothing else to do then.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.log.asked()
	a.once.Do(func() { close(a.ready) })
	select {
	case inv := <-a.events:
		if r.Context().Err() != nil {
			return // the program has just ended: another one can have the event
		}
		inv.sent.Store(true)
		a.log.begin(inv.id)
		a.mu.Lock()
		a.current = inv
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", a.arn)
		h.Set("Lambda-Runtime-Trace-Id", inv.trace)
		if inv.client != "" {
			h.Set("Lambda-Runtime-Client-Context", inv.client)
		}
		w.Write(inv.event)
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	if isStreamed(r) {
		a.stream(w, r)
		return
	}
	a.finish(w, r, func(body []byte) Result { return Result{Payload: body} })
}

func (a *runtimeAPI) error(w http.ResponseWriter, r *http.Request) {
	a.finish(w, r, func(body []byte) Result { return Result{Error: parseError(body, r.Header)} })
}

// finish takes the answer to the current event, and refuses any other.
func (a *runtimeAPI) finish(w http.ResponseWriter, r *http.Request, result func(body []byte) Result) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		reply(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	inv := a.take(r.PathValue("id"))
	switch {
	case inv == nil:
		reply(w, http.StatusBadRequest, "InvalidRequestID", "this event isn't waiting for an answer")
	case len(body) > maxPayload:
		e := tooLarge(maxPayload)
		inv.answer <- Result{Error: e}
		reply(w, http.StatusRequestEntityTooLarge, e.Type, e.Message)
	default:
		inv.answer <- result(body)
		accepted(w)
	}
}

// take returns the current event, which nobody else can answer then, or nil if it
// is another one.
func (a *runtimeAPI) take(id string) *invocation {
	a.mu.Lock()
	defer a.mu.Unlock()
	inv := a.current
	if inv == nil || inv.id != id {
		return nil
	}
	a.current = nil
	return inv
}

func (a *runtimeAPI) initFailed(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload))
	if err != nil {
		reply(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	a.mu.Lock()
	a.failure = parseError(body, r.Header)
	a.mu.Unlock()
	accepted(w)
}

// initError returns the error with which the program reported that it can't
// start, nil if it didn't.
func (a *runtimeAPI) initError() *InvokeError {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failure
}

// parseError parses an error that a program reports. A program that sends no
// document has the error's type in the header.
func parseError(body []byte, h http.Header) *InvokeError {
	e := &InvokeError{}
	if err := json.Unmarshal(body, e); err != nil || e.Type == "" {
		e.Type = h.Get("Lambda-Runtime-Function-Error-Type")
	}
	e.Document = body
	return e
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func reply(w http.ResponseWriter, status int, kind, message string) {
	body, _ := json.Marshal(InvokeError{Type: kind, Message: message})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}
