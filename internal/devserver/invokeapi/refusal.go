package invokeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/gateway"
	"github.com/chalice-go/chalice/internal/lambdarun"
)

// refusal is an error of the API itself. SDKs recognize it by its code.
type refusal struct {
	status  int
	code    string
	message string
}

// Error returns code and message.
func (r *refusal) Error() string { return r.code + ": " + r.message }

// write answers with the refusal.
func (r *refusal) write(w http.ResponseWriter) {
	kind := "User"
	if r.status >= 500 {
		kind = "Service"
	}
	document := map[string]string{"Type": kind, "message": r.message}
	switch r.code {
	case "ResourceNotFoundException", "ServiceException": // these have a member with a capital M
		document = map[string]string{"Type": kind, "Message": r.message}
	case "TooManyRequestsException":
		document["Reason"] = "ConcurrentInvocationLimitExceeded"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", r.code)
	w.WriteHeader(r.status)
	json.NewEncoder(w).Encode(document)
}

// notRunning returns the error for an app whose source doesn't build. After a
// status of 5xx, SDKs would try again for a while.
func notRunning(err error) *refusal {
	return &refusal{http.StatusConflict, "ResourceConflictException", "The app doesn't run: " + err.Error()}
}

// failure returns what Lambda returns for a function that failed. An error of
// the function is a document, with which the invocation itself succeeds;
// anything else is a refusal.
func failure(requestID string, payload []byte, err error) (document []byte, refused error) {
	var (
		failed  *gateway.FunctionError
		start   *lambdarun.InvokeError
		late    *lambdarun.TimeoutError
		exited  *lambdarun.ExitError
		busy    *lambdarun.BusyError
		unknown *devserver.UnknownFunctionError
	)
	switch {
	case errors.As(err, &failed):
		return payload, nil
	case errors.As(err, &start):
		if json.Valid(start.Document) {
			return start.Document, nil
		}
		return describe(start.Type, start.Message), nil
	case errors.As(err, &late):
		return describe("Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", requestID, late.Limit.Seconds())), nil
	case errors.As(err, &exited):
		why := "Runtime exited with error: " + exited.Status
		if exited.Status == "exit status 0" {
			why = "Runtime exited without providing a reason"
		}
		return describe("Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: %s", requestID, why)), nil
	case errors.As(err, &busy):
		return nil, &refusal{http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded. " + busy.Error() + ": see --workers"}
	case errors.As(err, &unknown): // the app has just changed
		return nil, &refusal{http.StatusNotFound, "ResourceNotFoundException", "Function not found: " + unknown.Name}
	}
	return nil, &refusal{http.StatusInternalServerError, "ServiceException", err.Error()}
}

func describe(kind, message string) []byte {
	document, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message}) // texts can always be encoded
	return document
}
