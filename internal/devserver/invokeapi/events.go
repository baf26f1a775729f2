package invokeapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/requestid"
)

// eventsTarget starts the header X-Amz-Target of EventBridge's operations.
const eventsTarget = "AWSEvents."

// Limits of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const (
	maxEntries     = 10
	maxEntriesSize = 256 << 10 // of an entry, in bytes
)

// entry is an event that a caller puts on a bus.
type entry struct {
	Source       string
	DetailType   string
	Detail       string
	EventBusName string
	Resources    []string
	Time         json.Number // seconds since 1970
}

// entryResult is what became of an entry: an id, or an error.
type entryResult struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// putEvents hands events to the functions whose rules match them.
func (a api) putEvents(w http.ResponseWriter, r *http.Request) {
	var input struct{ Entries []entry }
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		refuse(w, r, "SerializationException", err.Error())
		return
	}
	if n := len(input.Entries); n == 0 || n > maxEntries {
		refuse(w, r, "ValidationException", fmt.Sprintf("1 validation error detected: Value at 'entries' failed to satisfy constraint: "+
			"Member must have length from 1 to %d, and there are %d", maxEntries, n))
		return
	}
	if _, err := a.server.Await(r.Context()); err != nil {
		refuse(w, r, "InternalException", "The app doesn't run: "+err.Error())
		return
	}
	output := struct {
		FailedEntryCount int
		Entries          []entryResult
	}{}
	for _, e := range input.Entries {
		result := a.put(r.Context(), e)
		if result.ErrorCode != "" {
			output.FailedEntryCount++
			a.server.Journal().Print(devserver.Line{Level: "WARN", Text: fmt.Sprintf("EventBridge: %s: %s: %s", e, result.ErrorCode, result.ErrorMessage)})
		}
		output.Entries = append(output.Entries, result)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", requestid.New())
	json.NewEncoder(w).Encode(output) // if the caller is gone, nobody needs the error
}

// String names the event for people.
func (e entry) String() string {
	name := e.Source + " " + e.DetailType
	if bus := delivery.BusName(e.EventBusName); bus != delivery.DefaultBus {
		name += " on " + bus
	}
	return name
}

// put hands over one event.
func (a api) put(ctx context.Context, e entry) entryResult {
	if code, message := e.refused(); code != "" {
		return entryResult{ErrorCode: code, ErrorMessage: message}
	}
	event := delivery.Envelope{
		ID: requestid.New(), DetailType: e.DetailType, Source: e.Source, Account: devserver.Account, Time: delivery.EventTime(e.time()),
		Region: a.server.Region(), Resources: e.Resources, Detail: json.RawMessage(e.Detail),
	}
	parsed, err := delivery.Parse(event.JSON())
	if err == nil {
		parsed.Bus = e.EventBusName
		err = a.server.Happen(ctx, e.String(), parsed)
	}
	if err != nil {
		return entryResult{ErrorCode: "InternalFailure", ErrorMessage: err.Error()}
	}
	return entryResult{EventID: event.ID}
}

// time returns when the event happened: now, unless the caller says so.
func (e entry) time() time.Time {
	if seconds, err := e.Time.Float64(); err == nil {
		return time.UnixMilli(int64(seconds * 1000))
	}
	return time.Now()
}

// refused returns the code and the message with which EventBridge refuses an entry, ""
// if it takes it.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
func (e entry) refused() (code, message string) {
	for _, required := range []struct{ name, value string }{{"Source", e.Source}, {"DetailType", e.DetailType}, {"Detail", e.Detail}} {
		if required.value == "" {
			return "InvalidArgument", fmt.Sprintf("Parameter %s is not valid. Reason: %[1]s is a required argument.", required.name)
		}
	}
	var detail map[string]json.RawMessage
	switch size := len(e.Source) + len(e.DetailType) + len(e.Detail) + len(strings.Join(e.Resources, "")); {
	case strings.HasPrefix(e.Source, "aws."):
		return "NotAuthorizedForSourceException", "Not authorized for the source."
	case json.Unmarshal([]byte(e.Detail), &detail) != nil || detail == nil:
		return "MalformedDetail", "Detail is malformed."
	case size > maxEntriesSize:
		return "InvalidArgument", fmt.Sprintf("The entry has %d bytes, and EventBridge takes %d.", size, maxEntriesSize)
	}
	return "", ""
}
