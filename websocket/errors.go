package websocket

import (
	"errors"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Errors of a client that isn't configured.
var (
	ErrNotConfigured = errors.New("the websocket client doesn't know its API: call Configure with an event, ConfigureAPI or ConfigureDomain first")
	ErrNoRegion      = errors.New("the websocket client doesn't know the API's region: set AWS_REGION, or give New an AWS configuration with a region")
)

// ConfigError means that the SDK could not load its AWS configuration.
type ConfigError struct{ Err error }

// Error says what was wrong with the configuration.
func (e *ConfigError) Error() string {
	return "load the AWS configuration of the websocket client: " + e.Err.Error()
}

// Unwrap returns the SDK's error.
func (e *ConfigError) Unwrap() error { return e.Err }

// GoneError means that a connection doesn't exist anymore, or never did, so
// that nothing can be sent to it.
type GoneError struct {
	ConnectionID string
	Err          error // the SDK's
}

// Error names the connection.
func (e *GoneError) Error() string { return "the websocket connection " + e.ConnectionID + " is gone" }

// Unwrap returns the SDK's error.
func (e *GoneError) Unwrap() error { return e.Err }

// asGone makes a [*GoneError] of an error that says that a connection is gone.
// It returns other errors as they are.
func asGone(connectionID string, err error) error {
	response, ok := errors.AsType[*awshttp.ResponseError](err)
	if ok && response.HTTPStatusCode() == http.StatusGone {
		return &GoneError{connectionID, err}
	}
	return err
}
