package app

import "errors"

// Error is an error that a route's handler, or middleware, returns to answer
// with a status: the client gets its code and message, as JSON. An Error that
// is wrapped in another error counts as well. The log has the whole chain: as
// an error if the status is 500 or more, else, if there is a cause, at debug
// level.
type Error struct {
	Status  int
	Code    string // such as "NotFoundError"
	Message string
	// Cause is for the log and for [errors.Is]; the client never sees it.
	Cause error
}

// Error returns the message, or the code where there is none.
func (e *Error) Error() string {
	switch {
	case e == nil: // an *Error variable that was returned as an error
		return "nil *app.Error"
	case e.Message == "":
		return e.Code
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Cause
}

// NewError makes an error with a status and a code of one's own.
func NewError(status int, code, message string) *Error {
	return &Error{Status: status, Code: code, Message: message}
}

// BadRequest is status 400.
func BadRequest(message string) *Error { return NewError(400, "BadRequestError", message) }

// Unauthorized is status 401.
func Unauthorized(message string) *Error { return NewError(401, "UnauthorizedError", message) }

// Forbidden is status 403.
func Forbidden(message string) *Error { return NewError(403, "ForbiddenError", message) }

// NotFound is status 404.
func NotFound(message string) *Error { return NewError(404, "NotFoundError", message) }

// MethodNotAllowed is status 405.
func MethodNotAllowed(message string) *Error { return NewError(405, "MethodNotAllowedError", message) }

// RequestTimeout is status 408.
func RequestTimeout(message string) *Error { return NewError(408, "RequestTimeoutError", message) }

// Conflict is status 409.
func Conflict(message string) *Error { return NewError(409, "ConflictError", message) }

// UnprocessableEntity is status 422.
func UnprocessableEntity(message string) *Error {
	return NewError(422, "UnprocessableEntityError", message)
}

// TooManyRequests is status 429.
func TooManyRequests(message string) *Error { return NewError(429, "TooManyRequestsError", message) }

// ServerError is status 500 with a message that the client may see.
func ServerError(message string) *Error { return NewError(500, "ChaliceViewError", message) }

// StatusError is an interface for error types of one's own that are to be
// answered as an [*Error] is. The client gets the text of Error as the message.
type StatusError interface {
	error
	StatusCode() int
	ErrorCode() string
}

// StatusOf returns the first [*Error] or [StatusError] in an error's chain, and
// reports whether there is one. An error left to middleware with [Unhandled]
// has none.
func StatusOf(err error) (*Error, bool) {
	if _, ok := errors.AsType[*UnhandledError](err); ok {
		return nil, false
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e, e != nil
	}
	if s, ok := errors.AsType[StatusError](err); ok {
		return &Error{Status: s.StatusCode(), Code: s.ErrorCode(), Message: s.Error(), Cause: s}, true
	}
	return nil, false
}

// Unhandled leaves an error of a route's handler to middleware: next returns
// the error, not a response made of it. If no middleware handles it, the client
// gets status 500.
func Unhandled(err error) error { return &UnhandledError{err} }

// UnhandledError is what [Unhandled] returns.
type UnhandledError struct{ Err error }

// Error returns the text of the error that was left.
func (e *UnhandledError) Error() string {
	if e.Err == nil {
		return "unhandled error"
	}
	return e.Err.Error()
}

// Unwrap returns the error that was left.
func (e *UnhandledError) Unwrap() error { return e.Err }
