package dispatch

import (
	"errors"
	"maps"

	"github.com/chalice-go/chalice/app"
)

// UseViolations has errors list the violations that they are.
func (h *rest) UseViolations() { h.form = listViolations }

// UseProblems has errors be those of RFC 9457.
func (h *rest) UseProblems() { h.form = toProblem }

func listViolations(answer reply, err error) reply {
	body, ok := answer.Body.(app.ErrorBody)
	if v := violationsOf(err); ok && v != nil {
		answer.Body = app.ViolationsBody{Code: body.Code, Message: body.Message, Violations: v}
	}
	return answer
}

func toProblem(answer reply, err error) reply {
	var code, message string
	switch body := answer.Body.(type) {
	case app.ErrorBody:
		code, message = body.Code, body.Message
	case []byte:
		if err == nil {
			return answer
		}
		code, message = internalCode, string(body) // of an unexpected error, in debug mode
	default:
		return answer
	}
	headers := maps.Clone(answer.Headers) // which may be those of somebody's response
	if headers == nil {
		headers = map[string]string{}
	}
	headers["Content-Type"] = app.ProblemType
	answer.Headers = headers
	answer.Body = app.NewProblem(status(&answer), code, message, violationsOf(err))
	return answer
}

// violationsOf returns the violations that an error is, nil if it isn't any. The cause of an
// app.Error isn't for clients.
func violationsOf(err error) app.Violations {
	if _, own := errors.AsType[*app.Error](err); own {
		return nil
	}
	v, _ := errors.AsType[app.Violations](err)
	return v
}
