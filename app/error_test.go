package app_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chalice-go/chalice/app"
)

func TestErrors(t *testing.T) {
	for _, tc := range []struct {
		err    *app.Error
		status int
		code   string
	}{
		{app.BadRequest("m"), 400, "BadRequestError"},
		{app.Unauthorized("m"), 401, "UnauthorizedError"},
		{app.Forbidden("m"), 403, "ForbiddenError"},
		{app.NotFound("m"), 404, "NotFoundError"},
		{app.MethodNotAllowed("m"), 405, "MethodNotAllowedError"},
		{app.RequestTimeout("m"), 408, "RequestTimeoutError"},
		{app.Conflict("m"), 409, "ConflictError"},
		{app.UnprocessableEntity("m"), 422, "UnprocessableEntityError"},
		{app.TooManyRequests("m"), 429, "TooManyRequestsError"},
		{app.ServerError("m"), 500, "ChaliceViewError"},
		{app.NewError(418, "TeapotError", "m"), 418, "TeapotError"},
	} {
		got, ok := app.StatusOf(fmt.Errorf("wrapped: %w", tc.err))
		if !ok || got.Status != tc.status || got.Code != tc.code || got.Message != "m" || tc.err.Error() != "m" {
			t.Errorf("got %+v, want %d %s", got, tc.status, tc.code)
		}
	}
	if got := app.NotFound("").Error(); got != "NotFoundError" {
		t.Errorf("an error without a message is %q", got)
	}
}

type teapot struct{}

func (teapot) Error() string     { return "short" }
func (teapot) StatusCode() int   { return 418 }
func (teapot) ErrorCode() string { return "Teapot" }

func TestStatusOf(t *testing.T) {
	if e, ok := app.StatusOf(fmt.Errorf("wrapped: %w", teapot{})); !ok || e.Status != 418 || e.Code != "Teapot" || e.Message != "short" {
		t.Errorf("a type of one's own: %+v", e)
	}
	var none *app.Error
	for name, err := range map[string]error{
		"nil": nil, "other": errors.New("x"), "nil pointer": none, "left": app.Unhandled(app.NotFound("x")), "left nothing": app.Unhandled(nil),
	} {
		if e, ok := app.StatusOf(err); ok {
			t.Errorf("%s: %+v", name, e)
		}
		if err != nil && err.Error() == "" {
			t.Errorf("%s has no text", name)
		}
	}
	left := app.NotFound("x")
	if !errors.Is(app.Unhandled(left), left) {
		t.Error("Unhandled hides the error")
	}
}
