package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/chalice-go/chalice/app"
)

// Each status has a function of its own.
func ExampleError() {
	for _, err := range []*app.Error{
		app.BadRequest("no such state"),
		app.Unauthorized("who are you?"),
		app.Forbidden("not your order"),
		app.NotFound("no such order"),
		app.MethodNotAllowed("an order can't be deleted"),
		app.RequestTimeout("too slow"),
		app.Conflict("already paid"),
		app.UnprocessableEntity("the count is negative"),
		app.TooManyRequests("wait a minute"),
		app.ServerError("the stock is closed"),
		app.NewError(402, "PaymentError", "pay first"),
	} {
		fmt.Println(err.Status, err.Code)
	}
	// Output:
	// 400 BadRequestError
	// 401 UnauthorizedError
	// 403 ForbiddenError
	// 404 NotFoundError
	// 405 MethodNotAllowedError
	// 408 RequestTimeoutError
	// 409 ConflictError
	// 422 UnprocessableEntityError
	// 429 TooManyRequestsError
	// 500 ChaliceViewError
	// 402 PaymentError
}

// The client gets code and message, and the log the cause.
func ExampleNotFound() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		notFound := app.NotFound("no such order")
		notFound.Cause = errors.New("table orders has no item " + r.Param("id"))
		return nil, notFound
	})
	a.Route("/stock", func(context.Context, *app.Request) (any, error) {
		return nil, errors.New("the password is wrong") // nobody's business but the log's
	})

	client := serve(a)
	for _, path := range []string{"/orders/7", "/stock"} {
		answer := client.HTTP.Get(path)
		fmt.Println(answer.Status, answer.Text())
	}
	// Output:
	// 404 {"Code":"NotFoundError","Message":"no such order"}
	// 500 {"Code":"InternalServerError","Message":"An internal server error occurred."}
}

func ExampleNewError() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(context.Context, *app.Request) (any, error) {
		return nil, app.NewError(402, "PaymentError", "pay first")
	})

	answer := serve(a).HTTP.Get("/orders/7")
	fmt.Println(answer.Status, answer.Text())
	// Output: 402 {"Code":"PaymentError","Message":"pay first"}
}

// StatusOf finds the error that decides about the answer, also within others.
func ExampleStatusOf() {
	err := fmt.Errorf("order 7: %w", app.Conflict("already paid"))
	if e, ok := app.StatusOf(err); ok {
		fmt.Println(e.Status, e.Message)
	}
	_, ok := app.StatusOf(errors.New("disk full"))
	fmt.Println(ok)
	// Output:
	// 409 already paid
	// false
}

// An error that a handler leaves to middleware reaches it as it is.
func ExampleUnhandled() {
	errNoStock := errors.New("out of stock")
	a := app.New("shop")
	a.UseFor(app.HTTP, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			answer, err := next(ctx, event)
			if errors.Is(err, errNoStock) {
				slog.WarnContext(ctx, "order more", "error", err)
				return nil, app.Conflict("try tomorrow")
			}
			return answer, err
		}
	})
	a.Route("/orders", func(context.Context, *app.Request) (any, error) {
		return nil, app.Unhandled(errNoStock)
	}, app.Methods("POST"))

	fmt.Println(serve(a).HTTP.Post("/orders").Text())
	// Output: {"Code":"ConflictError","Message":"try tomorrow"}
}
