package invokeapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/requestid"
)

// Prefix is the path of the API.
const Prefix = devserver.InvokePrefix

// Path returns the path at which a function is invoked, with a POST.
func Path(function string) string {
	return Prefix + "functions/" + url.PathEscape(function) + "/invocations"
}

// The largest events that Lambda takes, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent         = 6 << 20
	maxAsyncEvent    = 1 << 20
	maxClientContext = 3583
)

// api serves the functions of a server.
type api struct{ server *devserver.Server }

// Handler makes the Invoke API of a server. It runs the app's functions, so
// requests of other sites must not reach it.
func Handler(s *devserver.Server) http.Handler {
	a := api{s}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Prefix+"functions/{name}/invocations", a.serve)
	mux.HandleFunc("GET "+Prefix+"functions", a.list)
	mux.HandleFunc("GET "+Prefix+"functions/{$}", a.list) // as documented
	mux.HandleFunc(Prefix, a.elsewhere)
	mux.HandleFunc("POST /{$}", a.elsewhere) // a service that tells operations apart otherwise
	return mux
}

// invocation is a caller's request.
type invocation struct {
	devserver.Call
	kind string // RequestResponse, Event or DryRun
	tail bool   // the caller wants the end of the log
}

// serve answers a request. The request id in the answer is that of the
// invocation.
func (a api) serve(w http.ResponseWriter, r *http.Request) {
	id := requestid.New()
	w.Header().Set("X-Amzn-Requestid", id)
	i, err := a.read(r)
	if err == nil {
		i.RequestID = id
		err = a.invoke(r.Context(), w, i)
	}
	if refused, ok := errors.AsType[*refusal](err); ok {
		a.server.Journal().Print(devserver.Line{Level: "WARN", Text: "Invoke API: " + r.PathValue("name") + ": " + refused.Error()})
		refused.write(w)
	}
}

// read reads a caller's request, and refuses what Lambda would refuse.
func (a api) read(r *http.Request) (i invocation, err error) {
	g, err := a.server.Await(r.Context())
	if err != nil {
		return i, notRunning(err)
	}
	if i.Function, err = find(g, r.PathValue("name"), r.URL.Query().Get("Qualifier")); err != nil {
		return i, err
	}
	if err := i.readHeader(r.Header); err != nil {
		return i, err
	}
	i.Event, err = readEvent(r.Body, i.kind)
	return i, err
}

func (i *invocation) readHeader(h http.Header) error {
	i.kind = "RequestResponse"
	if kind := h.Get("X-Amz-Invocation-Type"); kind != "" {
		i.kind = kind
	}
	switch i.kind {
	case "RequestResponse", "Event", "DryRun":
	default:
		return invalidEnum("invocationType", i.kind, "[Event, RequestResponse, DryRun]")
	}
	switch kind := h.Get("X-Amz-Log-Type"); kind {
	case "", "None":
	case "Tail":
		i.tail = true
	default:
		return invalidEnum("logType", kind, "[Tail, None]")
	}
	encoded := h.Get("X-Amz-Client-Context")
	if encoded == "" || i.kind == "Event" { // an asynchronous invocation has no client context
		return nil
	}
	document, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !json.Valid(document) || len(encoded) > maxClientContext {
		return &refusal{http.StatusBadRequest, "InvalidParameterValueException",
			fmt.Sprintf("Client context must be a valid Base64-encoded JSON object of at most %d bytes.", maxClientContext)}
	}
	// It is passed on in a header, which can't have line breaks.
	i.ClientContext = strings.Join(strings.FieldsFunc(string(document), func(c rune) bool { return c == '\n' || c == '\r' }), " ")
	return nil
}

func invalidEnum(member, value, values string) error {
	return &refusal{http.StatusBadRequest, "ValidationException", fmt.Sprintf("1 validation error detected: Value '%s' at '%s' failed to "+
		"satisfy constraint: Member must satisfy enum value set: %s", value, member, values)}
}

// readEvent reads the event. If there is none, it is an empty object.
func readEvent(body io.Reader, kind string) ([]byte, error) {
	event, err := io.ReadAll(io.LimitReader(body, maxEvent+1))
	switch {
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "InvalidRequestContentException", "Could not read the request body: " + err.Error()}
	case len(event) > maxEvent:
		return nil, &refusal{http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxEvent)}
	case kind == "Event" && len(event) > maxAsyncEvent:
		return nil, &refusal{http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			fmt.Sprintf("%d byte payload is too large for the Event invocation type (limit %d bytes)", len(event), maxAsyncEvent)}
	case len(event) == 0:
		return []byte("{}"), nil
	}
	var any json.RawMessage
	if err := json.Unmarshal(event, &any); err != nil {
		return nil, &refusal{http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json: " + err.Error()}
	}
	return event, nil
}

// invoke does what the caller asks for.
func (a api) invoke(ctx context.Context, w http.ResponseWriter, i invocation) error {
	switch i.kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "Event":
		go a.server.CallLater(context.WithoutCancel(ctx), i.Call)
		w.WriteHeader(http.StatusAccepted)
		return nil
	}
	payload, about, err := a.server.Call(ctx, i.Call)
	h := w.Header()
	if err != nil {
		if payload, err = failure(i.RequestID, payload, err); err != nil {
			return err
		}
		h.Set("X-Amz-Function-Error", "Unhandled")
	}
	if i.tail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(logTail(about)))
	}
	h.Set("Content-Type", "application/json")
	h.Set("X-Amz-Executed-Version", latest)
	w.Write(payload) // if the caller is gone, nobody needs the error
	return nil
}
