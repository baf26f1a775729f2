package app

import (
	"strconv"
	"strings"
)

// Violation is one thing that is wrong with a request to a typed route.
type Violation struct {
	// In is the part of the request: path, query, header, cookie or body; or request, for
	// what is about the request as a whole.
	In string
	// Name is that of the parameter, or a JSON pointer to the value in the body, such as
	// /items/0/count; "" is the whole body. https://www.rfc-editor.org/rfc/rfc6901
	Name string
	// Problem says what is wrong, such as "has to be at least 1". It doesn't repeat the
	// value, which may be a secret.
	Problem string

	unreadable bool // the value can't be read at all
}

// Violations are all that is wrong with a request. It is an error that a typed route's
// handler, or the method Validate of its type, can return as well: the client gets the
// whole list. Its status is 400 if something can't be read, and 422 otherwise.
type Violations []Violation

var _ StatusError = Violations{}

// Error returns the first of the violations, and how many more there are, in one line.
func (v Violations) Error() string {
	switch len(v) {
	case 0:
		return "nothing is wrong with the request"
	case 1:
		return v[0].text()
	}
	return v[0].text() + " (and " + strconv.Itoa(len(v)-1) + " more)"
}

// text says what is wrong in one line.
func (v Violation) text() string {
	var where string
	switch {
	case v.In == "request" || v.In == "" && v.Name == "":
		return oneLine(v.Problem)
	case v.In == "body" && v.Name == "":
		where = "the body"
	case v.In == "path", v.In == "query":
		where = v.In + " parameter " + strconv.Quote(v.Name)
	default:
		where = v.In + " " + strconv.Quote(v.Name)
	}
	return where + " " + oneLine(v.Problem)
}

// oneLine makes one line of a text that can have several.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' }), "; ")
}

// StatusCode returns 400 if something can't be read, and 422 otherwise.
func (v Violations) StatusCode() int {
	for i := range v {
		if v[i].unreadable {
			return 400
		}
	}
	return 422
}

// ErrorCode returns the code of an [Error] with the status.
func (v Violations) ErrorCode() string {
	if v.StatusCode() == 400 {
		return "BadRequestError"
	}
	return "UnprocessableEntityError"
}

// ViolationsBody is the body of a response that is made of Violations, as middleware sees
// it.
type ViolationsBody struct {
	Code       string
	Message    string
	Violations Violations
}

// violationsOf returns the violations that an error of a method Validate stands for: those
// that it has, and one about the whole request for any other error. What was joined by
// [errors.Join] counts each. It returns an [Error] and the like, which have a status of
// their own, as the second result.
func violationsOf(err error) (Violations, error) {
	switch e := err.(type) {
	case nil:
		return nil, nil
	case Violations: // none of them is no error: the variable stayed nil
		return e, nil
	case interface{ Unwrap() []error }:
		if all, other := joinedViolations(e.Unwrap()); len(all) > 0 || other != nil {
			return all, other
		}
	}
	if own, ok := wrappedViolations(err); ok && len(own) > 0 {
		return own, nil
	}
	if e, ok := StatusOf(err); ok {
		if none, of := e.Cause.(Violations); !of || len(none) > 0 {
			return nil, err
		}
	}
	return Violations{{In: "request", Problem: err.Error()}}, nil
}

// joinedViolations returns the violations of errors that were joined.
func joinedViolations(errs []error) (all Violations, other error) {
	for _, err := range errs {
		some, status := violationsOf(err)
		if all = append(all, some...); status != nil && other == nil {
			other = status
		}
	}
	return all, other
}

// wrappedViolations returns the violations that an error wraps.
func wrappedViolations(err error) (Violations, bool) {
	for {
		w, ok := err.(interface{ Unwrap() error })
		if !ok {
			return nil, false
		}
		switch err = w.Unwrap(); e := err.(type) {
		case nil:
			return nil, false
		case Violations:
			return e, true
		}
	}
}
